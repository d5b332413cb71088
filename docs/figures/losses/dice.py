"""What a mask of 25 pixels in a picture of 10,000 costs while more and more of it is found."""

import matplotlib.pyplot as plt
import numpy as np

MASK, PICTURE = 25, 10_000


def draw(text):
    found = np.arange(MASK + 1)
    figure, axes = plt.subplots()
    for cost, color, label, at, lift in (
        (
            1 - (2 * found + 1) / (found + MASK + 1),
            "#3b7dd8",
            text("Dice loss", "Dice 손실"),
            8,
            -0.08,
        ),
        (1 - found / MASK, "#d1660a", "1 − IoU", 14, 0.03),
        (
            (MASK - found) / PICTURE,
            "#8a8f98",
            text("share of wrong pixels", "틀린 픽셀의 비율"),
            3,
            0.03,
        ),
    ):
        axes.plot(found, cost, color=color)
        axes.annotate(label, (at, cost[at] + lift), color=color, ha="right" if lift < 0 else "left")
    axes.set_xlabel(text("pixels of the mask that are found", "마스크에서 찾은 픽셀"))
    axes.set_xlim(0, MASK)
    axes.set_ylim(-0.02, 1)
    return figure
