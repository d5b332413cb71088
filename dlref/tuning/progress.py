"""How far a sweep is: a bar in a terminal, a line for each trial elsewhere."""

import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from dlref.tuning.records import Sweep, Trial, make_trial
from dlref.tuning.tuner import Listener


class SweepProgress(Listener):
    """Shows trials as they end, the best so far and the time left; ends the search on Ctrl-C or SIGTERM.

    Args:
        console: where to show it. A terminal gets a bar, anything else plain lines.
        sweep: the sweep as it is before it goes on.
        check_interruption: called at every batch; raises `KeyboardInterrupt` to end.
    """

    def __init__(
        self, console: Console, sweep: Sweep, check_interruption: Callable[[], None]
    ) -> None:
        self.console, self.settings = console, sweep.settings
        self.check_interruption = check_interruption
        self.trials = {trial.number: trial for trial in sweep.ended}
        self.before = len(self.trials)
        self.epochs = 0
        self.began = self.trial_start = time.monotonic()
        self.bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[best]}", markup=False),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self.task = self.bar.add_task(
            "trials", total=self.settings.trials, completed=self.before, best=self.best()
        )

    def __enter__(self) -> "SweepProgress":
        self.bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.stop()

    def check(self) -> None:
        self.check_interruption()

    def trial_began(self, trial: Any) -> None:
        self.epochs, self.trial_start = 0, time.monotonic()
        self.bar.update(self.task, description=f"trial {trial.trial_id}")

    def epoch_ended(self) -> None:
        self.epochs += 1
        share = min(self.epochs / (self.settings.epochs + 1), 0.99)  # it has not ended yet
        self.bar.update(self.task, completed=len(self.trials) + share)

    def trial_ended(self, trial: Any) -> None:
        record = make_trial(trial.get_state())
        self.trials[record.number] = record
        self.bar.update(self.task, completed=len(self.trials), best=self.best())
        if not self.console.is_terminal:
            self.console.print(Text(self.line(record)), soft_wrap=True)

    def best(self) -> str:
        best = Sweep(self.settings, list(self.trials.values())).best
        return f"best {best[0].score:.5g} (trial {best[0].number})" if best else "no result yet"

    def line(self, trial: Trial) -> str:
        """The line of a trial that has ended."""
        result = (
            trial.reason if trial.score is None else f"{self.settings.metric} {trial.score:.5g}"
        )
        seconds = time.monotonic() - self.trial_start
        return (
            f"{len(self.trials)}/{self.settings.trials} trial {trial.number}: {result} in {seconds:.1f} s; "
            f"{self.best()}; about {self.seconds_left():.0f} s left"
        )

    def seconds_left(self) -> float:
        ended = len(self.trials) - self.before
        per_trial = (time.monotonic() - self.began) / max(ended, 1)
        return per_trial * (self.settings.trials - len(self.trials))
