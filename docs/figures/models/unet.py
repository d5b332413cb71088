"""U-Net as a graph: a column that narrows, one that widens, and the skip connections between them."""

import matplotlib.pyplot as plt

SIZES, CHANNELS = (256, 128, 64, 32, 16), (64, 128, 256, 512, 1024)
LEFT, BOTTOM, RIGHT = 0, 4, 8
HALF, HIGH = 1.75, 0.27  # of a box
POOL, UP, SKIP = "#3b7dd8", "#2e8b57", "#d1660a"


def draw(text):
    figure, axes = plt.subplots(figsize=(6.8, 4.4))

    def arrow(color, x, y, to_x, to_y):
        style = {"arrowstyle": "->", "color": color, "shrinkA": 0, "shrinkB": 0, "lw": 1.3}
        axes.annotate("", (to_x, to_y), (x, y), arrowprops=style)

    def box(number, x, level):
        shape = f"{SIZES[level]} × {SIZES[level]} × {CHANNELS[level]}"
        style = {"boxstyle": "round,pad=0.4", "edgecolor": POOL, "facecolor": "none"}
        axes.text(x, -level, f"({number})  {shape}", ha="center", va="center", bbox=style)

    for level in range(4):
        box(level + 1, LEFT, level)
        box(9 - level, RIGHT, level)
        arrow(SKIP, LEFT + HALF, -level, RIGHT - HALF, -level)
    for level in range(3):
        arrow(POOL, LEFT, -level - HIGH, LEFT, -level - 1 + HIGH)
        arrow(UP, RIGHT, -level - 1 + HIGH, RIGHT, -level - HIGH)
    box(5, BOTTOM, 4)
    arrow(POOL, LEFT, -3 - HIGH, BOTTOM - HALF, -4)
    arrow(UP, BOTTOM + HALF, -4, RIGHT, -3 - HIGH)
    arrow("gray", LEFT, 0.8, LEFT, HIGH)
    arrow("gray", RIGHT, HIGH, RIGHT, 0.8)
    for x, y, align, color, words in (
        (LEFT, 1, "center", None, text("picture, 256 × 256 × 3", "그림, 256 × 256 × 3")),
        (RIGHT, 1, "center", None, text("(10)  256 × 256 × 2", "(10)  256 × 256 × 2")),
        (LEFT + 0.2, -0.5, "left", POOL, text("max pool 2 × 2", "맥스 풀링 2 × 2")),
        (RIGHT - 0.2, -0.5, "right", UP, text("up 2 × 2", "전치 합성곱 2 × 2")),
        (BOTTOM, 0.2, "center", SKIP, text("skip connection", "스킵 연결")),
    ):
        axes.text(
            x, y, words, ha=align, va="center", color=color, fontsize="small" if color else None
        )
    axes.set_xlim(-2, 10)
    axes.set_ylim(-4.4, 1.2)
    axes.axis("off")
    return figure
