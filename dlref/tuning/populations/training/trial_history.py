"""How the training of one model in a population goes: its curves, its best epoch, and how it ends."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlref.tuning.listener import not_finite
from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program.trial_models import TrialModel

COUNTERS = ("wait", "best", "best_epoch", "stopped_epoch")
STATE = ("status", "message", "curves", "best_epoch", "best", "seconds", "stop_training")


@dataclass
class TrialHistory:
    """How the training of one trial's model went."""

    trial_model: TrialModel
    status: str = "running"  # then "finished", "diverged", "pruned"
    message: str = ""
    curves: dict[str, list[float]] = field(default_factory=dict)
    best_epoch: int | None = None
    best: float | None = None
    weights: list[np.ndarray] = field(default_factory=list)
    seconds: float = 0.0
    callbacks: list[Any] = field(default_factory=list)
    metrics: list[Any] = field(default_factory=list)  # tell EarlyStopping what is better
    handed_out: bool = False
    stop_training: bool = False  # EarlyStopping sets it, taking the history for its model

    def __post_init__(self) -> None:
        for callback in self.callbacks:
            callback.set_model(self)
            callback.on_train_begin()

    def judge(self, logs: dict[str, float], objective: Any, epoch: int) -> bool:
        """Takes note of the logs after `epoch` epochs; returns whether they are the best so far.

        Raises:
            Unsupported: if the objective is not among them.
        """
        for name, value in logs.items():
            self.curves.setdefault(name, []).append(value)
        if not objective.has_value(logs):
            raise Unsupported("it does not report the objective")
        score = objective.get_value(logs)
        if bad := not_finite(logs, objective):
            self.end("diverged", f"{bad} in epoch {epoch}")
            return False
        for callback in self.callbacks:
            callback.on_epoch_end(epoch - 1, logs)
        if self.best is not None and not objective.better_than(score, self.best):
            return False
        self.best, self.best_epoch = score, epoch - 1
        return True

    def end(self, status: str, message: str = "") -> None:
        """Ends it, unless it has ended."""
        if self.status == "running":
            self.status, self.message = status, message

    def state(self) -> dict[str, Any]:
        """All of it that JSON can hold."""
        found = {name: getattr(self, name) for name in STATE}
        return {
            "place": self.trial_model.place,
            "callbacks": [_numbers(callback) for callback in self.callbacks],
            **found,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on from a state."""
        for name in STATE:
            setattr(self, name, state[name])
        for callback, numbers in zip(self.callbacks, state["callbacks"], strict=True):
            vars(callback).update(numbers)

    def get_weights(self) -> list[np.ndarray]:
        """For EarlyStopping, which may restore them: the best weights are kept anyway."""
        return []

    def set_weights(self, weights: list[np.ndarray]) -> None: ...


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


def _numbers(callback: Any) -> dict[str, Any]:
    """What `EarlyStopping` counts with."""
    return {name: vars(callback)[name] for name in COUNTERS if name in vars(callback)}
