"""The function that a second-order method minimizes: checked, counted, differentiated where it is one of tensors."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from keras import ops

from dlref.compiling import running
from dlref.diagnostics.double_precision import double_precision
from dlref.gradients import differentiated


class Evaluations:
    """A function of a vector, from one that returns a value and its gradient.

    Args:
        owner: the optimizer, for its errors.
        function: of an array of the shape of `start`.
        start: where it begins.
        found: what the function returned there.
    """

    returns = "a value and its gradient, `return J, g`"
    size = 2

    def __init__(self, owner: str, function: Any, start: np.ndarray, found: Any) -> None:
        self.owner, self.function, self.start, self.count = owner, function, start, 1
        self.first = value, gradient, *_ = self._checked(found)
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            raise ValueError(
                f"{owner}: value and gradient at `start` must be finite. Received: {value}, and a gradient of which "
                f"{(~np.isfinite(gradient)).sum()} of {gradient.size} entries are not. Start elsewhere, and look for "
                "the logarithm of 0."
            )

    def __call__(self, theta: np.ndarray) -> Any:
        """What the function returns: value and gradient."""
        self.count += 1
        return self._checked(self.function(theta.reshape(self.start.shape)))

    def _checked(self, found: Any) -> Any:
        if not isinstance(found, tuple | list) or len(found) != self.size:
            raise TypeError(
                f"{self.owner}: `function` must return {self.returns}, or be written in keras.ops and return a tensor "
                f"with one entry. Received: {type(found).__name__}."
            )
        value, gradient, *_ = found
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
    point, found = ready(owner, function, start)
    if not ops.is_tensor(found):
        yield Evaluations(owner, function, point, found)
        return
    with double_precision():
        with running("compiled"):
            program = differentiated(lambda inputs, _: function(*inputs))
        both: Callable[[Any], Any] = lambda theta: program([theta], 1.0)  # noqa: E731
        yield Evaluations(owner, both, point, both(point))


def ready(owner: str, function: Any, start: Any) -> tuple[np.ndarray, Any]:
    """The start as an array, and what the function returns there: if a tensor, one number."""
    if not callable(function):
        raise TypeError(
            f"{owner}: `function` must be a function of an array. Received: {function!r:.99}."
        )
    point = _numbers(owner, start)
    found: Any = function(point.copy())
    if isinstance(found, float):  # of operators alone, which take arrays and tensors
        found = function(ops.convert_to_tensor(point))
    if ops.is_tensor(found) and found.shape:
        Evaluations(owner, function, point, (np.zeros(found.shape), point))  # which names its shape
    return point, found


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
