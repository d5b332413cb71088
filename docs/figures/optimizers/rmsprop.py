"""The length of RMSProp's steps against the size of a constant gradient, with epsilon outside and inside the root."""

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.optimizers import RMSProp, RMSPropEpsilonInside

ALPHA, STEPS = 0.01, 60  # after 60 steps s is the squared gradient within 0.2 %
SIZES = np.logspace(-9, 0, 46)


def step_lengths(optimizer) -> np.ndarray:
    """Of the last step, in units of the learning rate: one parameter for each size of gradient."""
    theta, g = (
        keras.Variable(np.zeros(len(SIZES)), dtype="float64"),
        keras.ops.convert_to_tensor(SIZES),
    )
    for _ in range(STEPS):
        before = keras.ops.convert_to_numpy(theta)
        optimizer.apply([g], [theta])
    return (before - keras.ops.convert_to_numpy(theta)) / ALPHA


def draw(text):
    outside, inside = RMSProp(ALPHA), RMSPropEpsilonInside(ALPHA)
    figure, axes = plt.subplots()
    axes.plot(
        SIZES, step_lengths(outside), label=text("ε outside (RMSProp)", "근호 밖의 ε(RMSProp)")
    )
    axes.plot(SIZES, step_lengths(inside), label=text("ε inside (Keras)", "근호 안의 ε(Keras)"))
    for size, name in [(outside.epsilon, "ε"), (inside.epsilon**0.5, "√ε")]:
        axes.axvline(size, color="#8b7a2f", linewidth=0.8)
        axes.text(size * 1.25, 1.2e-6, name, color="#8b7a2f")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(1e-6, 4)
    axes.set_xlabel(text("size of the gradient |g|", "그레이디언트의 크기 |g|"))
    axes.set_ylabel(text("length of the step / α", "업데이트 크기 / α"))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.16), ncols=2)
    return figure
