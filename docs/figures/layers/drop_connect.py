"""Two units that see the same digit, under 1500 masks: dropout moves them together, DropConnect each by itself."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.layers import DropConnect, Dropout

PIXELS = (load_digits().images[4].reshape(1, 64) / 16).astype("float32")


@cache
def inputs() -> dict[str, np.ndarray]:
    """The inputs of both units under each mask."""
    kernel = np.abs(np.random.default_rng(1).normal(0, 0.3, (64, 2))).astype("float32")
    dense = keras.layers.Dense(2, use_bias=False)
    dense.build((1, 64))
    dense.kernel.assign(kernel)
    dropout, connect = Dropout(0.5, seed=0), DropConnect(dense, 0.5, seed=0)
    many = np.repeat(PIXELS, 1500, 0)
    weights = [connect(PIXELS, training=True)[0] for _ in range(1500)]
    return {
        "Dropout": keras.ops.convert_to_numpy(dense(dropout(many, training=True))),
        "DropConnect": np.array([keras.ops.convert_to_numpy(each) for each in weights]),
        "at test time": keras.ops.convert_to_numpy(dense(PIXELS)),
    }


def draw(text):
    figure, (left, right) = plt.subplots(1, 2, sharex=True, sharey=True)
    for axes, name, colour in ((left, "Dropout", "#3b7dd8"), (right, "DropConnect", "#d1660a")):
        axes.plot(*inputs()[name].T, ".", ms=2, alpha=0.5, color=colour)
        axes.plot(*inputs()["at test time"].T, "+", ms=14, mew=2, color="#8a8f98")
        axes.set_title(name, fontsize=10)
        axes.set_xlabel(text("input of unit 1", "유닛 1의 입력"))
    left.set_ylabel(text("input of unit 2", "유닛 2의 입력"))
    return figure
