"""The likeliest texts of four steps: all sequences that say one, and the likeliest sequence of it alone."""

from itertools import groupby, product

import matplotlib.pyplot as plt
import numpy as np

from dlref.decoding import ctc_beam_search, ctc_greedy_search

STEPS = np.array([[0.5, 0.4, 0.1], [0.4, 0.3, 0.3], [0.4, 0.3, 0.3], [0.5, 0.1, 0.4]])
NAMES = "–ab"


def best_sequences():
    """The probability of the likeliest sequence of each text."""
    best = {}
    for sequence in product(range(3), repeat=len(STEPS)):
        text = tuple(c for c, _ in groupby(sequence) if c)
        share = np.prod(STEPS[np.arange(len(STEPS)), sequence])
        best[text] = max(share, best.get(text, 0))
    return best


def draw(text):
    found = ctc_beam_search(np.log(STEPS), 50)[:7]
    alone = best_sequences()
    assert ctc_greedy_search(np.log(STEPS)).symbols == max(alone, key=lambda each: alone[each])
    figure, axes = plt.subplots(figsize=(6.2, 3))
    place = np.arange(len(found))
    label = text("all sequences that say it", "그것을 말하는 모든 경로")
    axes.bar(place, [np.exp(each.log_probability) for each in found], color="#9cc3f0", label=label)
    label = text("the likeliest of them", "그 가운데 가장 그럴듯한 경로")
    axes.bar(place, [alone[each.symbols] for each in found], 0.4, color="#d1660a", label=label)
    empty = text("(empty)", "(빈 텍스트)")
    axes.set_xticks(place, ["".join(NAMES[s] for s in each.symbols) or empty for each in found])
    axes.set_xlabel(text("text", "텍스트"))
    axes.set_ylabel(text("probability", "확률"))
    axes.legend()
    return figure
