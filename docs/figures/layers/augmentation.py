"""A photograph, mirrored and cropped: what six calls make of it in training, and what it is at test time."""

import keras
import matplotlib.pyplot as plt
from sklearn.datasets import load_sample_image

from dlref.layers import RandomCrop, RandomFlip

PHOTOGRAPH = load_sample_image("flower.jpg")[::4, ::4]  # 107 × 160 pixels


def draw(text):
    rows = (
        (text("mirrored", "좌우 반전"), RandomFlip("horizontal", seed=2)),
        (text("cropped", "자르기"), RandomCrop(80, 80, seed=0)),
    )
    figure, axes = plt.subplots(2, 5, figsize=(7.2, 3.2))
    for panels, (name, layer) in zip(axes, rows, strict=True):
        shown = [layer(PHOTOGRAPH, training=True) for _ in panels[2:]]
        shown = [PHOTOGRAPH, *shown, layer(PHOTOGRAPH, training=False)]
        for panel, image in zip(panels, shown, strict=True):
            panel.imshow(keras.ops.convert_to_numpy(image) / 255)
            panel.set(xticks=[], yticks=[])
            panel.grid(False)
        panels[0].set_ylabel(name)
    titles = [text("original", "원본"), *[text("training", "훈련")] * 3, text("test", "테스트")]
    for panel, title in zip(axes[0], titles, strict=True):
        panel.set_title(title, fontsize="medium")
    return figure
