"""Six digits with two landmarks, true and found by the linear model with the least landmark loss."""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits


def with_landmarks():
    """Images, and where the first and the last row of ink begin: x and y of both."""
    images = load_digits().images / 16
    ink = images > 0.25
    rows = ink.any(2)
    found = []
    for row in (rows.argmax(1), 7 - rows[:, ::-1].argmax(1)):
        found += [ink[range(len(ink)), row].argmax(1), row]
    return images, np.stack(found, 1)


def draw(text):
    images, landmarks = with_landmarks()
    x = np.c_[images.reshape(-1, 64), np.ones(len(images))]
    # Where all show a digit, the loss is that of least squares.
    weights = np.linalg.lstsq(x[:1500], landmarks[:1500], rcond=None)[0]
    found = x @ weights
    figure, every = plt.subplots(1, 6, figsize=(6.6, 1.8))
    for axes, i in zip(every, range(1500, 1506), strict=True):
        axes.imshow(images[i], cmap="gray_r", alpha=0.6)
        marks = (
            (landmarks[i], "o", "#3b7dd8", text("landmark", "랜드마크")),
            (found[i], "x", "#d1660a", text("found", "찾은 곳")),
        )
        for at, mark, color, label in marks:
            axes.plot(at[::2], at[1::2], mark, color=color, ms=8, mew=2, mfc="none", label=label)
        axes.set_xlim(-1, 8)
        axes.set_ylim(8, -1)
        axes.set_axis_off()
    handles, labels = every[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=2)
    return figure
