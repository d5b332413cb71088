"""Softmax regression on the digits: the gradient after each step of Newton's method, L-BFGS and gradient descent."""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.optimizers import LBFGS, Newton

STEPS = 40


def draw(text):
    images, digits = load_digits(return_X_y=True)
    x, y = np.hstack([images / 16, np.ones((len(images), 1))]), digits == 8
    norms = {name: [] for name in ("SGD", "L-BFGS", "Newton")}

    def cost(theta, name):
        z = x @ theta
        a = 1 / (1 + np.exp(-z))
        gradient = x.T @ (a - y) / len(x) + 0.001 * theta
        norms[name].append(abs(gradient).max())
        value = np.mean(np.logaddexp(0, z) - y * z) + 0.0005 * theta @ theta
        return value, gradient, (x.T * (a * (1 - a))) @ x / len(x) + 0.001 * np.eye(65)

    start = np.zeros(65)
    Newton(1e-9).minimize(lambda theta: cost(theta, "Newton"), start)
    LBFGS(gradient_tolerance=1e-9, max_iterations=STEPS).minimize(
        lambda theta: cost(theta, "L-BFGS")[:2], start
    )
    theta = start
    for _ in range(STEPS):
        theta = theta - 0.5 * cost(theta, "SGD")[1]
    figure, axes = plt.subplots()
    for name, values in norms.items():
        axes.semilogy(values[: STEPS + 1], marker="o", ms=3, label=name)
    axes.set_xlabel(text("evaluations", "함수를 계산한 횟수"))
    axes.set_ylabel(text("largest entry of the gradient", "그레이디언트의 가장 큰 성분"))
    axes.legend()
    return figure
