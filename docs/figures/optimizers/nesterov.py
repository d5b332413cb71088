"""The swing across a steep valley: plain gradient descent, momentum and Nesterov's momentum at one learning rate."""

import keras
import matplotlib.pyplot as plt

from dlref.optimizers import SGD, CS231nMomentum, Nesterov

ALPHA, CURVATURE, STEPS = 0.05, 4.0, 50  # J = 4 theta^2 / 2


def path(optimizer) -> list[float]:
    """The parameter before the first step and after each."""
    theta = keras.Variable(1.0, dtype="float64")
    seen = [1.0]
    for _ in range(STEPS):
        optimizer.apply([CURVATURE * theta], [theta])
        seen.append(float(theta))
    return seen


def draw(text):
    figure, axes = plt.subplots()
    axes.axhline(0, color="#8b7a2f", linewidth=0.8)
    for optimizer, name in [
        (CS231nMomentum(ALPHA, 0.9), text("momentum", "모멘텀")),
        (Nesterov(ALPHA, 0.9), text("Nesterov", "네스테로프")),
        (SGD(ALPHA), text("no momentum", "모멘텀 없음")),
    ]:
        axes.plot(path(optimizer), label=name)
    axes.set_xlabel(text("step t", "단계 t"))
    axes.set_ylabel(text("distance from the minimum", "최솟값에서 벗어난 거리"))
    axes.legend()
    return figure
