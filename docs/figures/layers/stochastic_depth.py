"""How deep a network of 10 blocks is in training, for two ways to choose the rates."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.compiling import in_one_program
from dlref.layers import StochasticDepth

BLOCKS, DRAWS = 10, 250


@cache
def depths(first: float) -> np.ndarray:
    """The number of blocks that are there, in each of 250 mini-batches; the rates go from `first` to 0.5."""
    one = keras.layers.Activation(keras.ops.ones_like)  # a block that adds 1
    blocks = [
        StochasticDepth(one, rate, seed=seed)
        for seed, rate in enumerate(np.linspace(first, 0.5, BLOCKS).tolist())
    ]

    def through_all(x):
        for block in blocks:
            x = block(x, training=True)
        return x

    depth = in_one_program(through_all, x := keras.ops.zeros((1,)))
    return np.array([float(depth(x)[0]) for _ in range(DRAWS)])


def draw(text):
    figure, axes = plt.subplots()
    names = {
        0.5: text("every rate 0.5", "모두 0.5"),
        0.5 / BLOCKS: text("rates rising to 0.5", "0.5까지 늘어나는 비율"),
    }
    for first, label in names.items():
        axes.hist(depths(first), np.arange(0.5, BLOCKS + 1), alpha=0.55, label=label)
    axes.axvline(BLOCKS, ls=":", color="#8a8f98")
    axes.text(BLOCKS, 45, text("test ", "테스트 "), color="#8a8f98", ha="right")
    axes.set_xlim(0, BLOCKS + 0.5)
    axes.set_xlabel(
        text("blocks that are there in a mini-batch", "미니배치 하나에서 쓰이는 블록의 수")
    )
    axes.set_ylabel(text("mini-batches", "미니배치"))
    axes.legend(loc="upper left")
    return figure
