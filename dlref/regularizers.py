r"""L2 and L1 regularization: a price on large weights.

Sources: DLS-C2-blog (equations 1 and 2; it prints (1) without the square); Flowchart C2 (equation 3).

$$ \Omega(W) = \frac{\lambda}{2m} \sum_{ij} W_{ij}^2 \tag{1} $$
$$ \Omega(W) = \frac{\lambda}{2m} \sum_{ij} |W_{ij}| \tag{2} $$
$$ \Omega(W) = \frac{\lambda}{m} \sum_{ij} |W_{ij}| \tag{3} $$

$\Omega$ is added to the cost $J$; $W$ is a weight tensor of any shape, $\lambda$ is `strength`, and $m$ is `examples`,
the size of the training set: a constant, not the size of the mini-batch. $|W_{ij}|$ has the derivative 0 at 0.

Differs from `keras.regularizers.L2(l2)` and `L1(l1)`, which know neither $m$ nor the half: (1) is `L2(l2=λ/2m)`, (2)
is `L1(l1=λ/2m)`, (3) is `L1(l1=λ/m)`. With plain SGD, (1) is the weight decay
$W := (1 - \alpha\lambda/m) W - \alpha\, dW$; with Adam it is not, for its gradient passes through the moments.
Weights in half precision are priced in float32, and the price is rounded.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref._absolute import absolute


class _Regularizer(keras.regularizers.Regularizer):
    def __init__(self, strength: float, examples: int) -> None:
        self.strength = _checks.real(self, "strength", strength, "[0, inf)", "float32")
        self.examples = _checks.integer(self, "examples", examples, 1, 2**53)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"strength": self.strength, "examples": self.examples}

    def _tensors(self, x: Any) -> tuple[Any, Any, str]:
        w, dtype = _checks.at_least_float32(self, "x", x)
        return w, ops.convert_to_tensor(self.strength, w.dtype), dtype


@keras.saving.register_keras_serializable("dlref")
class L2(_Regularizer):
    r"""L2 regularization, $\frac{\lambda}{2m} \sum W^2$.

    Args:
        strength: $\lambda \ge 0$.
        examples: $m \ge 1$, the number of training examples.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if it is NaN or outside its interval.

    Example:
        >>> float(L2(strength=2.0, examples=4)([[1.0, 2.0], [3.0, 4.0]]))  # 2 / 8 * 30
        7.5
    """

    def __call__(self, x: Any) -> Any:
        """The price of the weights `x`, a scalar."""
        w, lambda_, dtype = self._tensors(x)
        m = float(self.examples)

        omega = lambda_ / (2 * m) * ops.sum(w**2)  # (1)
        return ops.cast(omega, dtype)


@keras.saving.register_keras_serializable("dlref")
class L1(_Regularizer):
    r"""L1 regularization in the halved form, $\frac{\lambda}{2m} \sum |W|$.

    Args:
        strength: $\lambda \ge 0$.
        examples: $m \ge 1$, the number of training examples.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if it is NaN or outside its interval.

    Example:
        >>> float(L1(strength=2.0, examples=4)([[1.0, -2.0], [3.0, -4.0]]))  # 2 / 8 * 10
        2.5
    """

    def __call__(self, x: Any) -> Any:
        """The price of the weights `x`, a scalar."""
        w, lambda_, dtype = self._tensors(x)
        m = float(self.examples)

        omega = lambda_ / (2 * m) * ops.sum(absolute(w))  # (2)
        return ops.cast(omega, dtype)


@keras.saving.register_keras_serializable("dlref")
class UnhalvedL1(_Regularizer):
    r"""L1 regularization without the half, $\frac{\lambda}{m} \sum |W|$.

    Args:
        strength: $\lambda \ge 0$.
        examples: $m \ge 1$, the number of training examples.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if it is NaN or outside its interval.

    Example:
        >>> float(UnhalvedL1(strength=2.0, examples=4)([[1.0, -2.0], [3.0, -4.0]]))  # 2 / 4 * 10
        5.0
    """

    def __call__(self, x: Any) -> Any:
        """The price of the weights `x`, a scalar."""
        w, lambda_, dtype = self._tensors(x)
        m = float(self.examples)

        omega = lambda_ / m * ops.sum(absolute(w))  # (3)
        return ops.cast(omega, dtype)
