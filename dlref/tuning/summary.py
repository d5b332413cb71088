"""What a sweep says in the terminal when it ends."""

from collections import defaultdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dlref.tuning.records import Sweep, Trial

SHOWN = 10


def make_console(quiet: bool = False) -> Console:
    """A console; where the output is no terminal its lines are not folded at 80 columns."""
    console = Console(quiet=quiet, highlight=False)
    return console if console.is_terminal else Console(quiet=quiet, highlight=False, width=160)


def format_value(value: Any) -> str:
    """Five significant digits of a float, anything else in full."""
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def best_table(sweep: Sweep, count: int = SHOWN) -> Table:
    """The best trials, best first, with every hyperparameter as it is shown."""
    table = Table(title=f"Best trials of {len(sweep.trials)}")
    for column in ("trial", sweep.settings.metric, *sweep.names):
        table.add_column(Text(column), justify="right", overflow="fold")
    for trial in sweep.best[:count]:
        values = (trial.values.get(name, "") for name in sweep.names)
        cells = (trial.number, trial.score, *values)
        table.add_row(*(Text(format_value(cell)) for cell in cells))
    return table


def reasons(failures: list[Trial]) -> list[tuple[str, list[int]]]:
    """Each reason with the trials it ended, most frequent first."""
    trials = defaultdict(list)
    for trial in failures:
        trials[trial.reason].append(trial.number)
    return sorted(trials.items(), key=lambda item: -len(item[1]))


def print_summary(console: Console, sweep: Sweep) -> None:
    """The best trials, and why the others failed."""
    if sweep.best:
        console.print(best_table(sweep))
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
