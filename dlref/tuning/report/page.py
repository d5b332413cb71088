"""The page: its sections in order, put into the template."""

from pathlib import Path

from dlref.tuning.report import tables, texts
from dlref.tuning.report.bilingual_text import Words, safe
from dlref.tuning.report.conclusion import conclusion
from dlref.tuning.report.coverage import coverage
from dlref.tuning.report.failures import failures
from dlref.tuning.report.importance import ENOUGH, Importance, most_important, pairs, rate
from dlref.tuning.report.importance_plots import contour, importances
from dlref.tuning.report.learning_curves import curves
from dlref.tuning.report.lineage_plots import lineage
from dlref.tuning.report.parallel_coordinates import parallel
from dlref.tuning.report.plots import MOST, Plot
from dlref.tuning.report.scales import Scale, scales
from dlref.tuning.report.score_plots import history, slices, trade_off
from dlref.tuning.report.template import fill
from dlref.tuning.report.trials_table import all_trials
from dlref.tuning.report.zoom_table import zooms
from dlref.tuning.storage.whole_files import written_whole
from dlref.tuning.trials.records import Sweep


def write_report(sweep: Sweep) -> Path:
    """Writes `report.html` into the sweep's directory and returns its path."""
    path = Path(sweep.settings.directory) / "report.html"
    with written_whole(path) as temporary:
        temporary.write_text(render(sweep), encoding="utf-8")
    return path


def render(sweep: Sweep) -> str:
    """The page as one string."""
    page = Page(sweep)
    page.results()
    page.hyperparameters()
    page.rest()
    return fill(
        title=safe(sweep.settings.directory or sweep.settings.target),
        purpose=page.conclusion() + f"<p>{page.purpose()}</p>",
        overview=tables.overview(sweep),
        contents="".join(page.contents),
        sections="".join(page.sections),
    )


