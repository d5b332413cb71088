"""All ways of the text "all" through its places in six steps, each class as likely; circles by where the text is."""

from collections import Counter
from itertools import pairwise, product

import matplotlib.pyplot as plt
import numpy as np

from dlref.losses import CTC

STEPS, TEXT, NAMES = 6, (1, 2, 2), "–al"
PLACES = (0, 1, 0, 2, 0, 2, 0)


def ways():
    """The places of each sequence that collapses to the text."""
    for way in product(range(len(PLACES)), repeat=STEPS):
        steps = [(b - a, PLACES[b] != 0 and PLACES[a] != PLACES[b]) for a, b in pairwise(way)]
        if way[0] < 2 and way[-1] > len(PLACES) - 3:
            if all(by in (0, 1) or (by == 2 and differ) for by, differ in steps):
                yield way


def draw(text):
    every = list(ways())
    loss = float(CTC()([TEXT], np.zeros((1, STEPS, 3), "float32")))
    assert abs(np.exp(-loss) - len(every) / 3**STEPS) < 1e-6
    at = Counter((t, place) for way in every for t, place in enumerate(way))
    moves = Counter((t, *pair) for way in every for t, pair in enumerate(pairwise(way)))
    figure, axes = plt.subplots(figsize=(6.2, 3.5))
    for (t, a, b), often in moves.items():
        axes.plot([t, t + 1], [a, b], color="gray", lw=0.4 + 4 * often / len(every), zorder=1)
    for (t, place), often in at.items():
        size = 40 + 560 * often / len(every)
        axes.scatter(t, place, s=size, color="#3b7dd8", edgecolor="white", zorder=2)
    axes.set_xticks(range(STEPS), range(1, STEPS + 1))
    axes.set_yticks(range(len(PLACES)), [NAMES[c] for c in PLACES])
    axes.invert_yaxis()
    axes.set_xlabel(text("step", "시점"))
    axes.set_ylabel(text("place", "자리"))
    return figure
