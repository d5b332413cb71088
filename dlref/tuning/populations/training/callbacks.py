"""The callbacks of `fit` in a population: each member has copies, which are told its own epochs and logs.

A callback that only stops the training sees the `Callbacks` as its model. Any other one sees a Keras model of the
member (`member_models.py`): it may read and set its weights, change its learning rate, and stop it.
"""

import copy
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
from keras.callbacks import (
    Callback,
    CSVLogger,
    ModelCheckpoint,
    ReduceLROnPlateau,
    TensorBoard,
    TerminateOnNaN,
)

from dlref._stored import checked
from dlref.callbacks import EarlyStopping, LearningRateScheduler
from dlref.tuning.populations.model.model_spec import read_spec
from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.training.callback_files import for_one_member, publish

WITHIN_EPOCHS = tuple(
    f"on_{name}"
    for name in (
        *("batch_begin", "batch_end", "train_batch_begin", "train_batch_end"),
        *("test_batch_begin", "test_batch_end", "test_begin", "test_end"),
    )
)
# What does something within an epoch only if it is told to, and the argument that tells it.
PER_EPOCH = {
    ModelCheckpoint: "save_freq",
    TensorBoard: "update_freq",
    LearningRateScheduler: "update_freq",
}
STOPPING = (EarlyStopping, keras.callbacks.EarlyStopping, TerminateOnNaN)
# These look at nothing of the model but its learning rate.
WITHOUT_WEIGHTS = (*STOPPING, ReduceLROnPlateau, LearningRateScheduler, CSVLogger)
WITHOUT_WEIGHTS += (keras.callbacks.LearningRateScheduler,)
# What the callbacks count with that a checkpoint of a population can hold.
COUNTERS: dict[str, Any] = {
    **{"wait": int, "best": float | None, "best_epoch": int, "stopped_epoch": int},
    **{"cooldown_counter": int, "rows": list[Any]},
}


def check_callbacks(callbacks: Sequence[Any]) -> None:
    """Raises `Unsupported` if only `fit` can call them; it says what is wrong with what cannot be copied."""
    for callback in callbacks:
        _check(callback)
    try:
        copy.deepcopy(callbacks)
    except Exception as error:
        raise Unsupported("the callbacks cannot be copied") from error


def _check(callback: Any) -> None:
    name = type(callback).__name__
    if not isinstance(callback, Callback) or isinstance(callback, keras.callbacks.CallbackList):
        raise Unsupported(f"fit has the callback {name}, which is no keras.callbacks.Callback")
    if isinstance(callback, CSVLogger) and type(callback) is not CSVLogger:
        raise Unsupported(f"fit has the callback {name}, whose file only one trial may write")
    if getattr(callback, "_should_trace", False):  # TensorBoard's profile_batch
        raise Unsupported(f"fit has the callback {name}, which profiles mini-batches")
    own = [hook for hook in WITHIN_EPOCHS if _overrides(callback, hook)]
    if own and type(callback) not in STOPPING:
        raise Unsupported(f"fit has the callback {name}, whose {own[0]} is called within an epoch")


def _overrides(callback: Callback, hook: str) -> bool:
    idle = [kind for kind, name in PER_EPOCH.items() if getattr(callback, name, "") == "epoch"]
    known = [getattr(kind, hook) for kind in (Callback, *idle)]
    return hook in vars(callback) or getattr(type(callback), hook) not in known


def need_models(callbacks: Sequence[Any]) -> bool:
    """Whether one of them looks at its model."""
    return any(type(callback) not in STOPPING for callback in callbacks)


def need_weights(callbacks: Sequence[Any]) -> bool:
    """Whether one of them may look at more of its model than the learning rate."""
    return any(type(callback) not in WITHOUT_WEIGHTS for callback in callbacks)


