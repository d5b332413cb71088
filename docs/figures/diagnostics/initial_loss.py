"""The loss before training against the spread of the initial weights, beside ln 10."""

from functools import cache
from math import log

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.diagnostics import initial_loss

STDS = np.logspace(-3, 0.5, 15)
IMAGES, DIGITS = load_digits(return_X_y=True)


@cache
def found(std: float) -> float:
    """The loss of a network of 64, 100 and 10 units on the digits."""
    start = [keras.initializers.RandomNormal(stddev=std, seed=seed) for seed in (0, 1)]
    model = keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Dense(100, "relu", kernel_initializer=start[0]),
            keras.layers.Dense(10, kernel_initializer=start[1]),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return initial_loss(model, IMAGES[:300] / 16, DIGITS[:300], loss=loss).loss


def draw(text):
    figure, axes = plt.subplots()
    axes.loglog(STDS, [found(std) for std in STDS], marker="o", ms=4)
    axes.axhline(log(10), ls=":", lw=1, color="#8a8f98")
    axes.text(STDS[0], log(10) * 0.7, "ln 10", color="#8a8f98")
    axes.axvline((2 / 100) ** 0.5, ls=":", lw=1, color="#8a8f98")
    axes.text(
        (2 / 100) ** 0.5 * 1.1,
        60,
        text("He, of the second layer", "두 번째 층의 He"),
        color="#8a8f98",
        ha="left",
    )
    axes.set_xlabel(text("standard deviation of the initial weights", "초기 가중치의 표준편차"))
    axes.set_ylabel(text("first loss", "첫 손실"))
    axes.set_ylim(1, 300)
    return figure
