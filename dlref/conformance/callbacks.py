"""Rows of the callbacks."""

from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import callbacks as ours
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


ROWS = [
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
