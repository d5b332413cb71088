"""Callbacks, as the lecture does by hand what they do."""

import keras
import numpy as np

from dlref.callbacks import WeightAverage
from tests.oracles.case import Case


def averaged(start):
    """w x for 1 at x = 1, by steps of 0.2: the average of w, which reaches back four updates."""
    w, average, seen = start.copy(), None, []
    for _ in range(5):
        w = w + 2 * 0.2 * (1 - w)
        average = w if average is None else 0.75 * average + 0.25 * w
        seen.append(average)
    return np.array(seen[-1])


def averaged_by_dlref(start):
    draw = keras.initializers.Constant(float(start))
    dense = keras.layers.Dense(1, use_bias=False, kernel_initializer=draw)
    model = keras.Sequential([keras.Input((1,)), dense])
    model.compile(keras.optimizers.SGD(0.2), "mse")
    one = np.ones((1, 1))
    model.fit(one, one, epochs=5, verbose=0, callbacks=[WeightAverage(0.75)])
    return dense.kernel[0, 0]


ORACLES = {
    "callbacks.WeightAverage": [
        Case(averaged_by_dlref, averaged, (np.array(start),)) for start in (0.25, -3.0)
    ]
}
