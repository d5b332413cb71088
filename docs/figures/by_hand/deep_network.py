"""The cost of a network of 4 tanh units on XOR, by how it is initialized, and how far its units are apart."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.by_hand import DeepNetwork

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2, 200))
Y = X[:1] * X[1:] > 0
STEPS = 1000


def curves(initialization):
    """The cost and the spread of the units' weights, step by step."""
    network, costs, spread = DeepNetwork([2, 4, 1], "tanh", initialization, seed=0), [], []
    for _ in range(STEPS):
        spread.append(np.ptp(network.W[1], axis=0).max())
        costs += list(network.fit(X, Y, 1.0, 1))
    return costs, spread


def draw(text):
    figure, (left, right) = plt.subplots(1, 2)
    for name in ("zeros", "small", "he"):
        costs, spread = curves(name)
        left.plot(costs, label=name)
        right.plot(spread, label=name)
    left.set(xlabel=text("step", "단계"), ylabel="J", ylim=(0, 0.75))
    right.set(
        xlabel=text("step", "단계"),
        ylabel=text("largest distance of two units", "유닛 사이의 최대 거리"),
    )
    left.legend()
    return figure
