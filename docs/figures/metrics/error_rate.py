"""The table of edit distances between the two sentences of the worked example, and all paths of fewest edits."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.metrics import WordErrorRate

SAID, HEARD = "we are at home now".split(), "we were home right now".split()


def distance(x, y):
    """By the metric, of as many words as there are; of none the other's number."""
    if not x or not y:
        return len(x) + len(y)
    metric = WordErrorRate()
    metric.update_state([x], [y])
    return round(float(metric.result()) * len(x))


def draw(text):
    sizes = len(SAID) + 1, len(HEARD) + 1
    figure, axes = plt.subplots(figsize=(5.4, 3.3))
    for i, j in np.ndindex(*sizes):
        value = distance(SAID[:i], HEARD[:j])
        best = value + distance(SAID[i:], HEARD[j:]) == distance(SAID, HEARD)
        color = "#9cc3f0" if best else "#eceff3"
        axes.add_patch(plt.Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=color, edgecolor="white"))
        axes.text(j, i, str(value), ha="center", va="center", color="#222222")
    axes.set_xlim(-0.5, sizes[1] - 0.5)
    axes.set_ylim(sizes[0] - 0.5, -0.5)
    axes.set_xticks(range(sizes[1]), ["", *HEARD])
    axes.set_yticks(range(sizes[0]), ["", *SAID])
    axes.tick_params(length=0)
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xlabel(text("candidate", "인식 결과"))
    axes.set_ylabel(text("reference", "정답"))
    for side in axes.spines.values():
        side.set_visible(False)
    return figure
