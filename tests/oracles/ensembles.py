"""Models that hold others: each model, piece, pair and output one after the other."""

import keras
import numpy as np

from dlref.ensembles import Ensemble
from dlref.models import SiameseNetwork, TenCrop
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


def ten_crop(x):
    """With a model that weights pixel (i, j) of a piece of 2 × 3 by 3i + j + 1."""
    pieces = keras.Sequential([keras.Input((2, 3, 1)), keras.layers.Flatten()])
    pieces.add(keras.layers.Dense(1, use_bias=False))
    pieces.set_weights([np.arange(1.0, 7.0)[:, None]])
    return TenCrop(pieces)(x)


def mean_of_pieces(x):
    (rows, columns), out = x.shape[1:3], np.zeros((len(x), 1))
    top, left = (0, rows - 2, (rows - 2) // 2), (0, columns - 3, (columns - 3) // 2)
    for e in range(len(x)):
        for r, c in ((0, 0), (0, 1), (1, 0), (1, 1), (2, 2)):
            for i, j in np.ndindex(2, 3):
                weights = (3 * i + j + 1) + (3 * i + (2 - j) + 1)  # as it is, and mirrored
                out[e] += weights * x[e, top[r] + i, left[c] + j, 0] / 10
    return out


def siamese(x, y, w, b):
    """With pictures that are their own embeddings."""
    network = SiameseNetwork(keras.Sequential([keras.Input((3,)), keras.layers.Rescaling(1.0)]))
    network.build([(None, 3), (None, 3)])
    return network.stateless_call([w, b], [], [x, y])[0]


def verified(x, y, w, b):
    out = np.zeros((len(x), 1))
    for e in range(len(x)):
        z = b[0] + sum(w[k] * abs(x[e, k] - y[e, k]) for k in range(3))
        out[e] = 1 / (1 + np.exp(-z))
    return out


ORACLES = {
    "ensembles.Ensemble": [Case(by_dlref, mean_of_networks, (X, _rng.normal(size=5 * sum(SIZES))))],
    "models.TenCrop": [
        Case(ten_crop, mean_of_pieces, (_rng.normal(size=(2, *size, 1)),))
        for size in ((5, 8), (2, 3), (4, 3))
    ],
    "models.SiameseNetwork": [
        Case(
            siamese,
            verified,
            (*_rng.normal(size=(2, 4, 3)), _rng.normal(size=3), _rng.normal(size=1)),
            True,
        )
    ],
}
