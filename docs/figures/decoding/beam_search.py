"""The prefixes that a beam of two keeps and gives up, and the path of greedy search."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.decoding import beam_search, greedy_search

WORDS = ("<EOS>", "going", "visiting", "to", "Africa", "Jane is")
AFTER = np.array(  # the probability of each word after each word
    [
        [1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [0.2, 0.0, 0.0, 0.6, 0.2, 0.0],
        [0.1, 0.0, 0.0, 0.0, 0.9, 0.0],
        [0.0, 0.2, 0.3, 0.0, 0.5, 0.0],
        [0.9, 0.0, 0.0, 0.1, 0.0, 0.0],
        [0.0, 0.5, 0.4, 0.1, 0.0, 0.0],
    ]
)
START, END, GREY = 5, 0, "#8a8f98"


def model(prefixes):
    with np.errstate(divide="ignore"):
        return np.log(AFTER)[prefixes[:, -1]]


def draw(text):
    kept = []

    def watched(prefixes):
        kept.append([tuple(prefix.tolist()) for prefix in prefixes])
        return model(prefixes)

    found = beam_search(watched, START, END, 6, beam_width=2)
    taken = (START, *greedy_search(model, START, END, 6).tokens)
    ends = [(START, *each.tokens) for each in found]
    figure, axes = plt.subplots(figsize=(7.2, 3.6))
    places, chances = {(START,): (0, 0.0)}, {(START,): 1.0}
    for length, prefixes in enumerate(kept, 1):
        prefixes = sorted(
            prefixes, key=lambda prefix: -places[prefix][1]
        )  # no line crosses another
        after = {
            (*p, j): chances[p] * AFTER[p[-1], j]
            for p in prefixes
            for j in range(5)
            if AFTER[p[-1], j]
        }
        chances |= after
        for height, each in zip(np.linspace(1, -1, len(after)), after, strict=True):
            places[each] = length, 0.95 * height
    alive = {*sum(kept, []), *ends}
    for each, (x, y) in places.items():
        colour = "#3b7dd8" if each in alive else GREY
        if len(each) > 1:
            before = places[each[:-1]]
            on_path = each == taken[: len(each)]
            axes.plot((before[0] + 0.36, x - 0.36), (before[1], y), color="#d1660a" if on_path else colour,
                      lw=2 if each in alive else 1, ls="--" if on_path else "-")  # fmt: skip
        number = f"\n{chances[each]:.3f}" if len(each) > 1 else ""
        axes.text(x, y, WORDS[each[-1]] + number, color=colour, ha="center", va="center", fontsize="small",
                  weight="bold" if each == ends[0][: len(each)] else "normal")  # fmt: skip
    axes.plot(
        [], [], color="#3b7dd8", lw=2, label=text("kept by a beam of 2", "너비 2인 빔에 남음")
    )
    axes.plot([], [], color=GREY, lw=1, label=text("given up", "버림"))
    axes.plot([], [], color="#d1660a", lw=2, ls="--", label=text("greedy search", "탐욕 탐색"))
    axes.legend(loc="lower center", ncol=3, bbox_to_anchor=(0.5, -0.16), frameon=False)
    axes.set_xlim(-0.5, len(kept) + 0.5)
    axes.set_ylim(-1.15, 1.15)
    axes.axis("off")
    return figure
