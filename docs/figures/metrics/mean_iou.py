"""The worked example: labels and predictions of 4 × 6 pixels, and where they differ."""

import matplotlib.pyplot as plt
import numpy as np

LABELS, FOUND = np.zeros((2, 4, 6), int)
LABELS[:3, 4:] = 1
FOUND[:3, 4:] = FOUND[:2, 3] = 1
FOUND[3, 5] = 2
COLORS = "#eceff3", "#9cc3f0", "#f2b98a"


def draw(text):
    figure, every = plt.subplots(1, 2, figsize=(6.6, 2.7), layout="constrained")
    titles = text("labels", "레이블"), text("predictions", "예측")
    for axes, numbers, title in zip(every, (LABELS, FOUND), titles, strict=True):
        for (row, column), number in np.ndenumerate(numbers):
            wrong = numbers is FOUND and number != LABELS[row, column]
            square = plt.Rectangle((column, row), 1, 1, facecolor=COLORS[number], edgecolor="white")
            axes.add_patch(square)
            axes.text(
                column + 0.5,
                row + 0.5,
                str(number),
                ha="center",
                va="center",
                color="#222222",
                weight="bold" if wrong else "normal",
            )
        axes.set_title(title)
        axes.set_xlim(0, 6)
        axes.set_ylim(4, 0)
        axes.set_aspect("equal")
        axes.set_axis_off()
    return figure
