"""The function that a second-order method minimizes: checked, counted, differentiated where it is one of tensors."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from keras import ops

from dlref.conformance.compiling import running
from dlref.conformance.gradients import differentiated
from dlref.diagnostics.double_precision import double_precision


class Evaluations:
    """A function of a vector, from one that returns a value and its gradient.

    Args:
        owner: the optimizer, for its errors.
        function: of an array of the shape of `start`.
        start: where it begins.
        found: what the function returned there.
    """

    def __init__(self, owner: str, function: Any, start: np.ndarray, found: Any) -> None:
        self.owner, self.function, self.start, self.count = owner, function, start, 1
        self.first = value, gradient = self._checked(found)
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            raise ValueError(
                f"{owner}: value and gradient at `start` must be finite. Received: {value}, and a gradient of which "
                f"{(~np.isfinite(gradient)).sum()} of {gradient.size} entries are not. Start elsewhere, and look for "
                "the logarithm of 0."
            )

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """Value and gradient."""
        self.count += 1
        return self._checked(self.function(theta.reshape(self.start.shape)))

    def _checked(self, found: Any) -> tuple[float, np.ndarray]:
        if not isinstance(found, tuple | list) or len(found) != 2:
            raise TypeError(
                f"{self.owner}: `function` must return a value and its gradient, `return J, g`, or be written in "
                f"keras.ops and return a tensor with one entry. Received: {type(found).__name__}."
            )
        value, gradient = found
        if np.ndim(value):
            raise ValueError(
                f"{self.owner}: `function` must return one number, and not a vector. Received: a value of shape "
                f"{np.shape(value)}. Take the sum or the mean of it."
            )
        gradient = np.array(gradient, "float64")
        if gradient.shape != self.start.shape:
            raise ValueError(
                f"{self.owner}: the gradient must have the shape of `start`, {self.start.shape}. Received: "
                f"{gradient.shape}."
            )
        return float(value), gradient.ravel()


@contextmanager
def evaluations(owner: str, function: Any, start: Any) -> Iterator[Evaluations]:
    """The function, ready to be evaluated while it lasts."""
    if not callable(function):
        raise TypeError(
            f"{owner}: `function` must be a function of an array. Received: {function!r:.99}."
        )
    point = _numbers(owner, start)
    found: Any = function(point.copy())
    if not ops.is_tensor(found):
        yield Evaluations(owner, function, point, found)
        return
    if found.shape:
        Evaluations(owner, function, point, (np.zeros(found.shape), point))  # which names its shape
    with double_precision():
        with running("compiled"):
            program = differentiated(lambda inputs, _: function(*inputs))
        both: Callable[[Any], Any] = lambda theta: program([theta], 1.0)  # noqa: E731
        yield Evaluations(owner, both, point, both(point))


def _numbers(owner: str, start: Any) -> np.ndarray:
    try:
        point = np.array(start, "float64")
    except (TypeError, ValueError) as error:
        raise TypeError(f"{owner}: `start` must be an array of numbers. {error}") from error
    if not point.size or not np.isfinite(point).all():
        raise ValueError(
            f"{owner}: `start` must hold finite numbers. Received: {point.tolist()!r:.99}."
        )
    return point
