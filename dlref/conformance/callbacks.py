"""Rows of the callbacks."""

from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import callbacks as ours
from dlref import schedules
from dlref.conformance.row import Arrays, Row

_MOMENTUM = 0.875


def of_a_line(callback: Any) -> Arrays:
    """The weights of a linear model after four epochs of three mini-batches, by momentum."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(12, 3)), rng.normal(size=(12, 2))
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.set_weights([rng.normal(size=v.shape) for v in model.weights])
    model.compile(keras.optimizers.SGD(0.125, 0.5), "mse")
    callbacks = [] if callback is None else [callback]
    if callback is None:
        model.compile(keras.optimizers.SGD(0.125, 0.5, use_ema=True, ema_momentum=_MOMENTUM), "mse")
    model.fit(x, y, 4, 4, verbose=0, shuffle=False, callbacks=callbacks)
    return {v.name: ops.convert_to_numpy(v.value) for v in model.weights}


_RATES = {
    "a function of the epoch": (lambda epoch: 0.125 / (1 + epoch), "epoch"),
    "a function of the epoch and the learning rate": (
        lambda epoch, alpha: alpha / (1 + epoch),
        "epoch",
    ),
    "a schedule, each epoch": (schedules.InverseTimeDecay(0.125, 1), "epoch"),
    "a schedule, each mini-batch": (schedules.InverseTimeDecay(0.125, 1), "batch"),
}
_STEPS_PER_EPOCH = 2


def scheduled(make: Any) -> Arrays:
    """The weights of a linear model, and its learning rates, after three epochs of two mini-batches."""
    rng, seen = np.random.default_rng(1), {}
    x, y = rng.normal(size=(8, 3)), rng.normal(size=(8, 2))
    start = [rng.normal(size=(3, 2)), rng.normal(size=2)]
    for words, (schedule, update_freq) in _RATES.items():
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        model.set_weights(start)
        callbacks, learning_rate = make(schedule, update_freq)
        # Tracing these few steps takes TensorFlow longer than they do.
        eagerly = keras.backend.backend() == "tensorflow"
        model.compile(keras.optimizers.SGD(learning_rate), "mse", run_eagerly=eagerly)
        history = model.fit(x, y, 4, 3, verbose=0, shuffle=False, callbacks=callbacks).history
        seen |= {f"{v.name}: {words}": ops.convert_to_numpy(v.value) for v in model.weights}
        if update_freq == "epoch":
            seen[f"learning rate: {words}"] = np.array(history["learning_rate"])
    return seen


def _by_keras(schedule: Any, update_freq: str) -> tuple[list[Any], Any]:
    if update_freq == "batch":
        return [], schedule
    if isinstance(schedule, keras.optimizers.schedules.LearningRateSchedule):
        return [
            keras.callbacks.LearningRateScheduler(
                lambda epoch: float(schedule(epoch * _STEPS_PER_EPOCH))
            )
        ], 0.5
    return [keras.callbacks.LearningRateScheduler(schedule)], 0.5


ROWS = [
    Row(
        name="callbacks.LearningRateScheduler",
        builtin="keras.callbacks.LearningRateScheduler",
        source="DLS-C2-blog; Flowchart C2; CS231n-7",
        ours=lambda: (
            lambda *given: ([ours.LearningRateScheduler(given[0], update_freq=given[1])], 0.5)
        ),
        mapped=lambda: _by_keras,
        mapping="a schedule, each epoch: a function that calls it; each mini-batch: SGD(schedule)",
        sentence="Keras' callback takes functions of the epoch alone; of a schedule it says that it returns no float.",
        probe=scheduled,
        steps=6,
        modes=("eager",),
        dtypes=("float64", "float32"),
    ),
    Row(
        name="callbacks.WeightAverage",
        builtin="keras.optimizers.Optimizer",
        source="CS231n-7",
        ours=lambda: ours.WeightAverage(_MOMENTUM),
        mapped=lambda: None,
        mapping="use_ema = True, ema_momentum = momentum",
        probe=of_a_line,
        steps=12,
        modes=("eager",),
        dtypes=("float64", "float32"),
    ),
]
