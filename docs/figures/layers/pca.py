"""Two correlated features: as they are, centred, turned onto the principal axes, and whitened."""

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.layers import PCA, Whitening


def draw(text):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 2)) @ [[1.5, 1.2], [0.0, 0.8]] + [2, 1]
    names = text("as they are", "그대로"), text("PCA", "PCA"), text("whitened", "화이트닝")
    figure, panels = plt.subplots(1, 3, sharex=True, sharey=True)
    for axes, name, layer in zip(panels, names, (None, PCA(), Whitening()), strict=True):
        shown = x
        if layer is not None:
            layer.adapt(x)
            shown = keras.ops.convert_to_numpy(layer(x))
        axes.scatter(*shown.T, s=5, alpha=0.6)
        axes.set(aspect="equal", xlim=(-6, 6), ylim=(-6, 6))
        axes.set_title(name, fontsize="medium")
    mean, directions, spread = (keras.ops.convert_to_numpy(v) for v in layer.weights)
    for direction, variance in zip(directions.T, spread, strict=True):
        end = 2 * variance**0.5 * direction
        panels[0].annotate(
            "", mean + end, mean, arrowprops={"arrowstyle": "->", "color": "#d1660a"}
        )
    return figure
