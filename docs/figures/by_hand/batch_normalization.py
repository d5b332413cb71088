"""What one unit of the second layer hands on while the network learns, without and with batch normalization."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.layers import BatchNormalization

STEPS, SHARES = 100, (15, 50, 85)


def draw(text):
    figure, panels = plt.subplots(1, 2, sharey=True)
    titles = text("without", "배치 정규화 없이"), text("with batch normalization", "배치 정규화로")
    for axes, title, normalized in zip(panels, titles, (False, True), strict=True):
        seen = percentiles(normalized)
        for share, values in zip(SHARES, seen.T, strict=True):
            axes.plot(values, label=f"{share} %", lw=2 if share == 50 else 1.2)
        axes.set_title(title, fontsize="medium")
        axes.set_xlabel(text("step", "단계"))
    panels[0].set_ylabel(text("z of one unit, layer 2", "2층 유닛 하나의 z"))
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


@cache
def percentiles(normalized):
    """After each step, of the values that the unit has for 500 other examples."""
    x, y = load_digits(return_X_y=True)
    x = x.astype("float32") / 16
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((64,))])
    for _ in range(2):
        model.add(keras.layers.Dense(50, use_bias=not normalized))
        if normalized:
            model.add(BatchNormalization())
        model.add(keras.layers.ReLU())
    model.add(keras.layers.Dense(10))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.3), loss)
    seen = []
    for step in range(STEPS):
        rows = slice(64 * step % 1216, 64 * step % 1216 + 64)
        model.train_on_batch(x[rows], y[rows])
        z = x[1280:]
        for layer in model.layers[:-2]:
            z = layer(z, training=True)
        z = keras.ops.convert_to_numpy(z)[:, 0]
        seen.append(np.percentile(z, SHARES))
    return np.array(seen)
