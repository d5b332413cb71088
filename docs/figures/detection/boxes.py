"""A flower in its box: the two corners, the midpoint, the height and the width."""

import keras
import matplotlib.pyplot as plt
from matplotlib.patches import Rectangle
from sklearn.datasets import load_sample_image

from dlref.detection import corners_to_midpoint

PHOTOGRAPH = load_sample_image("flower.jpg")  # 427 × 640 pixels
FLOWER = [168, 84, 444, 354]


def draw(text):
    x_1, y_1, x_2, y_2 = FLOWER
    b_x, b_y, b_h, b_w = keras.ops.convert_to_numpy(corners_to_midpoint(FLOWER))
    figure, axes = plt.subplots(figsize=(6, 4))
    axes.imshow(PHOTOGRAPH)
    axes.add_patch(Rectangle((x_1, y_1), b_w, b_h, fill=False, ec="white", lw=2))
    axes.plot([x_1, x_2, b_x], [y_1, y_2, b_y], "o", color="white", mec="black", ms=7)
    box = {"boxstyle": "round,pad=0.25", "fc": "white", "ec": "none", "alpha": 0.9}
    for name, x, y, where in (
        (f"$(x_1, y_1)$ = ({x_1}, {y_1})", x_1, y_1 - 14, ("center", "bottom")),
        (f"$(x_2, y_2)$ = ({x_2}, {y_2})", x_2, y_2 + 14, ("center", "top")),
        (f"$(b_x, b_y)$ = ({b_x:g}, {b_y:g})", b_x, b_y + 16, ("center", "top")),
        (f"$b_h$ = {b_h:g}", x_1 - 10, b_y, ("right", "center")),
        (f"$b_w$ = {b_w:g}", (x_1 + b_x) / 2, y_2 + 14, ("center", "top")),
    ):
        axes.text(x, y, name, ha=where[0], va=where[1], color="black", bbox=box, fontsize="small")
    axes.set_xlabel(text("x, pixels", "x(픽셀)"))
    axes.set_ylabel(text("y, pixels", "y(픽셀)"))
    axes.grid(False)
    return figure
