"""A unit whose input is negative for every example, trained with ReLU and with two slopes of leaky ReLU."""

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
from keras import ops

from dlref.gradients import value_and_gradients
from dlref.layers import LeakyReLU

X = np.linspace(0, 1, 20)  # and y = x is to be learned


@cache
def trained(slope, steps=240, learning_rate=0.5):
    """The losses while w x + b is trained from w = 1, b = -2, where it is negative for every x."""
    layer, w, b, losses = LeakyReLU(slope), np.array(1.0), np.array(-2.0), []
    for _ in range(steps):
        loss, dw, db = value_and_gradients(
            lambda w, b: ops.mean((layer(w * ops.cast(X, w.dtype) + b) - X) ** 2), [w, b], 1.0
        )
        w, b = w - learning_rate * dw, b - learning_rate * db
        losses.append(loss)
    return losses


def draw(text):
    figure, axes = plt.subplots()
    for slope in (0.0, 0.01, 0.3):
        name = "ReLU" if slope == 0 else f"α = {slope:g}"
        axes.plot(trained(slope), label=name)
    axes.set_xlabel(text("step", "단계"))
    axes.set_ylabel(text("loss", "손실"))
    figure.legend(loc="outside upper center", ncols=3)
    return figure
