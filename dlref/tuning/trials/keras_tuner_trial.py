"""A trial as keras-tuner knows it, made from what is stored of it."""

from collections.abc import Sequence
from typing import Any

import keras_tuner
from keras_tuner.engine.trial import Trial, TrialStatus
from optuna.trial import TrialState

from dlref.tuning.samplers.sampler import draw_one
from dlref.tuning.storage.read_rows import Row

STATUS = {
    TrialState.RUNNING: TrialStatus.RUNNING,
    TrialState.COMPLETE: TrialStatus.COMPLETED,
    TrialState.FAIL: TrialStatus.FAILED,
    TrialState.PRUNED: TrialStatus.STOPPED,
    TrialState.WAITING: TrialStatus.IDLE,
}


class DrawnHyperParameters(keras_tuner.HyperParameters):
    """The values of one trial; what its model is the first to declare is drawn for that trial too.

    So the values of a trial do not depend on which models were built before.
    """

    seed: int | None = None  # None gives new hyperparameters their default
    number = 0

    def _register(self, hyperparameter: Any, overwrite: bool = False) -> Any:
        hp = hyperparameter
        if self.seed is not None and hp.name not in self.values and self.is_active(hp):
            self.values[hp.name] = draw_one(hp, self.seed, self.number)
        return super()._register(hp, overwrite)


def make_trial(row: Row, space: Sequence[Any], seed: int | None, objective: Any) -> Trial:
    """The trial of a row.

    Args:
        row: what is stored.
        space: the hyperparameters; they are shared, not copied.
        seed: that draws new hyperparameters, or None if they have their defaults.
        objective: of keras-tuner.
    """
    hp = DrawnHyperParameters()
    for each in space:
        hp._hps[each.name].append(each)
        hp._space.append(each)
    hp.values = dict(row.attrs.get("values") or {})
    hp.seed, hp.number = seed, row.number
    trial = Trial(hp, str(row.number), STATUS[row.state])
    trial.message = message_of(row.attrs) or None
    if row.state == TrialState.WAITING and row.attrs.get("runs"):
        trial.status = TrialStatus.INVALID
    if row.state == TrialState.RUNNING:
        return trial
    step = row.attrs.get("best_epoch") or 0
    metrics = {name: float(value) for name, value in row.attrs.get("metrics", {}).items()}
    for name, value in metrics.items():
        trial.metrics.register(name, direction_of(objective, name))
        trial.metrics.update(name, value, step=step)
    if row.state == TrialState.COMPLETE:
        trial.score, trial.best_step = objective.get_value(metrics), step
    return trial


def message_of(attrs: dict[str, Any]) -> str:
    """Why a trial diverged or failed: the reason in the first line, then the traceback."""
    parts = (attrs.get("reason", ""), attrs.get("traceback", ""))
    return "\n\n".join(part for part in parts if part)


def direction_of(objective: Any, name: str) -> str | None:
    """The direction of a metric if it is an objective, else None."""
    for each in getattr(objective, "objectives", [objective]):
        if each.name == name:
            return each.direction
    return None
