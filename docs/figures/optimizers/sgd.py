"""SGD in a valley 25 times as steep across as along, with a small learning rate and with one close to the limit."""

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.optimizers import SGD

CURVATURES = np.array([1.0, 25.0])  # J = (theta_1^2 + 25 theta_2^2) / 2
START, STEPS = np.array([10.0, 2.0]), 30


def path(alpha: float) -> np.ndarray:
    """The parameters after each step."""
    optimizer, theta = SGD(alpha), keras.Variable(START, dtype="float64")
    seen = [START]
    for _ in range(STEPS):
        optimizer.apply([theta * keras.ops.convert_to_tensor(CURVATURES)], [theta])
        seen.append(keras.ops.convert_to_numpy(theta))
    return np.array(seen)


def draw(text):
    figure, axes = plt.subplots()
    x, y = np.meshgrid(np.linspace(-1, 11, 121), np.linspace(-2.4, 2.4, 97))
    loss = (CURVATURES[0] * x**2 + CURVATURES[1] * y**2) / 2
    axes.contour(x, y, loss, levels=[1, 5, 15, 30, 50, 75], colors="#8b7a2f", linewidths=0.6)
    for alpha in (0.01, 0.076):
        axes.plot(*path(alpha).T, marker=".", markersize=5, linewidth=1.2, label=f"α = {alpha}")
    axes.plot(0, 0, "+", color="#2a9461", markersize=10, label=text("minimum", "최솟값"))
    axes.set_xlabel(text("θ₁, along the valley", "θ₁, 골짜기 방향"))
    axes.set_ylabel(text("θ₂, across it", "θ₂, 가로지르는 방향"))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.14), ncols=3)
    return figure
