"""The spread of the activations through ten layers, for five ways to begin."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.diagnostics import activation_statistics

WIDTH, LAYERS = 500, 10
X = np.random.default_rng(0).normal(size=(500, WIDTH))
WAYS = {
    "tanh, 0.01": ("tanh", 0.01),
    "tanh, 1": ("tanh", 1.0),
    "tanh, Xavier": ("tanh", WIDTH**-0.5),
    "ReLU, Xavier": ("relu", WIDTH**-0.5),
    "ReLU, He": ("relu", (2 / WIDTH) ** 0.5),
}


@cache
def spread(activation: str, std: float) -> list[float]:
    """The standard deviation of each layer's activations."""
    draws = [keras.initializers.RandomNormal(stddev=std, seed=seed) for seed in range(LAYERS)]
    layers = [keras.layers.Dense(WIDTH, activation, kernel_initializer=draw) for draw in draws]
    model = keras.Sequential([keras.Input((WIDTH,)), *layers])
    return [each.std for each in activation_statistics(model, X).layers]


def draw(text):
    figure, axes = plt.subplots()
    for name, way in WAYS.items():
        axes.semilogy(range(1, LAYERS + 1), spread(*way), marker="o", ms=3, label=name)
    axes.set_xlabel(text("layer", "층"))
    axes.set_ylabel(text("standard deviation of the activations", "활성값의 표준편차"))
    axes.set_ylim(1e-7, 5)
    axes.legend(loc="lower left")
    return figure
