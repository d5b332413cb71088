"""Logistic regression on two clouds of points: its boundary after a few steps, and the cost by learning rate."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.by_hand import LogisticRegression

RNG = np.random.default_rng(3)
Y = (np.arange(60) < 30)[None]
X = RNG.normal(size=(2, 60)) + np.where(Y, 1.2, -1.2)
STEPS = 50


def draw(text):
    figure, (left, right) = plt.subplots(1, 2)
    for label, marker in ((0, "o"), (1, "x")):
        left.plot(*X[:, Y[0] == label], marker, ms=4, color="#8a8f98", label=f"y = {label}")
    model, across = LogisticRegression(2), np.array([-4.0, 4.0])
    model.w[:] = [[-1.0], [1.0]]  # a poor start, so that the boundary has to turn
    done = 0
    for steps in (0, 2, 50):
        model.fit(X, Y, 0.3, steps - done)
        done = steps
        up = -(model.w[0, 0] * across + model.b) / model.w[1, 0]
        left.plot(across, up, label=text(f"{steps} steps", f"{steps}단계"))
    left.set(xlim=(-4, 4), ylim=(-4, 4), xlabel="x₁", ylabel="x₂")
    for alpha in (0.01, 0.1, 1.0):
        right.plot(LogisticRegression(2).fit(X, Y, alpha, STEPS), label=f"α = {alpha:g}")
    right.set(xlabel=text("step", "단계"), ylabel="J", ylim=(0, None))
    right.legend()
    figure.legend(
        *left.get_legend_handles_labels(), loc="outside lower left", ncols=5, fontsize="small"
    )
    return figure
