"""One case of an oracle."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """`ours(*inputs)` must equal `oracle(*inputs)`, and where `gradients` is set its gradients the oracle's slopes."""

    ours: Callable[..., Any]
    oracle: Callable[..., Any]
    inputs: Sequence[np.ndarray]
    gradients: bool = False


def slopes(
    oracle: Callable[..., Any],
    inputs: Sequence[np.ndarray],
    upstream: np.ndarray,
    step: float = 1e-5,
) -> list[np.ndarray]:
    """Gradients of `sum(upstream * oracle(*inputs))` by central differences: the lecture's gradient check."""
    inputs = [np.array(x, "float64") for x in inputs]
    gradients = [np.zeros_like(x) for x in inputs]
    for x, gradient in zip(inputs, gradients, strict=True):
        for i in np.ndindex(x.shape):
            value = x[i]
            x[i] = value + step
            above = np.sum(upstream * oracle(*inputs))
            x[i] = value - step
            below = np.sum(upstream * oracle(*inputs))
            x[i] = value
            gradient[i] = (above - below) / (2 * step)
    return gradients
