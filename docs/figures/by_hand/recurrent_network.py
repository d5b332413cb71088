"""The cost of a network that repeats bits four steps late, with and without going back through time."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.by_hand import RecurrentNetwork

BITS = np.random.default_rng(2).integers(0, 2, (64, 10))
LATE = np.pad(BITS, ((0, 0), (4, 0)))[:, :10].T
X, Y = BITS.T[:, None], np.stack([1 - LATE, LATE], 1)


class WithinAStep(RecurrentNetwork):
    """Each step learns from its own output alone."""

    def _step_back(self, A, Z, Y, dR_next):
        return super()._step_back(A, Z, Y, 0 * dR_next)


def draw(text):
    figure, axes = plt.subplots(figsize=(7.2, 3))
    for kind, label in (
        (RecurrentNetwork, text("back through time", "시점을 거슬러")),
        (WithinAStep, text("within each step", "시점마다 따로")),
    ):
        axes.plot(kind(1, 8, 2, seed=0).fit(X, Y, 0.03, 500), label=label)
    guess = 6 * np.log(2)
    axes.axhline(guess, linestyle=":", color="gray")
    axes.annotate(text("guessing", "찍기"), (500, guess), ha="right", va="bottom")
    axes.set(xlabel=text("step of gradient descent", "경사 하강법의 단계"), ylabel="J", ylim=(0, 7))
    figure.legend(loc="outside lower center", ncols=2)
    return figure
