"""One over the probability of each token of the lecture's sentence, and the perplexity so far."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.metrics import Perplexity

TOKENS = ["Cats", "average", "15", "hours", "of", "sleep", "a", "day", "<EOS>"]
P = np.array([0.02, 0.01, 0.002, 0.6, 0.4, 0.5, 0.3, 0.9, 0.8])


def draw(text):
    metric, so_far = Perplexity(), []
    for p in P:
        metric.update_state(np.array([0]), np.array([[p, 1 - p]]))
        so_far.append(float(metric.result()))
    figure, axes = plt.subplots(figsize=(6.6, 3.2))
    place = np.arange(len(P))
    axes.bar(place, 1 / P - 1, bottom=1, color="#9cc3f0", label=text("1 / probability", "1 / 확률"))
    label = text("perplexity so far", "거기까지의 퍼플렉시티")
    axes.plot(place, so_far, "o-", color="#d1660a", label=label)
    axes.annotate(
        f"{so_far[-1]:.1f}",
        (place[-1], so_far[-1]),
        (0, 8),
        textcoords="offset points",
        ha="center",
    )
    axes.set_yscale("log")
    axes.set_ylim(1, 1000)
    axes.set_xticks(place, TOKENS)
    axes.set_ylabel(text("choices", "고를 것의 수"))
    axes.legend(loc="upper right")
    return figure
