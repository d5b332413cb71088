"""How the training of one model in a population goes: its curves, its best epoch, and how it ends."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, get_type_hints

import numpy as np

from dlref._stored import checked
from dlref.tuning.listener import not_finite
from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program.trial_models import TrialModel
from dlref.tuning.populations.training.callbacks import Callbacks
from dlref.tuning.trials.lineage import Change

STATE = ("status", "message", "curves", "best_epoch", "best", "seconds", "lineage")
Status = Literal["running", "finished", "diverged", "pruned", "failed"]


@dataclass
class TrialHistory:
    """How the training of one trial's model went.

    Args:
        trial_model: the model that it began with.
    """

    trial_model: TrialModel
    status: Status = "running"
    message: str = ""
    curves: dict[str, list[float]] = field(default_factory=dict)
    best_epoch: int | None = None
    best: float | None = None
    weights: list[np.ndarray] = field(default_factory=list)
    seconds: float = 0.0
    callbacks: Callbacks = field(default_factory=Callbacks)
    handed_out: bool = False
    error: BaseException | None = None  # that a callback has raised
    lineage: list[Change] = field(default_factory=list)  # what it has taken over from others
    model: TrialModel = None  # type: ignore[assignment]  # with the values that it has now
    best_model: TrialModel = None  # type: ignore[assignment]  # and with those of its best epoch

    def __post_init__(self) -> None:
        self.model = self.best_model = self.trial_model

    @property
    def values(self) -> dict[str, Any]:
        """Its hyperparameters now."""
        return self.lineage[-1]["after"] if self.lineage else self.trial_model.values

    def judge(self, logs: dict[str, float], objective: Any, epoch: int) -> bool:
        """Takes note of the logs after `epoch` epochs; returns whether they are the best so far.

        Raises:
            Unsupported: if the objective is not among them.
        """
        if not objective.has_value(logs):
            raise Unsupported("it does not report the objective")
        score, bad = objective.get_value(logs), not_finite(logs, objective)
        if not bad:  # a callback may add to the logs
            self.call(partial(self.callbacks.epoch_ended, epoch - 1, logs))
        for name, value in logs.items():
            self.curves.setdefault(name, []).append(value)
        if bad:
            self.end("diverged", f"{bad} in epoch {epoch}")
        if self.status != "running":
            return False
        if self.best is not None and not objective.better_than(score, self.best):
            return False
        self.best, self.best_epoch, self.best_model = score, epoch - 1, self.model
        return True

    def finish(self) -> None:
        """Ends it after its last epoch."""
        if self.status == "running":
            self.call(self.callbacks.end)
            self.end("finished")

    def call(self, callbacks: Callable[[], None]) -> None:
        """Calls callbacks; the trial fails if one of them raises."""
        try:
            callbacks()
        except Unsupported:
            raise
        except (Exception, SystemExit) as error:
            self.error = error
            self.end("failed", str(error))

    def end(self, status: Status, message: str = "") -> None:
        """Ends it, unless it has ended."""
        if self.status == "running":
            self.status, self.message = status, message

    def state(self) -> dict[str, Any]:
        """All of it that JSON can hold."""
        found = {name: getattr(self, name) for name in STATE}
        return {
            "place": self.trial_model.place,
            "callbacks": self.callbacks.state(),
            **found,
        }

    def check(self, state: dict[str, Any]) -> None:
        """Refuses what is no state of a history, and not of one with these callbacks.

        Raises:
            ValueError: if something is missing, or of another type.
        """
        hints = get_type_hints(type(self))
        if checked(state, {name: hints[name] for name in STATE}).keys() != set(STATE):
            raise ValueError(f"a history must have {', '.join(STATE)}")
        self.callbacks.check(state["callbacks"])

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on from a state."""
        for name in STATE:
            setattr(self, name, state[name])
        self.callbacks.restore(state["callbacks"])


def numbers(logs: dict[str, Any], axes: int = 0) -> dict[str, Any]:
    """The logs, a metric that is a number for each class as one by class.

    Args:
        logs: each a number or an array.
        axes: how many of the first axes are not those of classes. Defaults to 0.

    Example:
        >>> import numpy as np
        >>> numbers({"loss": 0.5, "f1_score": np.array([0.25, 1.0])})
        {'loss': 0.5, 'f1_score[0]': 0.25, 'f1_score[1]': 1.0}
    """
    found = {}
    for name, value in logs.items():
        array = np.asarray(value)
        for index in np.ndindex(array.shape[axes:]):
            item = array[(..., *index)]
            label = f"{name}[{','.join(map(str, index))}]" if index else name
            found[label] = item if axes else float(item)
    return found