class Page:
    """Collects the sections that a sweep has something to say in."""

    def __init__(self, sweep: Sweep) -> None:
        self.sweep, self.front = sweep, tables.pareto_front(sweep)
        self.scales = scales(sweep)
        self.contents: list[str] = []
        self.sections: list[str] = []

    def add(self, title: Words, note: Words | str, body: str) -> None:
        """A section; its title leads to it from the top of the page."""
        name = f"section-{len(self.sections)}"
        self.contents.append(f'<a href="#{name}">{title.html()}</a>')
        note = note if isinstance(note, str) else note.html()
        paragraph = f"<p>{note}</p>" if note else ""
        self.sections.append(
            f'<section id="{name}"><h2>{title.html()}</h2>{paragraph}{body}</section>'
        )

    def draw(self, name: str, plots: list[Plot], kind: str = "one") -> str:
        """The plots side by side, as the screen has room."""
        drawn = "".join(plot.html(f"{name}-{i}") for i, plot in enumerate(plots))
        return f'<div class="{kind}">{drawn}</div>'

    def conclusion(self) -> str:
        """What was found, and by which rule."""
        said, decided = conclusion(self.sweep, self.front, self.scales)
        how = f'<p class="how">{decided.html()}</p>' if decided else ""
        return f'<p class="conclusion">{said.html()}</p>{how}'

    def purpose(self) -> str:
        """What the sweep looked for, and how long that took."""
        said = tables.purpose(self.sweep).html()
        if not self.sweep.commands:
            return said
        english, korean = tables.paces(self.sweep)
        pace = Words(texts.PACE.en.format(pace=english), texts.PACE.ko.format(pace=korean))
        return f"{said} {pace.html()}"

    def results(self) -> None:
        """How the sweep went, what it traded off, how each trial learned."""
        sweep = self.sweep
        if sweep.ended:
            many = texts.MANY.format(most=MOST).html() if len(sweep.trials) > MOST else ""
            self.add(
                texts.HISTORY,
                texts.HISTORY_NOTE.html() + many,
                self.draw("history", [history(sweep)]),
            )
        if plot := trade_off(sweep, self.front):
            note = texts.FRONT if self.front else ""
            self.add(texts.TRADE_OFF, note, self.draw("trade-off", [plot]))
        if drawn := curves(sweep):
            self.add(texts.CURVES, texts.CURVES_NOTE, self.draw("curves", drawn, "two"))
        if drawn := lineage(sweep):
            self.add(texts.LINEAGE, texts.LINEAGE_NOTE, self.draw("lineage", drawn, "two"))

    def hyperparameters(self) -> None:
        """What each of them does, alone and with others, and what was tried of them."""
        sweep = self.sweep
        searched = self.scales
        importance = rate(sweep, searched)
        ordered = most_important(sweep, searched, importance)
        if searched and sweep.ended:
            self._importance(importance, len(searched))
            self.add(
                texts.SLICES,
                texts.SLICES_NOTE,
                self.draw("slice", slices(sweep, ordered), "panels"),
            )
        drawn = [contour(sweep, *pair) for pair in pairs(ordered, sweep.best)]
        if drawn:
            self.add(texts.PAIRS, texts.PAIRS_NOTE, self.draw("pair", drawn, "panels"))
        if len(searched) > 1 and len(sweep.best) > 1:
            self.add(
                texts.PARALLEL,
                texts.PARALLEL_NOTE,
                f'<button type="button" class="brush" data-chart="parallel-0" aria-pressed="false">'
                f"{texts.BRUSH.html()}</button>"
                + self.draw("parallel", [parallel(sweep, ordered)]),
            )
        if len(searched) > 1 and len(sweep.ended) >= 4:
            self._coverage(ordered)

    def _importance(self, importance: Importance, searched: int) -> None:
        if importance.ped_anova:
            note = texts.RATED.format(count=importance.fanova_trials).html()
            note += texts.ROUGH.html() if len(self.sweep.best) < 10 * searched else ""
            body = self.draw("importance", [importances(importance)])
        else:
            few = texts.FEW if len(self.sweep.best) < ENOUGH else texts.ALIKE
            note = few.format(enough=ENOUGH, finished=len(self.sweep.best)).html()
            body = ""
        if importance.unrated and importance.ped_anova:
            names = ", ".join(map(safe, importance.unrated))
            note += f" {texts.UNRATED.html()}: {names}."
        self.add(texts.IMPORTANCE, note, body)

    def _coverage(self, ordered: list[Scale]) -> None:
        pair = sorted(ordered, key=lambda scale: scale.discrete)[:2]
        plots, counts = coverage(self.sweep, pair[0], pair[1])
        names = {"first": pair[0].name, "second": pair[1].name}
        each = int(counts["trials"] ** (1 / len(ordered)) + 1e-9)
        note = texts.COVERED.format(**counts, **names).html()
        note += texts.ALL.format(count=len(ordered), each=each).html()
        self.add(texts.COVERAGE, note, self.draw("coverage", plots, "two"))

    def rest(self) -> None:
        """All trials, zooms, populations, failures, and how to do it all again."""
        sweep = self.sweep
        if sweep.trials:
            note = texts.TRIALS_NOTE.format(count=f"{len(sweep.trials):,}").html()
            note += texts.BOUNDS.html() if sweep.settings.subject_to else ""
            self.add(texts.TRIALS, note, all_trials(sweep, self.front))
        if body := zooms(sweep):
            self.add(texts.ZOOMS, texts.ZOOMS_NOTE, body)
        if body := tables.together(sweep):
            self.add(texts.TOGETHER, texts.TOGETHER_NOTE, body)
        self.add(texts.FAILURES, "" if sweep.failures else texts.NO_FAILURES, failures(sweep))
        self._reproduce()

    def _reproduce(self) -> None:
        settings = self.sweep.settings
        known = {"backend": settings.backend, "seed": settings.seed, "started": settings.started}
        known |= {"storage": settings.storage, "search": settings.search}
        rows = [[safe(k), safe(v)] for k, v in (settings.versions | known).items() if v != ""]
        note, body = texts.NO_COMMAND, ""
        if settings.started:  # by the command
            note, body = texts.AGAIN, f"<pre>{safe(settings.command())}</pre>"
            for trial in self.sweep.best[:1]:
                said = texts.REPLAY.format(number=trial.number).html()
                replay = f"{settings.command()} --replay {trial.number}"
                body += f"<p>{said}</p><pre>{safe(replay)}</pre>"
        self.add(texts.REPRODUCE, note, body + tables.table([], rows))
