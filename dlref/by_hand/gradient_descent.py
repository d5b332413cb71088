"""Gradient descent on all examples, of a network by hand."""

from typing import Any

import numpy as np

from dlref import _checks


def descend(network: Any, X: Any, Y: Any, learning_rate: float, iterations: int) -> np.ndarray:
    """Steps of `backward` and `update`; returns the cost before each of them."""
    costs = np.empty(_checks.integer(network, "iterations", iterations, low=0))
    for i in range(len(costs)):
        costs[i] = network.cost(X, Y)
        network.update(network.backward(X, Y), learning_rate)
    return costs