def can_go_on(callbacks: Sequence[Any]) -> bool:
    """Whether a checkpoint can hold what they count with; it cannot what a user's own callback does."""
    return not any(type(each) not in (*WITHOUT_WEIGHTS, ModelCheckpoint) for each in callbacks)


class Callbacks:
    """The copies of one member, and its model for those that only stop it.

    Args:
        callbacks: the copies.
        metrics: tell `EarlyStopping` what is better.
        model: that the callbacks see. Defaults to None: this object.
        directory: where files are written until the member has ended. Defaults to None: nothing writes any.
        **params: what callbacks are told: `epochs`, `steps`, `verbose`.
    """

    def __init__(
        self,
        callbacks: Sequence[Any] = (),
        metrics: Sequence[Any] = (),
        model: keras.Model | None = None,
        directory: Path | None = None,
        **params: Any,
    ) -> None:
        self.metrics, self.stop_training, self.model = metrics, False, model
        self._directory, self._params = directory, params
        self._callbacks = [for_one_member(callback, directory) for callback in callbacks]
        self._before = read_spec(model) if model else None

    def begin(self, epoch: int) -> None:
        """Before the first epoch, or, after an interruption, before `epoch`."""
        counters = self.state()  # which `on_train_begin` sets to what they begin with
        if epoch == 0 and self._directory:
            shutil.rmtree(self._directory, ignore_errors=True)
        seen: Any = self.model or self
        seen.stop_training = False
        for callback in self._callbacks:
            callback.set_params(self._params)
            callback.set_model(self)
            if self.model and getattr(callback, "monitor_op", "") is None:
                callback._set_monitor_op()  # while it sees metrics that are built
            callback.set_model(seen)
        for callback in self._callbacks:
            callback.on_train_begin()
        if epoch:
            self.restore(counters)

    def epoch_begins(self, epoch: int) -> None:
        """Before epoch `epoch`, counted from 0."""
        for callback in self._callbacks:
            callback.on_epoch_begin(epoch)

    def epoch_ended(self, epoch: int, logs: dict[str, float]) -> None:
        """After it; a callback may add to the logs."""
        if self.model is not None and any("[" in name for name in logs):
            raise Unsupported("callbacks are told metrics that are a number for each class")
        for callback in self._callbacks:
            callback.on_epoch_end(epoch, logs)
        self.stop_training = (self.model or self).stop_training

    def end(self) -> None:
        """After the last epoch.

        Raises:
            Unsupported: if the callbacks have changed what no population can follow, such as a dropout rate.
        """
        if self.model is not None and self._before is not None:
            after = read_spec(self.model)
            now = (after.structure, after.scalars)
            if now != (self._before.structure, self._before.scalars):
                raise Unsupported("a callback changes more than weights and the learning rate")
        for callback in self._callbacks:
            callback.on_train_end()

    def publish(self) -> None:
        """Moves what was written for this member to where the user wants it."""
        publish(self._directory)

    def state(self) -> list[dict[str, Any]]:
        """What they count with."""
        kept = [vars(callback) for callback in self._callbacks]
        return [{name: each[name] for name in COUNTERS if name in each} for each in kept]

    def check(self, state: list[dict[str, Any]]) -> None:
        """Refuses what is no state of these callbacks.

        Raises:
            ValueError: if it is of others, or of another type.
        """
        if len(state) != len(self._callbacks):
            raise ValueError("the state is of other callbacks")
        for counters in state:
            if checked(counters, COUNTERS).keys() != counters.keys():
                raise ValueError(f"a callback counts nothing but {', '.join(COUNTERS)}")

    def restore(self, state: list[dict[str, Any]]) -> None:
        """Goes on from a state."""
        for callback, counters in zip(self._callbacks, state, strict=True):
            vars(callback).update(counters)

    def get_weights(self) -> list[Any]:
        """For `EarlyStopping`, which may restore them: the best weights are kept anyway."""
        return []

    def set_weights(self, weights: list[Any]) -> None: ...
