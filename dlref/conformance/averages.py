"""Rows of the averages."""

from functools import partial
from typing import Any

import keras
import numpy as np
import scipy.signal
from keras import ops

from dlref import averages as ours
from dlref.compiling import compiled
from dlref.conformance.row import Arrays, Row


def of_series(function: Any) -> Arrays:
    """A series of 40 temperatures in three places."""
    theta = np.random.default_rng(0).normal(15, 8, (40, 3))
    if isinstance(function, partial):  # SciPy's is no program
        function = compiled(function)
    averages = function(ops.convert_to_tensor(theta, keras.config.floatx()))
    return {"value": ops.convert_to_numpy(averages)}


def _low_pass(theta: Any) -> Any:
    return scipy.signal.lfilter([0.125], [1.0, -0.875], ops.convert_to_numpy(theta), axis=0)


def _weighted_mean(v: Any) -> Any:
    return ops.convert_to_numpy(v) / _low_pass(np.ones((len(v), 1)))


ROWS = [
    Row(
        name="averages.exponentially_weighted_average",
        builtin="scipy.signal.lfilter",
        source="DLS-C2-blog",
        ours=lambda: partial(ours.exponentially_weighted_average, beta=0.875),
        mapped=lambda: _low_pass,
        mapping="lfilter([1 − β], [1, −β], θ)",
        probe=of_series,
        steps=40,
    ),
    Row(
        name="averages.bias_correction",
        builtin="scipy.signal.lfilter",
        source="DLS-C2-blog",
        ours=lambda: partial(ours.bias_correction, beta=0.875),
        mapped=lambda: _weighted_mean,
        mapping="v / lfilter([1 − β], [1, −β], 1): divided by the sum of the weights",
        probe=of_series,
        steps=40,
    ),
]
