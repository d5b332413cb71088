"""The messages of a search while it runs."""

import math
import warnings
from typing import Any


class Diverged(Exception):
    """The loss or the objective of a trial is no finite number."""


def not_finite(logs: dict[str, Any], objective: Any) -> str:
    """Says which of loss, `val_loss` and objective is NaN or infinite; "" if none is."""
    values = {name: logs[name] for name in ("loss", "val_loss") if name in logs}
    if objective.has_value(logs):
        values[objective.name] = objective.get_value(logs)
    bad = {name: float(value) for name, value in values.items() if not math.isfinite(value)}
    return next((f"{name} was {value}" for name, value in bad.items()), "")


class Listener:
    """Receives the messages of a search while it runs; override the methods that you need.

    The thread that searches calls all of them. An exception from `check` ends the search.
    """

    def claimed(self, trials: list[Any]) -> None:
        """These trials (of keras-tuner) are trained next."""

    def note(self, text: str) -> None:
        """A message: which trials are trained together, which alone and why, and where a search zooms in."""

    def epoch_ended(self, numbers: list[int], epoch: int, logs: dict[str, Any]) -> None:
        """`epoch` epochs of the trials `numbers` are done; `logs` holds one value per trial."""

    def trial_ended(self, result: Any, trial: Any) -> None:
        """A trial ended and is recorded; `result` is a `dlref.tuning.study.Result`."""

    def check(self) -> None:
        """Called often."""


class Printer(Listener):
    """Prints the notes, each trial that is the best so far, and each that fails with its reason.

    Args:
        objective: a `keras_tuner.Objective`.
    """

    def __init__(self, objective: Any) -> None:
        self._objective, self._best = objective, None

    def note(self, text: str) -> None:
        print(text, flush=True)

    def trial_ended(self, result: Any, trial: Any) -> None:
        if result.state in ("diverged", "failed"):
            reason = result.message.partition("\n")[0]
            self.note(f"trial {result.number}: {reason}")
        elif result.state == "finished" and self._objective.has_value(result.metrics):
            score = self._objective.get_value(result.metrics)
            if self._best is None or self._objective.better_than(score, self._best):
                self._best = score
                name = self._objective.name
                self.note(f"trial {result.number}: {name} {score:.5g}, the best of this run so far")


def warn_if_none_succeeded(study: Any) -> None:
    """Warns if all trials of a study have diverged or failed: there is no best one to be had."""
    if study.get_best_trials(1):
        return
    ended = [trial for trial in study.trials.values() if trial.message]
    if ended:
        reason = ended[0].message.partition("\n")[0]
        warnings.warn(
            f"none of {len(study.trials)} trials has succeeded; trial {ended[0].trial_id}: {reason}",
            stacklevel=3,
        )
