"""Steps along a constant gradient while the learning rate is halved: both forms of momentum, and Keras' velocity."""

from functools import cache

import keras
import matplotlib.pyplot as plt

from dlref.optimizers import CS231nMomentum, Momentum
from dlref.schedules import StaircaseDecay

STEPS, DROP, ALPHA = 80, 40, 0.01


@cache
def step_lengths(method) -> list[float]:
    """In units of the first learning rate."""
    optimizer = method(StaircaseDecay(ALPHA, steps_per_epoch=DROP, epochs_per_drop=1), 0.9)
    theta, lengths = keras.Variable(0.0, dtype="float64"), []
    for _ in range(STEPS):
        before = float(theta)
        optimizer.apply([keras.ops.convert_to_tensor(1.0, "float64")], [theta])
        lengths.append((before - float(theta)) / ALPHA)
    return lengths


def draw(text):
    lines = [
        (CS231nMomentum, "CS231nMomentum", "-"),
        (keras.optimizers.SGD, "keras.optimizers.SGD", "--"),
        (Momentum, "Momentum", "-"),
    ]
    figure, axes = plt.subplots()
    for method, name, style in lines:
        axes.plot(range(1, STEPS + 1), step_lengths(method), style, label=name)
    axes.axvline(DROP + 0.5, color="#8b7a2f", linewidth=0.8)
    note = {"ha": "right", "color": "#8b7a2f", "fontsize": 9}
    axes.text(DROP - 1, 11.5, text("α is halved", "α를 절반으로"), **note)
    axes.set_ylim(0, 12.5)
    axes.set_xlabel(text("step t", "단계 t"))
    axes.set_ylabel(text("length of the step / α₀", "업데이트 크기 / α₀"))
    axes.legend(loc="upper right", fontsize=9)
    return figure
