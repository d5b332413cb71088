"""Lines of equal F1 over precision and recall, with the lecture's two classifiers."""

import matplotlib.pyplot as plt
import numpy as np


def draw(text):
    precision, recall = np.meshgrid(np.linspace(0.01, 1, 200), np.linspace(0.01, 1, 200))
    figure, axes = plt.subplots()
    levels = [0.2, 0.4, 0.6, 0.8, 0.9]
    lines = axes.contour(
        precision, recall, 2 * precision * recall / (precision + recall), levels, colors="#3b7dd8"
    )
    axes.clabel(lines, fmt="%.1f")
    for name, p, r in (("A", 0.95, 0.90), ("B", 0.98, 0.85)):
        axes.plot(p, r, "o", color="#d1660a")
        axes.annotate(name, (p, r), (-12, -4), textcoords="offset points", color="#d1660a")
    axes.plot([0, 1], [1, 0], ls=":", lw=1, color="#8a8f98")
    axes.set_xlabel(text("precision p", "정밀도 p"))
    axes.set_ylabel(text("recall r", "재현율 r"))
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    return figure
