"""Rows of the search scales: each is compared by its quantiles, which fix a distribution."""

from collections.abc import Callable
from typing import Any

import keras_tuner
import numpy as np

from dlref.conformance.row import Arrays, Row
from dlref.tuning import space

_QUANTILES = np.linspace(0.005, 0.995, 100)


def quantiles(declare: Callable[[Any], Any]) -> Arrays:
    """The values of the hyperparameter at 100 quantiles of its distribution."""
    hp = keras_tuner.HyperParameters()
    declare(hp)
    declared, values = hp.space[-1], []
    for quantile in _QUANTILES:
        hp.values[declared.name] = declared.prob_to_value(quantile)
        values.append(declare(hp))
    return {"quantiles": np.sort(np.array(values, "float64"))}


ROWS = [
    Row(
        name="tuning.log_uniform",
        builtin="keras_tuner.HyperParameters.Float",
        source="DLS-C2W3",
        ours=lambda: lambda hp: space.log_uniform(hp, "alpha", 1e-4, 1.0),
        mapped=lambda: lambda hp: hp.Float("alpha", 1e-4, 1.0, sampling="log"),
        mapping='sampling = "log"',
        unmapped=lambda: lambda hp: hp.Float("alpha", 1e-4, 1.0),
        sentence="On Float's linear scale 90 % of the values lie in [0.1, 1].",
        probe=quantiles,
        modes=("eager",),
    ),
    Row(
        name="tuning.averaging_decay",
        builtin="keras_tuner.HyperParameters.Float",
        source="DLS-C2W3",
        ours=lambda: lambda hp: space.averaging_decay(hp, "beta"),
        mapped=lambda: lambda hp: 1 - hp.Float("one_minus_beta", 1e-3, 1e-1, sampling="log"),
        mapping='1 − Float(1 − β_max, 1 − β_min, sampling="log")',
        unmapped=lambda: lambda hp: hp.Float("beta", 0.9, 0.999, sampling="reverse_log"),
        sentence='sampling="reverse_log" mirrors the log scale of β, not of 1 − β: its median is 0.951, not 0.99.',
        probe=quantiles,
        modes=("eager",),
    ),
    Row(
        name="tuning.power_of_two",
        builtin="keras_tuner.HyperParameters.Int",
        source="DLS-C2W3-ko",
        ours=lambda: lambda hp: space.power_of_two(hp, "batch_size", 16, 512),
        mapped=lambda: lambda hp: hp.Int("batch_size", 16, 512, step=2, sampling="log"),
        mapping='step = 2, sampling = "log"',
        unmapped=lambda: lambda hp: hp.Int("batch_size", 16, 512),
        sentence="On Int's linear scale half the values lie above 264.",
        probe=quantiles,
        modes=("eager",),
    ),
]
