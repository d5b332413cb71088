"""The length of AdaGrad's steps for gradients of 0.1: in every step, in every tenth, and with Keras' start of s."""

from functools import cache

import keras
import matplotlib.pyplot as plt

from dlref.optimizers import AdaGrad

STEPS, ALPHA, GRADIENT = 100, 0.01, 0.1


@cache
def step_lengths(method, every: int) -> tuple[list[int], list[float]]:
    """The steps that have a gradient, and their lengths in units of the learning rate."""
    optimizer, steps, lengths = method(ALPHA), [], []
    theta = keras.Variable(0.0, dtype="float64")
    for t in range(1, STEPS + 1):
        before, g = float(theta), GRADIENT * (t % every == 0)
        optimizer.apply([keras.ops.convert_to_tensor(g, "float64")], [theta])
        if g:
            steps.append(t)
            lengths.append((before - float(theta)) / ALPHA)
    return steps, lengths


def draw(text):
    figure, axes = plt.subplots()
    rare = step_lengths(AdaGrad, every=10)
    axes.plot(
        *rare,
        "o",
        markersize=5,
        label=text("gradient in every 10th step", "10단계마다 그레이디언트"),
    )
    often = step_lengths(AdaGrad, every=1)
    axes.plot(*often, label=text("gradient in every step", "매 단계 그레이디언트"))
    builtin = step_lengths(keras.optimizers.Adagrad, every=1)
    axes.plot(*builtin, "--", label=text("the same, Keras' default", "같은 조건, Keras 기본값"))
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis, ticks in ((axes.xaxis, [1, 10, 100]), (axes.yaxis, [0.1, 0.3, 1])):
        axis.set_ticks(ticks, labels=[f"{tick:g}" for tick in ticks])
        axis.set_ticks([], minor=True)
    axes.set_ylim(0.07, 1.3)
    axes.set_xlabel(text("step t", "단계 t"))
    axes.set_ylabel(text("length of the step / α", "업데이트 크기 / α"))
    axes.legend(loc="lower left", fontsize=9)
    return figure
