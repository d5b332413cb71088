"""A flower on a grid of 3 × 3: the cell that its midpoint lies in, two anchor boxes, and the numbers of its target."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle
from sklearn.datasets import load_sample_image

from dlref.detection import corners_to_midpoint, yolo_target

PHOTOGRAPH = load_sample_image("flower.jpg")  # 427 × 640 pixels
FLOWER = np.array([168, 84, 444, 354]) / [640, 427, 640, 427]
ANCHORS = np.array([[0.55, 0.4], [0.3, 0.7]])


def draw(text):
    y = np.array(yolo_target([FLOWER], [1], ANCHORS, grid=3, num_classes=3))
    row, column, anchor = np.argwhere(y[..., 0] > 0)[0]
    height, width = PHOTOGRAPH.shape[:2]
    b_x, b_y, b_h, b_w = np.array(corners_to_midpoint(FLOWER)) * [width, height, height, width]
    figure, axes = plt.subplots(figsize=(6.4, 4.4))
    axes.imshow(PHOTOGRAPH)
    for k in (1, 2):
        axes.axvline(k * width / 3, color="white", lw=1)
        axes.axhline(k * height / 3, color="white", lw=1)
    cell = (column * width / 3, row * height / 3)
    axes.add_patch(Rectangle(cell, width / 3, height / 3, fc="white", alpha=0.35, ec="none"))
    corner = (b_x - b_w / 2, b_y - b_h / 2)
    axes.add_patch(Rectangle(corner, b_w, b_h, fill=False, ec="white", lw=2.5))
    for k, (h, w) in enumerate(ANCHORS * [height, width]):
        style = "-." if k == anchor else ":"
        corner = (b_x - w / 2, b_y - h / 2)
        axes.add_patch(Rectangle(corner, w, h, fill=False, ec="yellow", lw=1.8, ls=style))
    axes.plot(b_x, b_y, "o", color="white", mec="black", ms=8)
    axes.grid(False)
    axes.set_xticks(np.arange(4) * width / 3, range(4))
    axes.set_yticks(np.arange(4) * height / 3, range(4))
    axes.set_xlabel(text("x, cells", "x(칸)"))
    axes.set_ylabel(text("y, cells", "y(칸)"))
    numbers = ", ".join(f"{v:.2f}" for v in y[row, column, anchor, 1:5])
    axes.set_title(
        rf"$(p_c, b_x, b_y, b_h, b_w, c_1, c_2, c_3)$ = (1, {numbers}, 0, 1, 0)", fontsize="medium"
    )
    return figure
