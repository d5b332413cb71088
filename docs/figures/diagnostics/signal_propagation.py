"""The factor of a layer, forwards and back, against the spread of the weights."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.diagnostics import signal_propagation

UNITS = 200
GAINS = np.geomspace(0.25, 4, 13)


@cache
def factors(activation: str) -> np.ndarray:
    """Of weights with a standard deviation of gain / √n, forwards and back."""
    found = []
    for gain in GAINS:
        start = keras.initializers.RandomNormal(stddev=gain / UNITS**0.5)
        signal = signal_propagation(start, activation, UNITS, examples=200)
        found.append((signal.factor, signal.gradient_factor))
    return np.transpose(found)


def draw(text):
    figure, axes = plt.subplots()
    for activation, name in (("relu", "ReLU"), ("tanh", "tanh")):
        forward, back = factors(activation)
        (line,) = axes.loglog(GAINS, forward, label=f"{name}, γ")
        axes.loglog(GAINS, back, ls="--", color=line.get_color(), label=f"{name}, δ")
    axes.axhline(1, ls=":", lw=1, color="#8a8f98")
    for gain, name in ((1, "Xavier"), (2**0.5, "He")):
        axes.axvline(gain, ls=":", lw=1, color="#8a8f98")
        axes.text(gain, 0.12, f" {name}", color="#8a8f98")
    axes.set_ylim(0.1, 4)
    axes.set_xticks(ticks := [0.25, 0.5, 1, 2, 4], map(str, ticks))
    axes.set_yticks(ticks := [0.125, 0.25, 0.5, 1, 2, 4], map(str, ticks))
    axes.minorticks_off()
    axes.set_xlabel(text("standard deviation of the weights · √n", "가중치의 표준편차 · √n"))
    axes.set_ylabel(text("factor of a layer", "층마다 곱해지는 배율"))
    axes.legend()
    return figure
