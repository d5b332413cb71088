"""A photograph, and what a filter for vertical edges and one for horizontal ones make of it."""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_sample_image

from dlref.layers import Conv2D

VERTICAL = np.array([[1, 0, -1]] * 3, "float32")


def draw(text):
    picture = load_sample_image("china.jpg").mean(2)[::3, ::3].astype("float32") / 255
    layer = Conv2D(2, 3, padding="same")
    layer.build((None, None, None, 1))
    layer.kernel.assign(np.stack([VERTICAL, VERTICAL.T], -1)[:, :, None])
    edges = np.asarray(layer(picture[None, :, :, None]))[0]
    figure, panels = plt.subplots(1, 3, figsize=(7.2, 2))
    titles = (
        text("photograph", "사진"),
        text("vertical edges", "세로 윤곽선"),
        text("horizontal edges", "가로 윤곽선"),
    )
    pictures = (picture, edges[..., 0], edges[..., 1])
    for axes, title, each, limit in zip(panels, titles, pictures, (None, 1.5, 1.5), strict=True):
        axes.imshow(each, cmap="gray", vmin=limit and -limit, vmax=limit)
        axes.set_title(title, fontsize="medium")
        axes.axis("off")
    return figure
