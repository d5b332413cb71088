r"""Activations: what a unit makes of its input.

Sources: CS231n-6; Flowchart C1; DLS-C2W3 (softmax, hard max).

$$ \sigma(z) = \frac{1}{1 + e^{-z}} = e^{-\log(1 + e^{-z})} \tag{1} $$
$$ \tanh(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}} \tag{2} $$
$$ \mathrm{ReLU}(z) = \max(0, z) \tag{3} $$
$$ \mathrm{LeakyReLU}(z) = \max(a z, z) \tag{4} $$
$$ \mathrm{ELU}(z) = \begin{cases} z & z > 0 \\ a\,(e^z - 1) & z \le 0 \end{cases} \tag{5} $$
$$ t = e^{z - \max z} \tag{6} $$
$$ \mathrm{softmax}(z) = \frac{t}{\sum_j t_j} \tag{7} $$
$$ \mathrm{hardmax}(z)_j = [\, j = \arg\max z \,] \tag{8} $$

$z$ is the input, of any shape; softmax and hard max work along `axis`, the others elementwise; $a$ is
`negative_slope` in (4) and `alpha` in (5). $\max z$ in (6) cancels in (7), and keeps $e^{1000}$ from overflowing; the
second form in (1) does that for the gradient of $\sigma$, and so does $\mp e / (e + 2)$, $e = e^{-2|z|} - 1$, for (2).

Equals `keras.activations`, but for one default: the slope of leaky ReLU is 0.3 in `keras.layers`, 0.2 in
`keras.activations`, 0.01 in the lecture. In half precision (1), (2), (5) and (7) are computed in float32 and rounded.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks


@keras.saving.register_keras_serializable("dlref")
def sigmoid(z: Any) -> Any:
    r"""Sigmoid, $\sigma(z) = 1 / (1 + e^{-z})$, in (0, 1).

    Args:
        z: a tensor of any shape.

    Returns:
        A tensor of the same shape.

    Raises:
        TypeError: if `z` is no tensor of real numbers.

    Example:
        >>> float(sigmoid(0.0))
        0.5
    """
    z, dtype = _checks.at_least_float32("sigmoid", "z", z)

    a = ops.exp(-ops.softplus(-z))  # (1)
    return ops.cast(a, dtype)


@keras.saving.register_keras_serializable("dlref")
def tanh(z: Any) -> Any:
    r"""Hyperbolic tangent, $(e^z - e^{-z}) / (e^z + e^{-z})$, in (-1, 1).

    Args:
        z: a tensor of any shape.

    Returns:
        A tensor of the same shape.

    Raises:
        TypeError: if `z` is no tensor of real numbers.

    Example:
        >>> float(tanh(0.0))
        0.0
    """
    z, dtype = _checks.at_least_float32("tanh", "z", z)
    sign = ops.where(z < 0, -ops.ones_like(z), ops.ones_like(z))
    e = ops.expm1(-2 * sign * z)

    a = -sign * e / (e + 2)  # (2)
    return ops.cast(a, dtype)


@keras.saving.register_keras_serializable("dlref")
def relu(z: Any) -> Any:
    r"""Rectified linear unit, $\max(0, z)$; at 0 its gradient is 0.

    Args:
        z: a tensor of any shape.

    Returns:
        A tensor of the same shape.

    Raises:
        TypeError: if `z` is no tensor of real numbers.

    Example:
        >>> [float(a) for a in relu([-2.0, 3.0])]
        [0.0, 3.0]
    """
    z = _checks.floating("relu", "z", z)

    return ops.where(z <= 0, ops.zeros_like(z), z)  # (3)


@keras.saving.register_keras_serializable("dlref")
def leaky_relu(z: Any, negative_slope: float = 0.01) -> Any:
    r"""Leaky ReLU, $\max(a z, z)$; at 0 its gradient is $a$.

    Args:
        z: a tensor of any shape.
        negative_slope: $a$ in [0, 1]. Defaults to 0.01, the lecture's.

    Returns:
        A tensor of the same shape.

    Raises:
        TypeError: if `negative_slope` is not a number, or `z` no tensor of real numbers.
        ValueError: if it is NaN or outside [0, 1], where $\max(a z, z)$ is no leaky ReLU.

    Example:
        >>> [round(float(a), 2) for a in leaky_relu([-2.0, 3.0])]
        [-0.02, 3.0]
    """
    z = _checks.floating("leaky_relu", "z", z)
    a = _checks.real("leaky_relu", "negative_slope", negative_slope, "[0, 1]")
    a = ops.convert_to_tensor(a, z.dtype)

    return ops.where(z <= 0, a * z, z)  # (4)


@keras.saving.register_keras_serializable("dlref")
def elu(z: Any, alpha: float = 1.0) -> Any:
    r"""Exponential linear unit: $z$ above 0, $a (e^z - 1)$ below; at 0 its gradient is $a$.

    Args:
        z: a tensor of any shape.
        alpha: $a \ge 0$. Defaults to 1.0.

    Returns:
        A tensor of the same shape.

    Raises:
        TypeError: if `alpha` is not a number, or `z` no tensor of real numbers.
        ValueError: if it is NaN or negative.

    Example:
        >>> [round(float(a), 4) for a in elu([-1.0, 3.0])]
        [-0.6321, 3.0]
    """
    z, dtype = _checks.at_least_float32("elu", "z", z)
    a = ops.convert_to_tensor(_checks.real("elu", "alpha", alpha, "[0, inf)", z.dtype), z.dtype)

    value = ops.where(z <= 0, a * ops.expm1(ops.where(z <= 0, z, 0)), z)  # (5)
    return ops.cast(value, dtype)


@keras.saving.register_keras_serializable("dlref")
def softmax(z: Any, axis: int = -1) -> Any:
    r"""Softmax, $e^{z_i} / \sum_j e^{z_j}$: positive, summing to 1 along `axis`.

    Args:
        z: a tensor of rank 1 or more; any finite values.
        axis: the axis of the classes. Defaults to -1.

    Returns:
        A tensor of the same shape.

    Raises:
        TypeError: if `axis` is not an integer, or `z` no tensor of real numbers.
        ValueError: if `z` has no such axis.

    Example:
        >>> [round(float(a), 3) for a in softmax([5.0, 2.0, -1.0, 3.0])]
        [0.842, 0.042, 0.002, 0.114]
    """
    z, dtype = _checks.at_least_float32("softmax", "z", z)
    axis = _checks.axis("softmax", axis, len(z.shape))
    if 0 in z.shape:
        return ops.cast(z, dtype)

    t = ops.exp(z - ops.max(z, axis, keepdims=True))  # (6)
    a = t / ops.sum(t, axis, keepdims=True)  # (7)
    return ops.cast(a, dtype)


@keras.saving.register_keras_serializable("dlref")
def hard_max(z: Any, axis: int = -1) -> Any:
    r"""Hard max: 1 at the largest entry along `axis` (the first of equals), 0 elsewhere; its gradient is 0.

    Args:
        z: a tensor of rank 1 or more.
        axis: the axis of the classes. Defaults to -1.

    Returns:
        A tensor of the same shape.

    Raises:
        TypeError: if `axis` is not an integer, or `z` no tensor of real numbers.
        ValueError: if `z` has no such axis.

    Example:
        >>> [float(a) for a in hard_max([5.0, 2.0, -1.0, 3.0])]
        [1.0, 0.0, 0.0, 0.0]
    """
    z = _checks.floating("hard_max", "z", z)
    axis = _checks.axis("hard_max", axis, len(z.shape))
    if 0 in z.shape:
        return z

    return ops.one_hot(ops.argmax(z, axis), z.shape[axis], axis=axis, dtype=z.dtype)  # (8)
