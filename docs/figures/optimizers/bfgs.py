"""The cost of softmax regression on the digits, all in one batch: L-BFGS, Adam and gradient descent."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np
from scipy.special import logsumexp, softmax
from sklearn.datasets import load_digits

from dlref.optimizers import LBFGS, SGD, Adam

STEPS, L2 = 100, 1e-4


@cache
def costs() -> dict[str, list[float]]:
    images, digits = load_digits(return_X_y=True)
    images, labels = images / 16, np.eye(10)[digits]

    def cost(theta):
        z = images @ theta
        J = np.mean(logsumexp(z, axis=1) - np.sum(z * labels, axis=1)) + L2 * np.sum(theta**2)
        return J, images.T @ (softmax(z, axis=1) - labels) / len(images) + 2 * L2 * theta

    found, start = {}, np.zeros((64, 10))
    for name, optimizer in (("SGD(1)", SGD(1.0)), ("Adam(0.1)", Adam(0.1))):
        theta, seen = keras.Variable(start, dtype="float64"), []
        for _ in range(STEPS):
            J, g = cost(keras.ops.convert_to_numpy(theta))
            seen.append(J)
            optimizer.apply([keras.ops.convert_to_tensor(g)], [theta])
        found[name] = seen
    return found | {"LBFGS()": LBFGS(max_iterations=STEPS - 1).minimize(cost, start).values}


def draw(text):
    figure, axes = plt.subplots()
    for name, cost in costs().items():
        axes.semilogy(cost, label=name)
    axes.set_xlabel(text("step", "단계"))
    axes.set_ylabel(text("cost J", "비용 J"))
    axes.legend()
    return figure
