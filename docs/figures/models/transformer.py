"""The transformer as two columns: the encoder reads, and the decoder looks at what it has found."""

import matplotlib.pyplot as plt

READ, WRITTEN, LEFT, RIGHT = "#3b7dd8", "#2e8b57", 0, 5
HALF, HIGH = 1.75, 0.3  # of a box


def draw(text):
    figure, axes = plt.subplots(figsize=(6.8, 4.2))

    def arrow(color, x, y, to_x, to_y):
        style = {"arrowstyle": "->", "color": color, "shrinkA": 0, "shrinkB": 0, "lw": 1.3}
        axes.annotate("", (to_x, to_y), (x, y), arrowprops=style)

    def box(words, x, y, color):
        style = {"boxstyle": "round,pad=0.45", "edgecolor": color, "facecolor": "none"}
        axes.text(x, y, words, ha="center", va="center", bbox=style, fontsize="small")

    places = text("embedding · √512 + places", "임베딩 · √512 + 위치 인코딩")
    columns = (
        (LEFT, READ, text("source", "원문"), (
            f"(1)  {places}", text("(2)  6 × block of the encoder", "(2)  인코더 블록 × 6"))),
        (RIGHT, WRITTEN, text("target, from the start token on", "시작 토큰부터 쓴 번역문"), (
            f"(3)  {places}", text("(4)  6 × block of the decoder", "(4)  디코더 블록 × 6"),
            text("(5)  dense, 37,000 logits", "(5)  완전 연결 층, 로짓 37,000개"))),
    )  # fmt: skip
    for x, color, given, boxes in columns:
        axes.text(x, 0, given, ha="center", va="center", fontsize="small")
        arrow("gray", x, 0.2, x, 1 - HIGH)
        for y, words in enumerate(boxes, 1):
            box(words, x, y, color)
            if y < len(boxes):
                arrow(color, x, y + HIGH, x, y + 1 - HIGH)
    arrow(READ, LEFT + HALF, 2, RIGHT - HALF, 2)
    seen = text("every place looks\nat all of these", "모든 자리가\n이것을 모두 봄")
    axes.text(
        (LEFT + RIGHT) / 2, 2.12, seen, ha="center", va="bottom", fontsize="x-small", color=READ
    )
    arrow("gray", RIGHT, 3 + HIGH, RIGHT, 3.8)
    words = text("the next token of each place", "자리마다 다음 토큰")
    axes.text(RIGHT, 4, words, ha="center", va="center", fontsize="small")
    axes.set_xlim(-2.2, 7.2)
    axes.set_ylim(-0.3, 4.3)
    axes.axis("off")
    return figure
