"""Activations of a network by hand, with their derivatives; those of an output have the logarithm of it instead."""

import numpy as np


def sigmoid(Z: np.ndarray) -> np.ndarray:
    """Sigmoid, which does not overflow."""
    return np.exp(-np.logaddexp(0, -Z))


def softmax(Z: np.ndarray) -> np.ndarray:
    """Softmax of each column."""
    return np.exp(log_softmax(Z))


def log_softmax(Z: np.ndarray) -> np.ndarray:
    """The logarithm of softmax, finite for every Z."""
    return Z - np.logaddexp.reduce(Z, axis=0)


SLOPE = 0.01  # of leaky ReLU, the lecture's

# By name g and its derivative; at 0 that of the left side, as in dlref.activations.
HIDDEN = {
    "sigmoid": (sigmoid, lambda Z: sigmoid(Z) * (1 - sigmoid(Z))),
    "tanh": (np.tanh, lambda Z: 1 - np.tanh(Z) ** 2),
    "relu": (lambda Z: np.maximum(0, Z), lambda Z: np.where(Z > 0, 1.0, 0.0)),
    "leaky_relu": (lambda Z: np.maximum(SLOPE * Z, Z), lambda Z: np.where(Z > 0, 1.0, SLOPE)),
}
