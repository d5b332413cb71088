"""Callbacks, as the lecture does by hand what they do."""

import math
from functools import partial

import keras
import numpy as np

from dlref.callbacks import LearningRateScheduler, SnapshotEnsemble, WeightAverage
from dlref.schedules import InverseTimeDecay
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


HALVES = {
    "epoch": lambda t: 0.2 / (1 + t),
    "both": lambda t, alpha: alpha / (1 + t),
    "batch": InverseTimeDecay(0.2, 1, 1.0),
    "epochs by updates": InverseTimeDecay(0.2, 1, 1.0),
}


def decayed(start, way):
    """The same line, in three epochs of two updates, with 0.2 divided by what is counted."""
    w, before, step = start.copy(), 0.2, 0
    for epoch in range(3):
        alpha = before / (1 + epoch) if way == "both" else 0.2 / (1 + epoch)
        alpha = 0.2 / (1 + step) if way == "epochs by updates" else alpha
        before = alpha
        for _ in range(2):
            alpha = 0.2 / (1 + step) if way == "batch" else alpha
            w = w + 2 * alpha * (1 - w)
            step += 1
    return np.array(w)


def decayed_by_dlref(start, way):
    draw = keras.initializers.Constant(float(start))
    dense = keras.layers.Dense(1, use_bias=False, kernel_initializer=draw)
    model = keras.Sequential([keras.Input((1,)), dense])
    model.compile(keras.optimizers.SGD(0.2), "mse")
    freq = "batch" if way == "batch" else "epoch"
    callback = LearningRateScheduler(HALVES[way], update_freq=freq)
    two = np.ones((2, 1))
    model.fit(two, two, batch_size=1, epochs=3, verbose=0, callbacks=[callback])
    return dense.kernel[0, 0]


def snapshots_of_a_line(start):
    """The same line, by cosines of two cycles of two epochs of two updates: w after both, and their mean."""
    w, kept = float(start), []
    for _ in range(2):
        for alpha in (0.2, 0.1 * (1 + math.sqrt(0.5)), 0.1, 0.1 * (1 - math.sqrt(0.5))):
            w = w + 2 * alpha * (1 - w)
        kept.append(w)
    return np.array([*kept, sum(kept) / 2])


def snapshots_by_dlref(start):
    draw = keras.initializers.Constant(float(start))
    dense = keras.layers.Dense(1, use_bias=False, kernel_initializer=draw)
    model = keras.Sequential([keras.Input((1,)), dense])
    model.compile(keras.optimizers.SGD(0.5), "mse")
    callback, two = SnapshotEnsemble(0.2, 2), np.ones((2, 1))
    model.fit(two, two, batch_size=1, epochs=4, verbose=0, callbacks=[callback])
    kept = [float(weights[0][0, 0]) for weights in callback.snapshots]
    return np.array([*kept, float(callback.ensemble()(two)[0, 0])])


ORACLES = {
    "callbacks.WeightAverage": [
        Case(averaged_by_dlref, averaged, (np.array(start),)) for start in (0.25, -3.0)
    ],
    "callbacks.LearningRateScheduler": [
        Case(partial(decayed_by_dlref, way=way), partial(decayed, way=way), (np.array(0.25),))
        for way in HALVES
    ],
    "callbacks.SnapshotEnsemble": [
        Case(snapshots_by_dlref, snapshots_of_a_line, (np.array(start),)) for start in (0.25, -3.0)
    ],
}
