"""The cost of a linear unit over its two weights, and gradient descent on it, for inputs as they are and normalized."""

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.layers import Normalization

STEPS = 25


def costs(x, y, w):
    """Half the mean square error for each w of shape (..., 2)."""
    return np.mean((w @ x.T - y) ** 2, -1) / 2


def descent(x, y, w):
    """The weights after each step, with half of the largest learning rate that does not diverge."""
    curvature = np.linalg.eigvalsh(x.T @ x / len(x))[-1]
    path = [w]
    for _ in range(STEPS):
        path.append(path[-1] - x.T @ (x @ path[-1] - y) / len(x) / curvature)
    return np.array(path)


def draw(text):
    rng = np.random.default_rng(0)
    x = rng.normal(0, [1, 5], (500, 2))
    layer = Normalization()
    layer.adapt(x)
    normalized = keras.ops.convert_to_numpy(layer(x)).astype("float64")
    y = normalized @ [1.0, 1.0]
    figure, panels = plt.subplots(1, 2)
    names = text("as they are", "그대로"), text("normalized", "정규화한 뒤")
    for axes, name, inputs in zip(panels, names, (x, normalized), strict=True):
        best = np.linalg.lstsq(inputs, y)[0]
        offsets = np.stack(np.meshgrid(np.linspace(-1.5, 1.5, 61), np.linspace(-1.5, 1.5, 61)), -1)
        axes.contour(
            *np.moveaxis(best + offsets, -1, 0),
            costs(inputs, y, best + offsets),
            9,
            colors="gray",
            linewidths=0.8,
        )
        path = descent(inputs, y, best - [1.3, 1.1])
        axes.plot(*path.T, "o-", color="#d1660a", markersize=3)
        axes.plot(*best, "+", color="#3b7dd8", markersize=10)
        axes.set_aspect("equal")
        axes.set_title(name, fontsize="medium")
        axes.set_xlabel("w₁")
        axes.set_ylabel("w₂")
    return figure
