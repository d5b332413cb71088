"""The vertical edges of a photograph, and the same after max pooling and average pooling over 8 × 8."""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_sample_image

from dlref.layers import AveragePooling2D, Conv2D, MaxPooling2D

VERTICAL = np.array([[1, 0, -1]] * 3, "float32")


def draw(text):
    picture = load_sample_image("china.jpg").mean(2)[::2, ::2].astype("float32") / 255
    layer = Conv2D(1, 3, activation="relu")
    layer.build((None, None, None, 1))
    layer.kernel.assign(VERTICAL[:, :, None, None])
    edges = layer(picture[None, :, :, None])
    figure, panels = plt.subplots(1, 3, figsize=(7.2, 2))
    pictures = (
        (text("vertical edges", "세로 윤곽선"), edges),
        (text("largest of 8 × 8", "8 × 8의 최댓값"), MaxPooling2D(8)(edges)),
        (text("average of 8 × 8", "8 × 8의 평균"), AveragePooling2D(8)(edges)),
    )
    for axes, (title, each) in zip(panels, pictures, strict=True):
        axes.imshow(np.asarray(each)[0, :, :, 0], cmap="gray", vmin=0, vmax=1)
        axes.set_title(title, fontsize="medium")
        axes.axis("off")
    return figure
