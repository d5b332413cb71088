"""Three weights that the loss does not touch, pulled by the penalty alone."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.gradients import value_and_gradients
from dlref.optimizers import SGD, Adam
from dlref.regularizers import L1, L2

STEPS, START = 80, (1.0, 0.5, 0.1)


def path(optimizer, regularizer) -> np.ndarray:
    """The weights at each step, shape (STEPS + 1, 3)."""
    w, seen = keras.Variable(START), [START]
    for _ in range(STEPS):
        _, gradient = value_and_gradients(regularizer, [seen[-1]], 1.0)
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [w])
        seen.append(keras.ops.convert_to_numpy(w))
    return np.array(seen)


@cache
def paths() -> list[np.ndarray]:
    l2, l1 = L2(strength=20.0, examples=100), L1(strength=20.0, examples=100)
    return [path(SGD(0.15), l2), path(SGD(0.15), l1), path(Adam(0.015), l2)]


def draw(text):
    figure, row = plt.subplots(1, 3, sharey=True)
    for axes, weights, title in zip(row, paths(), ("L2, SGD", "L1, SGD", "L2, Adam"), strict=True):
        axes.axhline(0, color="#8a8f98", linewidth=1, linestyle=":")
        axes.plot(weights)
        axes.set_title(title, fontsize="medium")
        axes.set_xlabel(text("step", "단계"))
    row[0].set_ylabel(text("weight", "가중치"))
    return figure
