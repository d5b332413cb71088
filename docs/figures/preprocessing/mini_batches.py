"""Softmax regression on the digits: cost and noise of the gradient by the size of the mini-batch."""

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.preprocessing import mini_batches

EPOCHS, ALPHA = 5, 0.5
SIZES = 2 ** np.arange(10)
X, DIGITS = load_digits(return_X_y=True)
X, Y = X / 16, np.eye(10)[DIGITS]


def cost_and_gradient(W, x, y):
    z = x @ W
    z = z - z.max(1, keepdims=True)
    log_y_hat = z - np.log(np.exp(z).sum(1, keepdims=True))
    return -np.mean(np.sum(y * log_y_hat, 1)), x.T @ (np.exp(log_y_hat) - y) / len(x)


@cache
def costs(n: int) -> tuple[list[float], list[float]]:
    """Of each mini-batch before its update, and how many epochs had passed."""
    W, epochs, J = np.zeros((64, 10)), [], []
    for epoch in range(EPOCHS):
        for t, batch in enumerate(mini_batches(X, Y, batch_size=n, seed=epoch)):
            cost, gradient = cost_and_gradient(W, *batch)
            epochs.append(epoch + t * n / len(X))
            J.append(float(cost))
            W = W - ALPHA * gradient
    return epochs, J


@cache
def noise() -> list[float]:
    """How far the gradient of a mini-batch is from that of all examples, relative to it, at the start."""
    W = np.zeros((64, 10))
    g = cost_and_gradient(W, X, Y)[1]
    found = []
    for n in SIZES.tolist():
        squares = [
            np.sum((cost_and_gradient(W, *batch)[1] - g) ** 2)
            for seed in range(1 + n // 8)
            for batch in mini_batches(X, Y, batch_size=n, seed=seed)
            if len(batch[0]) == n
        ]
        found.append(float(np.sqrt(np.mean(squares)) / np.linalg.norm(g)))
    return found


def draw(text):
    figure, (left, right) = plt.subplots(1, 2)
    for n in (16, 128, len(X)):
        left.plot(*costs(n), label=f"n = {n}", marker="o" if n == len(X) else None, markersize=3)
    left.set_xlim(0, EPOCHS)
    left.set_ylim(0, 3.4)
    left.set_xlabel(text("epoch", "에포크"))
    left.set_ylabel(text("cost $J^{\\{t\\}}$", "비용 $J^{\\{t\\}}$"))
    left.legend(loc="upper right")
    right.loglog(SIZES, noise(), marker="o", markersize=3)
    right.loglog(SIZES, noise()[0] / np.sqrt(SIZES), linestyle=":", color="gray")
    right.set_xticks([1, 8, 64, 512], ["1", "8", "64", "512"])
    right.set_yticks([0.3, 1, 3, 10], ["0.3", "1", "3", "10"])
    right.minorticks_off()
    right.annotate("$1 / \\sqrt{n}$", (8, 1.25 * noise()[0] / np.sqrt(8)))
    right.set_xlabel(text("size n", "크기 n"))
    right.set_ylabel(text("noise of the gradient", "그레이디언트의 잡음"))
    return figure
