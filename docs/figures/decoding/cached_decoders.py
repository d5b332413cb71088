"""Which places a decoder computes for each token, and which rows of the cache a beam of three goes on from."""

import matplotlib.pyplot as plt
import numpy as np

BEAMS = [["<s>"], ["a", "c", "b"], ["ca", "cd", "ab"], ["cda", "abd", "caa"]]
FROM = [[0, 0, 0], [1, 1, 0], [1, 2, 0]]  # the row that each goes on from
COMPUTED, KEPT = "#3b7dd8", "#dfe6ef"


def draw(text):
    figure, panels = plt.subplots(
        1, 3, figsize=(7.6, 3.1), layout="constrained", width_ratios=(1, 1, 1.3)
    )
    t, place = np.indices((8, 8))
    for axes, computed, title in (
        (panels[0], place <= t, text("without a cache", "캐시가 없을 때")),
        (panels[1], place == t, text("with a cache", "캐시가 있을 때")),
    ):
        for i, j in zip(*np.nonzero(place <= t), strict=True):
            color = COMPUTED if computed[i, j] else KEPT
            axes.add_patch(plt.Rectangle((j + 0.55, i + 0.55), 0.9, 0.9, color=color))
        axes.set(xlim=(0.4, 8.6), ylim=(8.6, 0.4), aspect="equal", xticks=(1, 8), yticks=(1, 8))
        words = text(f"{computed.sum()} places computed", f"계산한 자리 {computed.sum()}개")
        axes.set_title(f"{title}\n{words}", fontsize="small")
        axes.set_xlabel(text("place", "자리"), fontsize="small")
        axes.tick_params(length=0, labelsize="small")
        axes.spines[:].set_visible(False)
    panels[0].set_ylabel(text("token that is written", "쓰는 토큰"), fontsize="small")
    axes = panels[2]
    for step, beam in enumerate(BEAMS):
        for row, words in enumerate(beam):
            style = {"boxstyle": "round,pad=0.3", "edgecolor": COMPUTED, "facecolor": "none"}
            axes.text(step, row, words, ha="center", va="center", bbox=style, fontsize="small")
            if step:
                x, y = (step - 0.66, step - 0.34), (FROM[step - 1][row], row)
                axes.annotate("", (x[1], y[1]), (x[0], y[0]), arrowprops={"arrowstyle": "->"})
    axes.set(xlim=(-0.5, 3.5), ylim=(2.6, -0.6), xticks=[], yticks=range(3))
    axes.set_title(
        text("rows of the cache, a beam of 3", "캐시의 행, 너비 3인 빔"), fontsize="small"
    )
    axes.set_yticks(
        range(3), [text(f"row {row}", f"행 {row}") for row in range(3)], fontsize="small"
    )
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure
