"""Rows of the methods of the second order, against SciPy's on SciPy's own test problems."""

from collections.abc import Callable
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import scipy.optimize
from scipy.optimize import rosen, rosen_der

from dlref import optimizers as ours
from dlref.conformance.row import Arrays, Row

# So many points of each problem are compared: in BFGS rounding grows tenfold from one to the next.
POINTS = {"BFGS": 5, "LBFGS": 12}


def _quadratic(theta: np.ndarray) -> tuple[Any, np.ndarray]:
    """Its curvatures are from 1 to 100."""
    rng = np.random.default_rng(0)
    axes, b = np.linalg.qr(rng.normal(size=(6, 6)))[0], rng.normal(size=6)
    A = axes * np.logspace(0, 2, 6) @ axes.T
    return theta @ A @ theta / 2 - b @ theta, A @ theta - b


def _beale(theta: np.ndarray) -> tuple[Any, np.ndarray]:
    (x, y), powers = theta, np.array([1, 2, 3])
    errors = np.array([1.5, 2.25, 2.625]) - x + x * y**powers
    by_x, by_y = y**powers - 1, x * powers * y ** (powers - 1)
    return errors @ errors, 2 * np.array([errors @ by_x, errors @ by_y])


def _wood(theta: np.ndarray) -> tuple[Any, np.ndarray]:
    a, b, c, d = theta
    p, q, r, s = a**2 - b, c**2 - d, b - 1, d - 1
    value = 100 * p**2 + (a - 1) ** 2 + (c - 1) ** 2 + 90 * q**2
    slopes = [
        400 * a * p + 2 * (a - 1),
        -200 * p + 20.2 * r + 19.8 * s,
        360 * c * q + 2 * (c - 1),
        -180 * q + 20.2 * s + 19.8 * r,
    ]
    return value + 10.1 * (r**2 + s**2) + 19.8 * r * s, np.array(slopes)


PROBLEMS: dict[str, tuple[Callable[..., Any], list[float]]] = {
    "Rosenbrock": (lambda theta: (rosen(theta), rosen_der(theta)), [-1.2, 1.0]),
    "Rosenbrock, of five": (
        lambda theta: (rosen(theta), rosen_der(theta)),
        [1.3, 0.7, 0.8, 1.9, 1.2],
    ),
    "quadratic": (_quadratic, [0.0] * 6),
    "Beale": (_beale, [1.0, 1.0]),
    "Wood": (_wood, [-3.0, -1.0, -3.0, -1.0]),
}


def _logistic(theta: np.ndarray) -> tuple[Any, np.ndarray, np.ndarray]:
    """Logistic regression of 30 examples with a little L2, and its Hessian."""
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(30, 4)), rng.random(30) < 0.5
    z = X @ theta
    a = 1 / (1 + np.exp(-z))
    value = np.sum(np.logaddexp(0, z) - y * z) + theta @ theta / 20
    return value, X.T @ (a - y) + theta / 10, X.T * (a * (1 - a)) @ X + np.eye(4) / 10


def _bowl(theta: np.ndarray) -> tuple[Any, np.ndarray, np.ndarray]:
    A = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 1.0], [0.0, 1.0, 2.0]])
    return theta @ A @ theta / 2 - theta.sum(), A @ theta - 1, A


CONVEX: dict[str, tuple[Callable[..., Any], list[float]]] = {
    "logistic regression": (_logistic, [0.0] * 4),
    "quadratic": (_bowl, [7.0, -2.0, 5.0]),
}


def with_hessian(method: Any) -> Arrays:
    """Where convex functions end, after how many steps, and each point on the way."""
    seen = {}
    for name, (function, start) in CONVEX.items():
        points: list[np.ndarray] = []

        def watched(theta: np.ndarray, function: Any = function, points: list[Any] = points) -> Any:
            points.append(np.array(theta))
            return function(theta)

        found = method.minimize(watched, np.array(start))
        seen |= {f"point {i} of {name}": point for i, point in enumerate(points[1:], 1)}
        seen[f"steps of {name}"] = np.array(found.iterations)
    return seen


class _TrustExact:
    """SciPy's method of trust regions, in a region that holds every step: then it is Newton's."""

    def minimize(self, function: Any, start: np.ndarray) -> Any:
        all_three = cache(lambda theta: function(np.array(theta)))
        value, gradient, hessian = (
            lambda theta, part=part: all_three(tuple(theta))[part] for part in range(3)
        )
        options = {"initial_trust_radius": 1e6, "max_trust_radius": 1e9, "gtol": 1e-5}
        found = scipy.optimize.minimize(
            value, start, jac=gradient, hess=hessian, method="trust-exact", options=options
        )
        return SimpleNamespace(iterations=found.nit)


def minimized(method: Any, steps: int) -> Arrays:
    """The points where a function is evaluated, how often, and in how many iterations it is minimized."""
    seen = {}
    for name, (function, start) in PROBLEMS.items():
        points: list[np.ndarray] = []

        def watched(
            theta: np.ndarray, function: Any = function, points: list[Any] = points
        ) -> tuple[Any, np.ndarray]:
            points.append(np.array(theta))
            return function(theta)

        iterations = method.minimize(watched, np.array(start)).iterations
        seen |= {f"point {i + 1} of {name}": point for i, point in enumerate(points[:steps])}
        if name != "Wood":  # of more than a hundred points the last ones are rounding
            seen[f"iterations and evaluations of {name}"] = np.array([iterations, len(points)])
    return seen


class _SciPy:
    """SciPy's method, asked in the same way."""

    def __init__(self, method: str, **options: Any) -> None:
        self.method, self.options = method, options

    def minimize(self, function: Any, start: np.ndarray) -> Any:
        found = scipy.optimize.minimize(
            function, start, jac=True, method=self.method, options=self.options
        )
        return SimpleNamespace(iterations=found.nit)


_row = partial(
    Row,
    builtin="scipy.optimize.minimize",
    source="CS231n-7",
    modes=("eager",),
    dtypes=("float64",),
)
ROWS = [
    _row(
        name="optimizers.BFGS",
        probe=partial(minimized, steps=POINTS["BFGS"]),
        steps=POINTS["BFGS"],
        ours=partial(ours.BFGS, max_iterations=300),
        mapped=partial(_SciPy, "BFGS"),
        mapping='method = "BFGS", jac = True',
    ),
    _row(
        name="optimizers.LBFGS",
        probe=partial(minimized, steps=POINTS["LBFGS"]),
        steps=POINTS["LBFGS"],
        ours=partial(ours.LBFGS, memory=3, max_iterations=300),
        mapped=partial(_SciPy, "L-BFGS-B", maxcor=3),
        mapping='method = "L-BFGS-B", jac = True, maxcor = memory',
    ),
    _row(
        name="optimizers.Newton",
        probe=with_hessian,
        steps=4,
        ours=ours.Newton,
        mapped=_TrustExact,
        mapping='method = "trust-exact", initial_trust_radius = 1e6, max_trust_radius = 1e9',
    ),
]
