"""The weight of GloVe's loss by how often two words stand together."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.embeddings import GloVeLoss

COLOURS = {0.75: "#3b7dd8", 0.5: "#d1660a", 1.0: "#8a8f98"}


def draw(text):
    x = np.arange(1.0, 201)
    figure, axes = plt.subplots(figsize=(6.2, 3))
    for alpha, colour in COLOURS.items():
        loss = GloVeLoss(x_max=100, alpha=alpha, reduction=None)
        weights = np.array(loss(x, np.log(x) + 1))  # an error of 1
        axes.plot(x, weights, color=colour, label=rf"$\alpha$ = {alpha:g}")
    axes.axvline(100, linestyle=":", color="gray")
    axes.annotate(r"$x_\mathrm{max}$", (100, 0.08), (4, 0), textcoords="offset points")
    axes.set(ylim=(0, 1.1), xlim=(0, 200))
    axes.set_xlabel(text("how often two words stand together, x", "두 단어가 함께 나온 횟수 x"))
    axes.set_ylabel(text("weight f", "무게 f"))
    axes.legend(loc="lower right")
    return figure
