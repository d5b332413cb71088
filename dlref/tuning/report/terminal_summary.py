"""What a sweep says in the terminal when it ends."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from dlref.tuning.trials.objectives import Bound
from dlref.tuning.trials.records import Sweep, Trial

SHOWN = 10


def make_console(quiet: bool = False, stderr: bool = False) -> Console:
    """A console; where the output is no terminal its lines are not folded at 80 columns."""
    console = Console(quiet=quiet, stderr=stderr, highlight=False)
    if not console.is_terminal:
        console = Console(quiet=quiet, stderr=stderr, highlight=False, width=160)
    return console


def format_value(value: Any) -> str:
    """Five significant digits of a float, anything else in full."""
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def best_table(sweep: Sweep, console: Console, count: int = SHOWN) -> Table:
    """The best trials, best first, with what they are judged by and every hyperparameter as it is shown.

    A trial that does not keep the bounds has an asterisk. Where the console is too narrow, trials are columns, as many
    as it is wide enough for.
    """
    settings = sweep.settings
    objectives = (objective.partition(":")[2] for objective in settings.objectives)
    bounded = (Bound.parse(text).metric for text in settings.subject_to)
    metrics = list(dict.fromkeys([*objectives, *bounded]))
    rows = [["trial", *metrics, *sweep.names]]
    for trial in sweep.best[:count]:
        judged = [trial.metrics.get(name, "") for name in metrics]
        values = [trial.values.get(name, "") for name in sweep.names]
        number = f"{'' if trial.feasible else '* '}{trial.number}"
        rows.append([format_value(cell) for cell in (number, *judged, *values)])
    outside = any(not trial.feasible for trial in sweep.best[:count])
    words = {
        "title": f"Best trials of {len(sweep.trials)}",
        "caption": f"* not {' and '.join(settings.subject_to)}" if outside else None,
    }
    table = _table(rows, **words)
    wide = console.options.update(max_width=10**6)
    while len(rows) > 1 and Measurement.get(console, wide, table).maximum > console.width:
        table = _table(list(zip(*rows, strict=True)), **words)
        rows.pop()
    return table


def _table(rows: Sequence[Sequence[str]], **words: Any) -> Table:
    table = Table(**words)
    for column in rows[0]:
        table.add_column(Text(column), justify="right", overflow="fold")
    for row in rows[1:]:
        table.add_row(*map(Text, row))
    return table


def reasons(failures: list[Trial]) -> list[tuple[str, list[int]]]:
    """Each reason with the trials it ended, most frequent first."""
    trials = defaultdict(list)
    for trial in failures:
        trials[trial.reason].append(trial.number)
    return sorted(trials.items(), key=lambda item: -len(item[1]))


def print_summary(console: Console, sweep: Sweep) -> None:
    """The best trials, and why others failed."""
    if sweep.best:
        console.print(best_table(sweep, console))
    print_failures(console, sweep)


def print_failures(console: Console, sweep: Sweep) -> None:
    """The reasons why trials failed, the most frequent first."""
    failures = reasons(sweep.failures)
    if failures:
        console.print(f"{len(sweep.failures)} of {len(sweep.trials)} trials failed:")
    for reason, trials in failures[:SHOWN]:
        numbers = ", ".join(str(number) for number in trials[:SHOWN])
        more = ", ..." if len(trials) > SHOWN else ""
        console.print(Text(f"  {reason} (trial {numbers}{more})"), soft_wrap=True)
    if len(failures) > SHOWN:
        console.print(f"  ... and {len(failures) - SHOWN} other reasons, in report.html")


def print_interrupted(console: Console, sweep: Sweep) -> None:
    """What is kept, and how to go on."""
    ended = len(sweep.ended)
    settings = sweep.settings
    kept = f"{ended} of {settings.trials} trials are kept in {settings.directory}"
    console.print(Text(f"Interrupted. {kept}. Go on with:"), soft_wrap=True)
    console.print(Text(f"  {settings.command()}"), soft_wrap=True)
