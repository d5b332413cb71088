"""What a sweep says in the terminal when it ends."""

from collections import defaultdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dlref.tuning.objectives import Bound
from dlref.tuning.records import Sweep, Trial

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


def best_table(sweep: Sweep, count: int = SHOWN) -> Table:
    """The best trials, best first, with what they are judged by and every hyperparameter as it is shown.

    A trial that does not keep the bounds has an asterisk.
    """
    settings, best = sweep.settings, sweep.best[:count]
    objectives = (objective.partition(":")[2] for objective in settings.objectives)
    bounded = (Bound.parse(text).metric for text in settings.subject_to)
    metrics = list(dict.fromkeys([*objectives, *bounded]))
    outside = any(not trial.feasible for trial in best)
    note = f"* not {' and '.join(settings.subject_to)}" if outside else None
    table = Table(title=f"Best trials of {len(sweep.trials)}", caption=note)
    for column in ("trial", *metrics, *sweep.names):
        table.add_column(Text(column), justify="right", overflow="fold")
    for trial in best:
        judged = [trial.metrics.get(name, "") for name in metrics]
        values = (trial.values.get(name, "") for name in sweep.names)
        cells = (f"{'' if trial.feasible else '* '}{trial.number}", *judged, *values)
        table.add_row(*(Text(format_value(cell)) for cell in cells))
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
        console.print(best_table(sweep))
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
