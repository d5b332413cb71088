"""Callbacks, as the lecture does by hand what they do."""

import math
import types
from functools import partial

import keras
import numpy as np

from dlref.callbacks import EarlyStopping, LearningRateScheduler, SnapshotEnsemble, WeightAverage
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


def stopping(curve, patience, min_delta=0.0, more=False, baseline=None, start=0):
    """The epoch after which it stops, -1 for none, and the best epoch, by looking back over the whole curve."""
    better = (
        (lambda one, other: one - min_delta > other)
        if more
        else (lambda one, other: one + min_delta < other)
    )
    best, waited, found = None, 0, [-1, 0]
    for epoch in range(start, len(curve)):
        now = curve[epoch]
        waited += 1
        if not math.isnan(now) and (best is None or better(now, best)):
            best, found[1] = now, epoch
            if baseline is None or better(now, baseline):
                waited = 0
        elif waited >= patience and epoch > 0:
            found[0] = epoch
            break
    return np.array([*found, waited])


def stopping_of_dlref(curve, patience, min_delta=0.0, more=False, baseline=None, start=0):
    model = types.SimpleNamespace(stop_training=False, weights=None, metrics=[])
    model.get_weights = lambda: ["of the epoch"]
    model.set_weights = lambda weights: setattr(model, "weights", weights)
    callback = EarlyStopping(
        "val_loss", min_delta, patience, 0, "max" if more else "auto", baseline, True, start
    )
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, now in enumerate(curve):
        callback.on_epoch_end(epoch, {"val_loss": float(now)})
        if model.stop_training:
            break
    callback.on_train_end()
    assert model.weights == ["of the epoch"]
    stop = callback.stopped_epoch if model.stop_training else -1
    return np.array([stop, callback.best_epoch, callback.wait])


_TURNS = np.round(np.random.default_rng(5).normal(size=(8, 12)), 1)
_TURNS[0, 0] = np.nan
STOPPINGS = [
    {"patience": 2},
    {"patience": 0},
    {"patience": 3, "min_delta": 0.5},
    {"patience": 2, "more": True},
    {"patience": 3, "more": True, "min_delta": 0.3},
    {"patience": 3, "baseline": -1.0},
    {"patience": 1, "start": 4},
    {"patience": 2, "more": True, "baseline": 1.0},
]

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
    "callbacks.EarlyStopping": [
        Case(partial(stopping_of_dlref, **given), partial(stopping, **given), (curve,))
        for curve, given in [
            *zip(_TURNS, STOPPINGS, strict=True),
            (np.array([3.0, 2.0, 2.0, 2.0, 1.0]), {"patience": 2}),
            (np.array([3.0, 2.75, 2.5, 2.25, 2.0]), {"patience": 2, "min_delta": 0.5}),
        ]
    ],
}
