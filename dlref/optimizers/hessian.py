"""Value, gradient and Hessian of the function that Newton's method minimizes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref.compiling import in_one_program
from dlref.diagnostics.double_precision import double_precision
from dlref.optimizers.evaluations import Evaluations, ready


class EvaluationsWithHessian(Evaluations):
    """A function of a vector, from one that returns a value, its gradient and its Hessian."""

    returns = "a value, its gradient and its Hessian, `return J, g, H`"
    size = 3

    def _checked(self, found: Any) -> Any:
        value, gradient = super()._checked(found)
        hessian, n = np.array(found[2], "float64"), gradient.size
        hessian = hessian.reshape(n, n) if hessian.size == n * n else hessian
        if hessian.shape != (n, n):
            raise ValueError(
                f"{self.owner}: the Hessian must have the shape ({n}, {n}). Received: {hessian.shape}."
            )
        apart, largest = abs(hessian - hessian.T).max(), abs(hessian).max()
        if apart > 1e-6 * largest:
            raise ValueError(
                f"{self.owner}: the Hessian must be symmetric. Received: {hessian.tolist()!r:.99}."
            )
        return value, gradient, hessian


@contextmanager
def with_hessian(owner: str, function: Any, start: Any) -> Iterator[EvaluationsWithHessian]:
    """The function, ready to be evaluated while it lasts."""
    point, found = ready(owner, function, start)
    if not ops.is_tensor(found):
        yield EvaluationsWithHessian(owner, function, point, found)
        return
    with double_precision():
        twice = _BACKENDS[keras.backend.backend()]
        at_start = ops.convert_to_tensor(point, "float64")
        program = in_one_program(lambda theta: twice(function, theta), at_start)

        def all_three(theta: Any) -> list[np.ndarray]:
            found = program(ops.convert_to_tensor(theta, "float64"))
            return [ops.convert_to_numpy(each) for each in found]

        yield EvaluationsWithHessian(owner, all_three, point, all_three(point))


def require_positive_definite(owner: str, H: np.ndarray, step: int) -> None:
    """A ValueError that says why the step would be wrong, and what to do."""
    if not np.isfinite(H).all():
        raise ValueError(
            f"{owner}: the Hessian must be finite. Received: NaN or infinity before step {step}. The step before has "
            "left what the function is defined on. Start nearer to the minimum, or take BFGS."
        )
    smallest = float(np.linalg.eigvalsh(H)[0])
    if not smallest > 0:
        raise ValueError(
            f"{owner}: the Hessian must be positive definite. Received: the smallest eigenvalue {smallest:.3g} before "
            f"step {step}. Along its eigenvector the parabola has no minimum, and the step would lead to a saddle "
            "point or a maximum. Start nearer to the minimum, add a penalty such as L2, or take BFGS or LBFGS, whose "
            "matrix stays positive definite."
        )


def _tensorflow(function: Any, theta: Any) -> tuple[Any, Any, Any]:
    import tensorflow as tf

    zero = tf.UnconnectedGradients.ZERO
    with tf.GradientTape() as outer:
        outer.watch(theta)
        with tf.GradientTape() as inner:
            inner.watch(theta)
            value = function(theta)
        gradient = inner.gradient(value, theta, unconnected_gradients=zero)
    return value, gradient, outer.jacobian(gradient, theta, unconnected_gradients=zero)


def _jax(function: Any, theta: Any) -> tuple[Any, Any, Any]:
    import jax

    value, gradient = jax.value_and_grad(function)(theta)
    return value, gradient, jax.hessian(function)(theta)


_BACKENDS: dict[str, Any] = {"tensorflow": _tensorflow, "jax": _jax}
