"""A digit, the regions of three poolings on it, and what is left: 8 × 8 pixels become 4 × 4 or 5 × 5."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.layers import FractionalMaxPooling2D

PIXELS = load_digits().images[8].astype("float32")
LAYERS = (
    keras.layers.MaxPooling2D(2),
    FractionalMaxPooling2D(1.5, pseudo_random=True, seed=1),
    FractionalMaxPooling2D(1.5, seed=6),
)


@cache
def pooled() -> list[tuple[np.ndarray, list[np.ndarray]]]:
    """For each layer what is left of the digit, and where its regions end: the maxima of a ramp."""
    found = []
    for layer in LAYERS:
        ramp = np.arange(8, dtype="float32")
        maps = np.stack([PIXELS, *np.meshgrid(ramp, ramp, indexing="ij")], -1)[None]
        digit, rows, columns = np.moveaxis(np.asarray(layer(maps))[0], -1, 0)
        found.append((digit, [rows[:, 0], columns[0]]))
    return found


def draw(text):
    figure, axes = plt.subplots(2, 3, figsize=(6.4, 4.6))
    titles = (
        text("max pooling 2 × 2", "맥스 풀링 2 × 2"),
        text("pseudo-random", "유사 무작위"),
        text("in any order", "임의의 순서"),
    )
    for (above, below), title, (digit, ends) in zip(axes.T, titles, pooled(), strict=True):
        above.imshow(PIXELS, cmap="Greys", vmax=16)
        for end in ends[0][:-1]:
            above.axhline(end + 0.5, color="#d1660a", lw=1.2)
        for end in ends[1][:-1]:
            above.axvline(end + 0.5, color="#d1660a", lw=1.2)
        below.imshow(digit, cmap="Greys", vmax=16)
        above.set_title(title, fontsize=10)
        for each in (above, below):
            each.set_xticks([])
            each.set_yticks([])
            each.grid(False)
    axes[0, 0].set_ylabel(text("regions", "영역"))
    axes[1, 0].set_ylabel(text("maxima", "최댓값"))
    return figure
