r"""BFGS and L-BFGS: Newton's step with an inverse Hessian that is learned from the gradients.

Sources: CS231n-7.

$$ \rho = \frac{1}{y^\top s} \tag{1} $$
$$ V = I - \rho\, s y^\top \tag{2} $$
$$ H := V H V^\top + \rho\, s s^\top \tag{3} $$
$$ p = -H g \tag{4} $$

$\theta$ are $N$ parameters of a function $J$, $g$ is its gradient, and $H$ its inverse Hessian as far as it is known:
at first the identity $I$. A line search along $p$ finds the step $s$ to $\theta + s$, where the gradient is $g + y$.
After (3), $H y = s$, as with the true Hessian of a quadratic. $H$ has $N^2$ entries. `LBFGS` has only the pairs
$(s, y)$ of the last `memory` steps, and computes $p$ of them:

$$ a = \rho\, s^\top q \tag{5} $$
$$ q := q - a\, y \tag{6} $$
$$ \gamma = \frac{s^\top y}{y^\top y} \tag{7} $$
$$ r = \gamma\, q \tag{8} $$
$$ b = \rho\, y^\top r \tag{9} $$
$$ r := r + (a - b)\, s \tag{10} $$
$$ p = -r \tag{11} $$

$q$ starts as $g$. (5) and (6) are done for each pair, the newest first; (7) is of the newest; (9) and (10) are done for
each pair, the oldest first, with its own $a$. Without pairs $r$ is $g$. This is (3) and (4) for the pairs kept,
had $H$ started as $\gamma I$.

Equals `scipy.optimize.minimize` with `method="BFGS"` and `method="L-BFGS-B"`, the gradient given, in the points where
they evaluate the function, to rounding.
"""

from collections import deque
from typing import Any

import numpy as np

from dlref import _checks
from dlref.optimizers.descent import LineSearchMethod
from dlref.optimizers.line_search import LineSearch, Point


class BFGS(LineSearchMethod):
    r"""BFGS, $p = -H g$ with an inverse Hessian that gradients tell.

    Args:
        gradient_tolerance: it ends where no entry of the gradient is larger. Defaults to 1e-5.
        max_iterations: the most steps. Defaults to 15000.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if it is NaN, negative, or there is no iteration.

    Example:
        >>> from scipy.optimize import rosen, rosen_der
        >>> found = BFGS().minimize(lambda theta: (rosen(theta), rosen_der(theta)), [-1.2, 1.0])
        >>> found.x.round(4).tolist(), found.iterations, found.evaluations
        ([1.0, 1.0], 32, 39)
    """

    search = LineSearch(decrease=1e-4, curvature=0.9, width=1e-14, evaluations=40, longest=1e100)

    def __init__(self, gradient_tolerance: float = 1e-5, max_iterations: int = 15_000) -> None:
        super().__init__(gradient_tolerance, max_iterations)

    @staticmethod
    def _rho(s: np.ndarray, y: np.ndarray) -> Any:
        """The curvature along a step, inverted."""
        return 1 / y.dot(s)  # (1)

    def _forget(self, size: int) -> None:
        self._H = np.eye(size)

    def _first_step(self, iteration: int, p: Any, line: Point, before: float) -> float:
        step = min(1.0, 2.02 * (line.value - before) / line.slope)
        return step if step > 0 else 1.0

    def _learn(self, s: np.ndarray, y: np.ndarray) -> None:
        if not y @ s > 0:  # by rounding alone: the line search has made it positive
            return
        H, I, rho = self._H, np.eye(len(s)), self._rho(s, y)
        V = I - rho * np.outer(s, y)  # (2)
        H = V @ H @ V.T + rho * np.outer(s, s)  # (3)
        self._H = H

    def _direction(self, g: np.ndarray) -> np.ndarray:
        H = self._H
        p = -H @ g  # (4)
        return p


class LBFGS(LineSearchMethod):
    r"""L-BFGS, the direction of BFGS from the last few steps, without a matrix.

    Args:
        memory: how many pairs $(s, y)$ are kept. Defaults to 10.
        gradient_tolerance: it ends where no entry of the gradient is larger. Defaults to 1e-5.
        value_tolerance: it ends where a step lowers the value by less, relative to the value or to 1. Defaults to
            2.220446049250313e-09, as in SciPy.
        max_iterations: the most steps. Defaults to 15000.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if it is NaN, negative, or there is no iteration or no pair.

    Example:
        >>> from scipy.optimize import rosen, rosen_der
        >>> found = LBFGS().minimize(lambda theta: (rosen(theta), rosen_der(theta)), [-1.2, 1.0])
        >>> found.x.round(4).tolist(), found.iterations, found.evaluations
        ([1.0, 1.0], 36, 44)
    """

    search = LineSearch(decrease=1e-3, curvature=0.9, width=0.1, evaluations=20, longest=1e10)

    def __init__(
        self,
        memory: int = 10,
        gradient_tolerance: float = 1e-5,
        value_tolerance: float = 2.220446049250313e-09,
        max_iterations: int = 15_000,
    ) -> None:
        super().__init__(gradient_tolerance, max_iterations)
        self.memory = _checks.integer(self, "memory", memory, low=1)
        self.value_tolerance = _checks.real(self, "value_tolerance", value_tolerance, "[0, inf)")

    def _forget(self, size: int) -> None:
        self._pairs: deque[Any] = deque(maxlen=self.memory)

    def _first_step(self, iteration: int, p: np.ndarray, line: Point, before: float) -> float:
        return 1.0 if iteration else min(1.0 / float(np.linalg.norm(p)), self.search.longest)

    def _learn(self, s: np.ndarray, y: np.ndarray) -> None:
        if y @ s > 2.0**-52 * (y @ y):
            self._pairs.append((s, y, BFGS._rho(s, y)))

    def _direction(self, g: np.ndarray) -> np.ndarray:
        q, coefficients = g, []
        for s, y, rho in reversed(self._pairs):
            a = rho * s.dot(q)  # (5)
            q = q - a * y  # (6)
            coefficients.append(a)
        r = q
        if self._pairs:
            s, y, _ = self._pairs[-1]
            gamma = s.dot(y) / y.dot(y)  # (7)
            r = gamma * q  # (8)
        for (s, y, rho), a in zip(self._pairs, reversed(coefficients), strict=True):
            b = rho * y.dot(r)  # (9)
            r = r + (a - b) * s  # (10)
        p = -r  # (11)
        return p
