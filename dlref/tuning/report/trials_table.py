"""The table of all trials; `page.js` sorts and filters it, and leads to a row from a dot of a chart."""

from dlref.tuning.report.bilingual_text import STATUSES, Words, safe
from dlref.tuning.trials.objectives import Bound
from dlref.tuning.trials.records import Sweep, Trial

FILTER = Words("Filter", "거르기")
COLUMNS = (
    Words("trial", "시도"),
    Words("state", "상태"),
    Words("time in s", "시간(초)"),
    Words("message", "메시지"),
)


def all_trials(sweep: Sweep, front: list[Trial]) -> str:
    """The finished trials, best first, then the others; of several objectives the Pareto front is marked."""
    settings = sweep.settings
    metrics = [objective.partition(":")[2] for objective in settings.objectives]
    bounds = {bound.metric: bound for bound in map(Bound.parse, settings.subject_to)}
    others = [metric for metric in bounds if metric not in metrics]
    titles = [str(bounds.get(metric, metric)) for metric in (*metrics, *others)]
    number, state, time, message = (words.html() for words in COLUMNS)
    head = [number, state, *map(safe, (*titles, *sweep.names)), time, message]
    marked = {trial.number for trial in front}

    def row(trial: Trial) -> str:
        found = {name: trial.metrics.get(name, "") for name in others}
        found |= dict(zip(metrics, trial.scores, strict=False))  # of finished trials alone
        judged = [
            safe(found[name]) + (_mark(bounds[name], trial) if name in bounds else "")
            if found.get(name, "") != ""
            else ""
            for name in (*metrics, *others)
        ]
        cells = [
            f"{trial.number} ◆" if trial.number in marked else str(trial.number),
            STATUSES[trial.status].html(),
            *judged,
            *(safe(trial.values.get(name, "")) for name in sweep.names),
            f"{trial.seconds:.3g}" if trial.seconds else "",
            safe(trial.reason),
        ]
        body = "".join(f"<td>{cell}</td>" for cell in cells)
        return f'<tr id="trial-{trial.number}" tabindex="-1">{body}</tr>'

    heads = "".join(
        f'<th scope="col" aria-sort="none"><button type="button">{cell}</button></th>'
        for cell in head
    )
    rest = [trial for trial in sweep.trials if trial.score is None]
    rows = "".join(map(row, [*sweep.best, *rest]))
    return (
        f'<div class="trials"><p><label>{FILTER.html()} <input type="search"></label> '
        '<output aria-live="polite"></output></p><div class="wide" tabindex="0">'
        f'<table class="numbers"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        "</div></div>"
    )


def link(number: int, text: str) -> str:
    """Text that leads to the row of a trial."""
    return f'<a href="#trial-{number}">{text}</a>'


def _mark(bound: Bound, trial: Trial) -> str:
    return " ✓" if bound.holds(trial.metrics) else " ✗"
