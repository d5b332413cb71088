"""The lecture's words by gender and royalty, and the analogy as two arrows of the same length."""

import matplotlib.pyplot as plt

WORDS = {  # gender, royal
    "man": (-1, 0.01),
    "woman": (1, 0.02),
    "king": (-0.95, 0.93),
    "queen": (0.97, 0.95),
    "apple": (0, -0.01),
    "orange": (0.01, 0),
}
PLACES = {"apple": (0, 9), "orange": (0, -14)}


def draw(text):
    figure, axes = plt.subplots(figsize=(6.2, 3.2))
    (man, woman, king, queen), dots = [WORDS[w] for w in list(WORDS)[:4]], list(WORDS.values())
    axes.scatter(*zip(*dots, strict=True), color="#3b7dd8", zorder=3)
    for word, place in WORDS.items():
        axes.annotate(
            word, place, PLACES.get(word, (0, 9)), textcoords="offset points", ha="center"
        )
    sought = king[0] - man[0] + woman[0], king[1] - man[1] + woman[1]
    arrow = {"arrowstyle": "->", "color": "#d1660a", "lw": 1.6, "shrinkA": 5, "shrinkB": 4}
    for start, end in ((man, woman), (king, sought)):
        axes.annotate("", end, start, arrowprops=arrow)
    axes.plot(*sought, "x", color="#d1660a", zorder=4)
    axes.annotate(
        text("king − man + woman", "king − man + woman"), sought, (6, -14),
        textcoords="offset points", ha="center", color="#d1660a",
    )  # fmt: skip
    axes.set(xlim=(-1.35, 1.5), ylim=(-0.25, 1.25))
    axes.set_xlabel(text("gender", "성별"))
    axes.set_ylabel(text("royal", "왕족"))
    assert queen == WORDS["queen"]
    return figure
