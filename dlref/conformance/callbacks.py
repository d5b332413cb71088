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


def snapshots(make: Any) -> Arrays:
    """The weights of a network after each of two cycles, and what both predict together."""
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(8, 3)), rng.normal(size=(8, 2))
    layers = [keras.layers.Dense(4, "tanh"), keras.layers.Dense(2)]
    model = keras.Sequential([keras.Input((3,)), *layers])
    model.set_weights([rng.normal(size=v.shape) for v in model.weights])
    callback, learning_rate = make()
    eagerly = keras.backend.backend() == "tensorflow"
    model.compile(keras.optimizers.SGD(learning_rate), "mse", run_eagerly=eagerly)
    model.fit(x, y, 4, 4, verbose=0, shuffle=False, callbacks=[callback])
    x = ops.convert_to_tensor(x, keras.config.floatx())
    found = {
        f"{i}: {v.name}": w
        for i in range(2)
        for v, w in zip(model.weights, callback.snapshots[i], strict=True)
    }
    return found | {"together": ops.convert_to_numpy(callback.ensemble()(x))}


class _Kept(keras.callbacks.Callback):
    """The weights after every other epoch."""

    snapshots: list[Any]

    def on_train_begin(self, logs: Any = None) -> None:
        self.snapshots = []

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if epoch % 2:
            self.snapshots.append(self.model.get_weights())

    def ensemble(self) -> Any:
        def mean(x: Any) -> Any:
            outputs = []
            for weights in self.snapshots:
                self.model.set_weights(weights)
                outputs.append(self.model(x))
            return keras.layers.Average()(outputs)

        return mean


ROWS = [
    Row(
        name="callbacks.SnapshotEnsemble",
        builtin="keras.optimizers.schedules.CosineDecayRestarts",
        source="CS231n-7",
        ours=lambda: lambda: (ours.SnapshotEnsemble(0.25, 2), 0.5),
        mapped=lambda: (
            lambda: (_Kept(), keras.optimizers.schedules.CosineDecayRestarts(0.25, 4, t_mul=1.0))
        ),
        mapping="t_mul = 1, first_decay_steps = C; get_weights at the end of each cycle; layers.Average",
        sentence="Keras computes the schedule in float32, and nothing in it keeps the weights.",
        probe=snapshots,
        steps=8,
        computes={"any": "float32"},
        modes=("eager",),
        dtypes=("float64", "float32"),
    ),
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
