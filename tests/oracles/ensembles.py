"""Ensembles: each model and each output one after the other."""

import keras
import numpy as np

from dlref.ensembles import Ensemble
from tests.oracles.case import Case

_rng = np.random.default_rng(17)
SIZES = (2, 3, 1)  # hidden units of each model
X = _rng.normal(size=(4, 3))


def parts(theta):
    """For each model the weights of both layers, from one list of numbers."""
    numbers = iter(theta)
    return [
        (
            [[next(numbers) for _ in range(units)] for _ in range(3)],
            [[next(numbers) for _ in range(2)] for _ in range(units)],
        )
        for units in SIZES
    ]


def mean_of_networks(x, theta):
    out = np.zeros((len(x), 2))
    for e, j in np.ndindex(out.shape):
        total = 0.0
        for first, second in parts(theta):
            hidden = [
                max(0.0, sum(x[e, i] * first[i][k] for i in range(3))) for k in range(len(second))
            ]
            total += sum(h * row[j] for h, row in zip(hidden, second, strict=True))
        out[e, j] = total / len(SIZES)
    return out


def by_dlref(x, theta):
    models = []
    for first, second in parts(keras.ops.convert_to_numpy(theta)):
        dense = [
            keras.layers.Dense(len(second), "relu", use_bias=False),
            keras.layers.Dense(2, use_bias=False),
        ]
        models.append(keras.Sequential([keras.Input((3,)), *dense]))
        models[-1].set_weights([np.array(first), np.array(second)])
    return Ensemble(models)(x)


ORACLES = {
    "ensembles.Ensemble": [Case(by_dlref, mean_of_networks, (X, _rng.normal(size=5 * sum(SIZES))))]
}
