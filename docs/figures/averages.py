"""The losses of mini-batches of digits, and their averages with and without the correction."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.averages import bias_correction, exponentially_weighted_average
from dlref.gradients import value_and_gradients
from dlref.losses import CategoricalCrossentropy
from dlref.optimizers import SGD
from dlref.tuning.digits import load_data

STEPS, BATCH = 120, 32


@cache
def losses() -> np.ndarray:
    """The loss of each mini-batch while softmax regression learns the digits."""
    x, y, _, _ = load_data()
    loss, order = CategoricalCrossentropy(from_logits=True), np.random.default_rng(0)
    w, optimizer, seen = keras.Variable(np.zeros((64, 10))), SGD(0.03), []
    for _ in range(STEPS):
        batch = order.integers(0, len(x), BATCH)
        x_batch, one_hot = keras.ops.convert_to_tensor(x[batch]), keras.ops.one_hot(y[batch], 10)
        value, gradient = value_and_gradients(
            lambda w, x=x_batch, y=one_hot: loss(y, keras.ops.matmul(x, w)),
            [keras.ops.convert_to_numpy(w)],
            1.0,
        )
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [w])
        seen.append(float(value))
    return np.array(seen)


def draw(text):
    figure, axes = plt.subplots()
    steps = np.arange(1, STEPS + 1)
    axes.plot(steps, losses(), ".", color="#8a8f98", ms=4, label=text("mini-batch", "미니배치"))
    for index, beta in enumerate((0.9, 0.98)):
        average = exponentially_weighted_average(losses(), beta)
        colour = f"C{index}"
        axes.plot(steps, keras.ops.convert_to_numpy(average), "--", color=colour, lw=1.2)
        corrected = keras.ops.convert_to_numpy(bias_correction(average, beta))
        axes.plot(steps, corrected, color=colour, label=f"β = {beta}")
    axes.plot([], [], "--", lw=1.2, color="#8a8f98", label=text("not corrected", "보정 전"))
    axes.set_ylim(0, None)
    axes.set_xlabel(text("step t", "단계 t"))
    axes.set_ylabel(text("loss", "손실"))
    axes.legend()
    return figure
