"""How many filters lie on each output: an even sheet where the stride divides the filter, else a chessboard."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.layers import Conv2DTranspose


def draw(text):
    ones = np.ones((1, 4, 4, 1), "float32")
    figure, panels = plt.subplots(1, 3, figsize=(7.2, 2.6))
    for axes, size in zip(panels, (2, 3, 4), strict=True):
        layer = Conv2DTranspose(1, size, 2, kernel_initializer="ones")
        counts = np.asarray(layer(ones))[0, :, :, 0]
        axes.imshow(counts, cmap="Blues", vmin=0, vmax=6)
        for (row, column), count in np.ndenumerate(counts):
            axes.text(column, row, f"{count:.0f}", ha="center", va="center", fontsize="small")
        axes.set_title(text(f"$f = {size}$, $s = 2$", f"$f = {size}$, $s = 2$"), fontsize="medium")
        axes.set_xticks([])
        axes.set_yticks([])
    return figure
