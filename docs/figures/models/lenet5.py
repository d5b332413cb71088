"""A digit on its way through LeNet-5, trained on such digits: the maps behind each of the first four layers."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.models import LeNet5

LAYERS = ("C1", "S2", "C3", "S4")


@cache
def maps():
    images, digits = load_digits(return_X_y=True)
    pictures = np.pad(
        (images / 16).reshape(-1, 8, 8, 1).repeat(3, 1).repeat(3, 2),
        [(0, 0), (4, 4), (4, 4), (0, 0)],
    )
    keras.utils.set_random_seed(1)
    model = LeNet5()
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    model.fit(pictures[:640], digits[:640], epochs=4, verbose=0)
    seen = keras.Model(model.input, [model.get_layer(name).output for name in LAYERS])
    three = pictures[digits == 3][-1:]
    return [three[0], *(keras.ops.convert_to_numpy(each)[0] for each in seen(three))]


def draw(text):
    figure, panels = plt.subplots(1, 5, figsize=(7.2, 2.3), width_ratios=(1, 1, 1, 2.2, 2.2))
    names = (text("picture", "그림"), *LAYERS)
    for axes, name, found in zip(panels, names, maps(), strict=True):
        height, width, channels = found.shape
        columns = {1: 1, 6: 2, 16: 4}[channels]
        tiles = np.pad(found, [(0, 2), (0, 2), (0, 0)], constant_values=np.nan)
        rows = tiles.transpose(2, 0, 1).reshape(-1, columns, height + 2, width + 2)
        axes.imshow(np.vstack([np.hstack(row) for row in rows]), cmap="gray")
        axes.set_title(f"{name}\n{height} × {width} × {channels}", fontsize="small")
        axes.axis("off")
    return figure
