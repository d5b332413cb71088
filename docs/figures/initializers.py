"""The activations of ten layers of 500 units, for five ways to draw the weights; the zeros of ReLU are left out."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.activations import relu, tanh
from dlref.initializers import HeNormal, SmallNormal, XavierNormal

UNITS, EXAMPLES, SHOWN = 500, 200, (1, 5, 10)
NETS = {
    "tanh\n0.01": (tanh, lambda seed: SmallNormal(0.01, seed)),
    "tanh\n1.0": (tanh, lambda seed: SmallNormal(1.0, seed)),
    "tanh\nXavier": (tanh, XavierNormal),
    "ReLU\nXavier": (relu, XavierNormal),
    "ReLU\nHe": (relu, HeNormal),
}


def activations(g, initializer) -> list[np.ndarray]:
    """The activations of the layers SHOWN, of a net without biases on normal inputs."""
    a = keras.random.normal((EXAMPLES, UNITS), seed=0)
    layers = []
    for layer in range(1, 11):
        a = g(a @ initializer(layer)((UNITS, UNITS)))
        layers.append(keras.ops.convert_to_numpy(a).ravel())
    return [layers[layer - 1] for layer in SHOWN]


@cache
def nets() -> list[list[np.ndarray]]:
    return [activations(g, initializer) for g, initializer in NETS.values()]


def draw(text):
    figure, grid = plt.subplots(len(SHOWN), len(NETS))
    for column, (name, layers) in enumerate(zip(NETS, nets(), strict=True)):
        low, high = (-1.05, 1.05) if "tanh" in name else (0, 3)
        for row, values in enumerate(layers):
            axes = grid[row, column]
            counts, edges = np.histogram(values[values != 0], 43, (low, high))
            axes.stairs(counts / counts.max(), edges, fill=True, color=f"C{column}")
            axes.set_xlim(low, high)
            axes.set_xticks([-1, 0, 1] if "tanh" in name else [0, 1, 2, 3], [])
            axes.set_yticks([])
            axes.spines["left"].set_visible(False)
            if not column:
                axes.set_ylabel(text(f"layer {SHOWN[row]}", f"{SHOWN[row]}번째 층"))
        axes.set_xticks(axes.get_xticks(), [f"{tick:g}" for tick in axes.get_xticks()])
        grid[0, column].set_title(name, fontsize="medium")
    return figure
