r"""Newton's method: the step to the minimum of the parabola that fits, without a learning rate.

Sources: CS231n-7.

$$ p = -H^{-1} g \tag{1} $$
$$ \theta := \theta + p \tag{2} $$

$\theta$ are the $N$ parameters of a function $J$, $g$ is its gradient and $H$ the Hessian, the $N \times N$ matrix of
its second derivatives, both at $\theta$. $H$ takes $O(N^2)$ memory, and (1), a system of linear equations, $O(N^3)$
time. Where $H$ is not positive definite the step leads to a saddle point or a maximum, and is refused.

Equals `scipy.optimize.minimize` with `method="trust-exact"` and a trust region that holds every step, where each step
lowers the function.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from dlref.optimizers.descent import Minimum, SecondOrder
from dlref.optimizers.hessian import require_positive_definite, with_hessian


class Newton(SecondOrder):
    r"""Newton's method, $\theta := \theta - H^{-1} \nabla J$.

    Args:
        gradient_tolerance: it ends where no entry of the gradient is larger. Defaults to 1e-5.
        max_iterations: the most steps. Defaults to 100.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if it is NaN, negative, or there is no iteration.

    Example:
        >>> from keras import ops
        >>> found = Newton().minimize(lambda theta: ops.sum(ops.exp(theta) - 2.0 * theta), [0.0, 3.0])
        >>> found.x.round(4).tolist(), found.iterations  # ln 2
        ([0.6931, 0.6931], 6)
    """

    def __init__(self, gradient_tolerance: float = 1e-5, max_iterations: int = 100) -> None:
        super().__init__(gradient_tolerance, max_iterations)

    def minimize(self, function: Callable[..., Any], start: Any) -> Minimum:
        """Steps from `start` until the gradient is small.

        Args:
            function: of an array of the shape of `start`. It returns the value, the gradient and the Hessian, of shape
                (N, N); or, written in `keras.ops`, the value alone, and the backend differentiates it twice in float64.
            start: where it begins.

        Returns:
            Where it ended, and why.

        Raises:
            TypeError: if `function` is none, or returns no such thing, or `start` is no array of numbers.
            ValueError: if a Hessian is not positive definite, if `function` returns a vector, another shape, or NaN at
                `start`.
        """
        with with_hessian("Newton", function, start) as at:
            theta, (J, g, H) = at.start.ravel(), at.first
            values = [J]
            while not (why := self._ended(values, g)):
                theta = self._step(theta, g, H, len(values))
                J, g, H = at(theta)
                values.append(J)
        x = theta.reshape(at.start.shape)
        return Minimum(x, J, float(abs(g).max()), len(values) - 1, at.count, why, values)

    def _ended(self, values: list[float], g: np.ndarray) -> str:
        if abs(g).max() <= self.gradient_tolerance:
            return "gradient"
        return "iterations" if len(values) > self.max_iterations else ""

    def _step(self, theta: np.ndarray, g: np.ndarray, H: np.ndarray, number: int) -> np.ndarray:
        require_positive_definite("Newton", H, number)
        p = -np.linalg.solve(H, g)  # (1)
        theta = theta + p  # (2)
        return theta
