"""A photograph turned at random in training, and what each fill mode puts beyond its edges."""

import keras
import matplotlib.pyplot as plt
from sklearn.datasets import load_sample_image

from dlref.layers import RandomRotation

PHOTOGRAPH = load_sample_image("china.jpg")[::4, ::4]  # 107 × 160 pixels
MODES = ("reflect", "wrap", "nearest", "constant")


def draw(text):
    layer = RandomRotation(0.1, seed=2)
    training = text("training", "훈련")
    above = [(text("original", "원본"), PHOTOGRAPH)]
    above += [(training, layer(PHOTOGRAPH, training=True)) for _ in range(3)]
    below = [(mode, RandomRotation((0.1, 0.1), mode)(PHOTOGRAPH, training=True)) for mode in MODES]
    figure, axes = plt.subplots(2, 4, figsize=(7.2, 3.0))
    for panel, (title, image) in zip(axes.flat, [*above, *below], strict=True):
        panel.imshow(keras.ops.convert_to_numpy(image) / 255)
        panel.set_title(title, fontsize="medium")
        panel.set(xticks=[], yticks=[])
        panel.grid(False)
    axes[0, 0].set_ylabel(text("at random", "무작위"))
    axes[1, 0].set_ylabel("36°")
    return figure
