r"""How a signal passes through a deep network before training: it keeps its size, vanishes or explodes.

Sources: CS231n-6; DLS-C2-blog; Flowchart C2.

$$ \gamma = \left(\frac{\sigma_\text{last}}{\sigma_\text{first}}\right)^{1 / (L - 1)} \tag{1} $$
$$ \delta = \left(\frac{d_\text{first}}{d_\text{last}}\right)^{1 / (L - 1)} \tag{2} $$

$\sigma_\text{first}$ (`sigma_first`) and $\sigma_\text{last}$ (`sigma_last`) are the standard deviations of the
activations in the first and the last of $L$ (`L`) layers, $d_\text{first}$ (`d_first`) and $d_\text{last}$ (`d_last`)
those of $dZ$ there, the gradient of what goes into the activation function. $\gamma$ is the factor by which each layer
multiplies the activations, $\delta$ the factor of the gradients on their way back. With weights of $0.5 I$ and no
activation function both are 0.5, and over $L - 1$ layers $0.5^{L-1}$ is left.

Equals `numpy.std` of what `keras.layers.Dense` layers return.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import _checks
from dlref.diagnostics.activation_statistics import activation_statistics
from dlref.diagnostics.double_precision import double_precision
from dlref.diagnostics.signal_report import SignalPropagation
from dlref.gradients import value_and_gradients


def signal_propagation(
    initializer: Any = "he_normal",
    activation: Any = "relu",
    units: int | Sequence[int] = 500,
    layers: int = 10,
    examples: int = 1000,
    seed: int = 0,
) -> SignalPropagation:
    r"""The lecture's experiment: normal noise through a network of `layers` layers, as they are drawn.

    Args:
        initializer: of the weights, as for `keras.layers.Dense`; each layer draws with a seed of its own. Defaults to
            `"he_normal"`.
        activation: the activation function, as for `keras.layers.Dense`. Defaults to `"relu"`.
        units: of each layer, and of the input; or a list with the units of the input and of each layer, which says
            `layers` too. Defaults to 500.
        layers: $L \ge 2$. Defaults to 10.
        examples: at least 1. Defaults to 1000.
        seed: of the noise and the weights, at least 0. Defaults to 0.

    Returns:
        The activations and the gradients of each layer, and the factors; `print` shows them as a table.

    Raises:
        TypeError: if a number is no whole number.
        ValueError: if a number is outside its range, or the initializer or the activation is not known.

    Example:
        >>> half = signal_propagation(keras.initializers.Identity(0.5), "linear", units=20, layers=10)
        >>> round(half.factor, 6), round(half.gradient_factor, 6), half.verdict
        (0.5, 0.5, 'vanishing')
    """
    sizes = _sizes(units, layers)
    examples = _checks.integer("signal_propagation", "examples", examples, 1)
    seed = _checks.integer("signal_propagation", "seed", seed, 0)
    rng = np.random.default_rng(seed)
    draw = keras.initializers.get(initializer)
    stack = [
        keras.layers.Dense(n, activation, False, _with_seed(draw, seed + i), name=f"layer_{i + 1}")
        for i, n in enumerate(sizes[1:])
    ]
    model = keras.Sequential([keras.Input((sizes[0],)), *stack])
    x = rng.normal(size=(examples, sizes[0]))
    forward = activation_statistics(model, x)
    back = _gradients(stack, x, rng.normal(size=(examples, sizes[-1])))
    spread = [each.std for each in forward.layers]
    factors = _factor(spread[0], spread[-1], len(stack)), _back(back[0], back[-1], len(stack))
    return SignalPropagation(forward, tuple(back), *map(float, factors))


def _factor(sigma_first: float, sigma_last: float, L: int) -> Any:
    if not sigma_first:
        return np.nan
    if not np.isfinite(sigma_last):
        return np.inf
    gamma = (sigma_last / sigma_first) ** (1 / (L - 1))  # (1)
    return gamma


def _back(d_first: float, d_last: float, L: int) -> Any:
    if not d_last:
        return np.nan
    if not np.isfinite(d_first):
        return np.inf
    delta = (d_first / d_last) ** (1 / (L - 1))  # (2)
    return delta


def _gradients(layers: Any, x: np.ndarray, upstream: np.ndarray) -> list[float]:
    """The standard deviation of dZ of each layer, for a random gradient of the output."""
    with double_precision():

        def output(*zeros: Any) -> Any:
            a = ops.convert_to_tensor(x)
            for layer, zero in zip(
                layers, zeros, strict=True
            ):  # the gradient of what is added to Z
                a = layer.activation(ops.matmul(a, ops.cast(layer.kernel, "float64")) + zero)
            return a

        zeros = [np.zeros((len(x), layer.units)) for layer in layers]
        gradients = value_and_gradients(output, zeros, upstream)[1:]
    return [float(np.std(gradient)) for gradient in gradients]


def _sizes(units: Any, layers: Any) -> list[int]:
    """Of the input and of each layer."""
    if isinstance(units, Sequence | np.ndarray):
        sizes = [_checks.integer("signal_propagation", "units", each, 1) for each in units]
        if len(sizes) < 3:
            raise ValueError(
                "signal_propagation: `units` must list the input and at least two layers. "
                f"Received: {list(units)}."
            )
        return sizes
    layers = _checks.integer("signal_propagation", "layers", layers, 2)
    return [_checks.integer("signal_propagation", "units", units, 1)] * (layers + 1)


def _with_seed(initializer: Any, seed: int) -> Any:
    """One object of Keras draws the same for each layer of the same shape."""
    config = getattr(initializer, "get_config", dict)()
    return (
        type(initializer).from_config(config | {"seed": seed}) if "seed" in config else initializer
    )
