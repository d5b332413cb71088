"""The lecture's inception module, 28 × 28 × 192 to 28 × 28 × 256, as a graph of its layers."""

import matplotlib.pyplot as plt

BRANCHES = [
    ["1 × 1, 64"],
    ["1 × 1, 96", "3 × 3, 128"],
    ["1 × 1, 16", "5 × 5, 32"],
    ["pool", "1 × 1, 32"],
]
START, LAYERS, END = 1.1, (3.1, 6.3), 8.4
HALF, WIDE = 0.85, 1.15  # of a box, and of that of the pooling


def draw(text):
    figure, axes = plt.subplots(figsize=(6.8, 2.8))
    arrows = {"arrowstyle": "->", "color": "gray", "shrinkA": 0, "shrinkB": 0}
    axes.text(START, 0, "28 × 28 × 192 ", ha="right", va="center")
    axes.text(END, 0, " 28 × 28 × 256", ha="left", va="center")
    axes.text(END, -0.5, "  64 + 128 + 32 + 32", ha="left", va="center", fontsize="small")
    for row, layers in enumerate(BRANCHES):
        y, end = 1.5 - row, (START, 0)
        for x, words in zip(LAYERS, layers, strict=False):
            half = WIDE if words == "pool" else HALF
            axes.annotate("", (x - half, y), end, arrowprops=arrows)
            shown = text("max pool 3 × 3", "맥스 풀링 3 × 3") if words == "pool" else words
            box = {"boxstyle": "round,pad=0.4", "edgecolor": f"C{row}", "facecolor": "none"}
            axes.text(x, y, shown, ha="center", va="center", bbox=box)
            end = x + half, y
        last = LAYERS[1] + HALF, y
        axes.plot(*zip(end, last, strict=True), color="gray", linewidth=1)
        axes.annotate("", (END, 0), last, arrowprops=arrows)
    axes.set_xlim(-1.2, 10.8)
    axes.set_ylim(-2, 2)
    axes.axis("off")
    return figure
