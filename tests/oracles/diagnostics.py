"""Diagnoses, as the lecture does them by hand."""

import math

import keras
import numpy as np

from dlref.diagnostics import gradient_check, symmetric_units
from tests.oracles.case import Case

_rng = np.random.default_rng(5)
X, Y = _rng.normal(size=(4, 2)), _rng.normal(size=(4, 1))


def cost(theta, x, y, strength):
    """Mean square error of a tanh network of 2, 3 and 1 units, with strength * the squares of the first kernel."""
    total = 0.0
    for x_i, y_i in zip(x, y, strict=True):
        out = theta[12]
        for j in range(3):
            z = theta[6 + j]
            for k in range(2):
                z += x_i[k] * theta[3 * k + j]
            out += math.tanh(z) * theta[9 + j]
        total += (out - y_i[0]) ** 2 / len(x)
    return total + strength * sum(theta[k] ** 2 for k in range(6))


def slope(theta, i, epsilon, x, y, strength):
    above, below = theta.copy(), theta.copy()
    above[i] += epsilon
    below[i] -= epsilon
    return (cost(above, x, y, strength) - cost(below, x, y, strength)) / (2 * epsilon)


def length(values):
    return math.sqrt(sum(value**2 for value in values))


def by_differences(epsilon, strength):
    """The differences, and their distance from those of a step so small that they are the gradient."""

    def oracle(theta):
        a = [slope(theta, i, epsilon, X, Y, strength) for i in range(13)]
        steps = (2e-3, 1e-3)
        halves = [[slope(theta, i, e, X, Y, strength) for i in range(13)] for e in steps]
        b = [(4 * fine - coarse) / 3 for coarse, fine in zip(*halves, strict=True)]
        apart = length(p - q for p, q in zip(a, b, strict=True))
        return np.array([*a, apart / (length(a) + length(b))])

    return oracle


def by_dlref(epsilon, strength):
    def ours(theta):
        hidden = keras.layers.Dense(3, "tanh", kernel_regularizer=keras.regularizers.L2(strength))
        model = keras.Sequential([keras.Input((2,)), hidden, keras.layers.Dense(1)])
        shapes = [v.shape for v in model.weights]
        parts = np.split(theta, [6, 9, 12])
        model.set_weights([p.reshape(shape) for p, shape in zip(parts, shapes, strict=True)])
        found = gradient_check(model, X, Y, loss="mse", epsilon=epsilon).total
        return np.array([*found.approximate, found.ratio])

    return ours


def relative_spread(rows):
    """How far the units, the columns, are apart, relative to the largest entry."""
    apart = max(max(row) - min(row) for row in rows)
    return apart / max(abs(entry) for row in rows for entry in row)


def units_apart(theta):
    """Of a tanh network of 2, 3 and 2 units: weights with biases, and the gradient of outputs times random numbers."""
    first = [list(theta[3 * k : 3 * k + 3]) for k in range(3)]  # the last row holds the biases
    second = [list(theta[9 + 2 * k : 11 + 2 * k]) for k in range(4)]
    by_first, by_second = [[0.0] * 3 for _ in first], [[0.0] * 2 for _ in second]
    upstream = iter(np.random.default_rng(0).standard_normal(2 * len(X)))
    for x in X:
        inputs = [*x, 1.0]
        hidden = [math.tanh(sum(inputs[k] * first[k][j] for k in range(3))) for j in range(3)] + [
            1.0
        ]
        given = [next(upstream) for _ in range(2)]
        for k in range(4):
            for j in range(2):
                by_second[k][j] += hidden[k] * given[j]
        for j in range(3):
            back = sum(second[j][i] * given[i] for i in range(2)) * (1 - hidden[j] ** 2)
            for k in range(3):
                by_first[k][j] += inputs[k] * back
    return np.array([relative_spread(rows) for rows in (first, by_first, second, by_second)])


def units_by_dlref(theta):
    parts = [keras.layers.Dense(3, "tanh"), keras.layers.Dense(2)]
    model = keras.Sequential([keras.Input((2,)), *parts])
    ends = np.split(theta, [6, 9, 15])
    model.set_weights([p.reshape(v.shape) for p, v in zip(ends, model.weights, strict=True)])
    found = symmetric_units(model, X).layers
    return np.array([value for layer in found for value in (layer.weights, layer.gradients)])


ORACLES = {
    "diagnostics.gradient_check": [
        Case(
            by_dlref(epsilon, strength), by_differences(epsilon, strength), (_rng.normal(size=13),)
        )
        for epsilon, strength in ((0.1, 0.0), (0.25, 0.0625))
    ],
    "diagnostics.symmetric_units": [
        Case(units_by_dlref, units_apart, (_rng.normal(size=17) - 0.5,)) for _ in range(2)
    ],
}
