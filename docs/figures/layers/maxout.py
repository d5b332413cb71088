"""Maxout units of two, three and five pieces that fit a parabola: each piece is a tangent."""

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.layers import Maxout


def tangents(pieces):
    """A unit whose pieces touch x^2 at points an equal distance apart."""
    at = np.linspace(-2, 2, 2 * pieces + 1)[1::2]
    layer = Maxout(1, pieces)
    layer.build((None, 1))
    layer.set_weights([2 * at[None], -(at**2)])
    return layer


def draw(text):
    x = np.linspace(-2, 2, 201)[:, None]
    figure, panels = plt.subplots(1, 3, sharey=True)
    for axes, pieces in zip(panels, (2, 3, 5), strict=True):
        axes.plot(x, x**2, color="gray", linestyle="--", label="x²")
        axes.plot(
            x, keras.ops.convert_to_numpy(tangents(pieces)(x)), label=text("maxout", "맥스아웃")
        )
        axes.set_title(text(f"{pieces} pieces", f"조각 {pieces}개"), fontsize="medium")
        axes.set_xlabel("x")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure
