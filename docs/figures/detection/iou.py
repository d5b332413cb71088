"""A flower in its box, and three other boxes with what they share with it, and their IoU."""

import matplotlib.pyplot as plt
from matplotlib.patches import Rectangle
from sklearn.datasets import load_sample_image

from dlref.detection import iou

PHOTOGRAPH = load_sample_image("flower.jpg")  # 427 × 640 pixels
FLOWER = [168, 84, 444, 354]
FOUND = [[185, 70, 470, 340], [250, 110, 500, 420], [380, 290, 560, 410]]


def rectangle(box, **style):
    x_1, y_1, x_2, y_2 = box
    return Rectangle((x_1, y_1), x_2 - x_1, y_2 - y_1, **style)


def draw(text):
    figure, panels = plt.subplots(1, 3, figsize=(7.2, 2.1))
    for axes, found, score in zip(panels, FOUND, iou([FLOWER], FOUND)[0], strict=True):
        axes.imshow(PHOTOGRAPH)
        shared = [max(FLOWER[0], found[0]), max(FLOWER[1], found[1])]
        shared += [min(FLOWER[2], found[2]), min(FLOWER[3], found[3])]
        axes.add_patch(rectangle(shared, fc="white", alpha=0.35))
        axes.add_patch(rectangle(FLOWER, fill=False, ec="white", lw=2))
        axes.add_patch(rectangle(found, fill=False, ec="#4cc9f0", lw=2, ls="--"))
        axes.set_title(f"IoU = {float(score):.2f}", fontsize="medium")
        axes.axis("off")
    box = {"boxstyle": "round,pad=0.2", "fc": "black", "ec": "none", "alpha": 0.6}
    for x, y, name, colour in (
        (12, 60, text("true", "정답"), "white"),
        (625, 400, text("found", "예측"), "#4cc9f0"),
    ):
        where = "left" if x < 320 else "right"
        panels[0].text(x, y, name, color=colour, ha=where, bbox=box, fontsize="small")
    return figure
