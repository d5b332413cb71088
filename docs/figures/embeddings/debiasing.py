"""Words before and after debiasing, along the bias direction and across it."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.embeddings import bias_direction, equalize, neutralize

WORDS = {
    "he": (-1.0, 0.1),
    "she": (1.0, 0.1),
    "grandfather": (-0.7, 1.1),
    "grandmother": (0.9, 0.9),
    "doctor": (-0.75, 0.6),
    "babysitter": (0.4, 0.3),
}
COLOURS = {
    "grandfather": "#3b7dd8",
    "grandmother": "#3b7dd8",
    "doctor": "#d1660a",
    "babysitter": "#d1660a",
}


def panel(axes, words, title):
    for start, shift in (("grandfather", -15), ("grandmother", 15)):
        ends = np.array([words[start], words["babysitter"]])
        axes.plot(*ends.T, color="#8a8f98", lw=1, ls="--", zorder=1)
        length = np.linalg.norm(ends[0] - ends[1])
        axes.annotate(f"{length:.2f}", ends.mean(0), (shift, -8), textcoords="offset points",
                      ha="center", fontsize="small", color="#5f6670")  # fmt: skip
    for word, place in words.items():
        axes.scatter(*place, color=COLOURS.get(word, "#8a8f98"), zorder=3)
        below = word in ("he", "she", "babysitter")
        axes.annotate(
            word, place, (0, -15 if below else 8), textcoords="offset points", ha="center"
        )
    axes.axvline(0, color="#c8ccd2", lw=1, zorder=0)
    axes.set(title=title, xlim=(-1.5, 1.5), ylim=(-0.2, 1.4))


def draw(text):
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.3), sharey=True)
    panel(left, WORDS, text("before", "전"))
    g = bias_direction([WORDS["she"]], [WORDS["he"]])
    words = {word: np.array(neutralize(WORDS[word], g)) for word in ("doctor", "babysitter")}
    for pair in (("he", "she"), ("grandfather", "grandmother")):
        both = equalize(WORDS[pair[0]], WORDS[pair[1]], g)
        words |= dict(zip(pair, [np.array(each) for each in both], strict=True))
    left.set_ylabel(text("another direction", "다른 방향"))
    panel(right, words, text("after", "후"))
    for axes in (left, right):
        axes.set_xlabel(text("bias direction", "편향 방향"))
    return figure
