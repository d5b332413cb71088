"""Huffman's tree of six words, with the probability of each when every score is 0."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.embeddings import hierarchical_softmax, huffman_codes

WORDS = {"of": 30, "the": 25, "orange": 15, "juice": 12, "glass": 10, "king": 8}


def draw(text):
    nodes, labels = huffman_codes(list(WORDS.values()))
    depths = (labels >= 0).sum(1)
    turns = {word: tuple(way[:n]) for word, way, n in zip(WORDS, labels, depths, strict=True)}
    places = {
        turns[w]: float(x)
        for x, w in enumerate(sorted(WORDS, key=lambda w: [-t for t in turns[w]]))
    }
    for depth in range(
        max(depths) - 1, -1, -1
    ):  # an inner node stands over the middle of what is below it
        for way in {way[:depth] for way in places if len(way) > depth}:
            places[way] = np.mean([places[(*way, turn)] for turn in (1, 0)])
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    for way, x in places.items():
        if way:
            axes.plot([places[way[:-1]], x], [1 - len(way), -len(way)], color="#8a8f98", zorder=1)
    inner = [(x, -len(way)) for way, x in places.items() if way not in turns.values()]
    axes.scatter(*zip(*inner, strict=True), s=70, color="#d1660a", zorder=2)
    p = np.array(hierarchical_softmax(np.zeros(len(WORDS) - 1), nodes, labels))
    for word, chance in zip(WORDS, p, strict=True):
        axes.scatter(places[turns[word]], -len(turns[word]), s=70, color="#3b7dd8", zorder=2)
        axes.annotate(
            f"{word}\n{WORDS[word]}\n1/{1 / chance:.0f}", (places[turns[word]], -len(turns[word])), (0, -9),
            textcoords="offset points", ha="center", va="top",
        )  # fmt: skip
    sides = (
        ("right", -16, text("left, σ(s)", "왼쪽, σ(s)")),
        ("left", 16, text("right, 1 − σ(s)", "오른쪽, 1 − σ(s)")),
    )
    for align, shift, side in sides:
        axes.annotate(
            side, (places[()], 0), (shift, 0), textcoords="offset points", ha=align, color="#8a8f98"
        )
    axes.set(ylim=(-max(depths) - 1.1, 0.4))
    axes.margins(x=0.08)
    axes.axis("off")
    return figure
