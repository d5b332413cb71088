"""What BFGS and L-BFGS share: descent along a direction by a line search, and the minimum that is found."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from dlref import _checks
from dlref.optimizers.evaluations import evaluations
from dlref.optimizers.line_search import LineSearch, Point

WHY = {
    "gradient": "the gradient is small enough",
    "value": "the value falls no more",
    "iterations": "the iterations are used up",
    "line search": "no step along the direction lowers the value",
}


@dataclass(frozen=True)
class Minimum:
    """Where a minimization ended.

    Args:
        x: the point, in the shape of the start.
        value: the function there.
        gradient_norm: the largest entry of its gradient, without its sign.
        iterations: how many steps were taken.
        evaluations: how often value and gradient were computed.
        why: `"gradient"` or `"value"`, where it converged; `"iterations"` or `"line search"`.
        values: the function at the start and after each iteration.
    """

    x: np.ndarray
    value: float
    gradient_norm: float
    iterations: int
    evaluations: int
    why: str
    values: list[float] = field(repr=False)

    @property
    def converged(self) -> bool:
        """Whether the gradient is small, or the value falls no more."""
        return self.why in ("gradient", "value")

    def __str__(self) -> str:
        """The result in a sentence."""
        return (
            f"{self.value:.6g} after {self.iterations} iterations and {self.evaluations} evaluations: {WHY[self.why]} "
            f"(gradient {self.gradient_norm:.2g})"
        )


class SecondOrder:
    """A method for functions that stay the same.

    Args:
        gradient_tolerance: it ends where no entry of the gradient is larger.
        max_iterations: the most steps.
    """

    def __init__(self, gradient_tolerance: float, max_iterations: int) -> None:
        self.gradient_tolerance = _checks.real(
            self, "gradient_tolerance", gradient_tolerance, "[0, inf)"
        )
        self.max_iterations = _checks.integer(self, "max_iterations", max_iterations, low=1)

    def __str__(self) -> str:
        """What Keras shows where it is given as the optimizer of a model."""
        return (
            f"{type(self).__name__}, which is for the full batch only: it compares values and gradients of one "
            "function, and each mini-batch is another function. Train on the whole set: "
            "dlref.optimizers.fit_full_batch(model, x, y)"
        )


class LineSearchMethod(SecondOrder):
    """Descends along a direction that it learns from pairs (s, y) of steps and changes of the gradient."""

    search: ClassVar[LineSearch]
    value_tolerance = 0.0

    def minimize(self, function: Callable[..., Any], start: Any) -> Minimum:
        """Goes downhill from `start`.

        Args:
            function: of an array of the shape of `start`. It returns the value and the gradient; or, written in
                `keras.ops`, the value alone, and the backend differentiates it in float64.
            start: where it begins.

        Returns:
            Where it ended, and why.

        Raises:
            TypeError: if `function` is none, or returns no such thing, or `start` is no array of numbers.
            ValueError: if `function` returns a vector, a gradient of another shape, or NaN at `start`.
        """
        with evaluations(type(self).__name__, function, start) as at:
            return self._descend(at)

    def _descend(self, at: Any) -> Minimum:
        theta, (J, g) = at.start.ravel(), at.first
        values, why, fresh = [J], "", True
        before = J + np.linalg.norm(g) / 2
        self._forget(theta.size)
        while not (why := self._ended(values, g)):
            p = self._direction(g)
            found = []

            def along(step: float, theta: Any = theta, p: Any = p, found: Any = found) -> Point:
                point = theta + step * p
                found[:] = point, *at(point.copy())  # a function may change what it is given
                return Point(step, found[1], float(found[2] @ p))

            line = Point(0.0, J, float(p @ g))
            first = self._first_step(len(values) - 1, p, line, before)
            if line.slope < 0 and self.search.found(along, line, first):
                s, y = found[0] - theta, found[2] - g
                self._learn(s, y)
                before, (theta, J, g), fresh = J, found, False
                values.append(J)
            elif fresh:
                why = "line search"
                break
            else:
                self._forget(theta.size)
                fresh = True
        x = theta.reshape(at.start.shape)
        return Minimum(x, J, float(abs(g).max()), len(values) - 1, at.count, why, values)

    def _ended(self, values: list[float], g: np.ndarray) -> str:
        if abs(g).max() <= self.gradient_tolerance:
            return "gradient"
        before, J = [np.inf, *values[-2:]][-2:]
        if before - J <= self.value_tolerance * max(abs(before), abs(J), 1) and len(values) > 1:
            return "value"
        return "iterations" if len(values) > self.max_iterations else ""

    def _forget(self, size: int) -> None:
        raise NotImplementedError

    def _direction(self, g: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def _first_step(self, iteration: int, p: np.ndarray, line: Point, before: float) -> float:
        raise NotImplementedError

    def _learn(self, s: np.ndarray, y: np.ndarray) -> None:
        raise NotImplementedError
