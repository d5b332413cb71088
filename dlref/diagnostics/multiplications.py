r"""Multiplications: what each layer costs, and what a depthwise separable convolution saves.

Sources: Flowchart C4.

$$ M = q k n_c m \tag{1} $$
$$ r = \frac{1}{m} + \frac{1}{k} \tag{2} $$

$q$ is the number of places in the outputs, height times width, or 1 of a dense layer. $k$ is the number of places in a
filter, $f \cdot f$, or 1 for a dense layer; $n_c$ is how many channels it reaches over and $m$ how many filters or
units there are. In (2) a depthwise convolution with $k$ places comes before $m$ filters of 1 × 1, and $r$ is what both
cost, as part of a convolution with $m$ filters of $k$ places.

Equals the number of weights in `layer.kernel` times that of places. Biases, normalizations, activations and poolings
do not count.
"""

from math import prod
from typing import Any

import keras

from dlref.diagnostics.cost_report import LayerCost, Multiplications
from dlref.diagnostics.network_layers import CONVOLUTIONS, DEPTHWISE, calls, filters

_SEPARABLE = (keras.layers.SeparableConv1D, keras.layers.SeparableConv2D)
Part = tuple[tuple[int, ...], int, int]  # window, n_c, m


def multiplications(model: Any) -> Multiplications:
    """Counts the multiplications for one example, call by call, in models inside the model too.

    Counted are convolutions, depthwise and separable ones too, and Dense. Of other layers with kernels, such as LSTM,
    and of outputs whose size is not known, the number is None. Operations that are no layers do not count.

    Args:
        model: a Sequential or functional Keras model whose inputs have a known shape.

    Returns:
        What was counted, call by call; `print` shows it as a table.

    Raises:
        TypeError: if `model` is no Keras model.
        ValueError: if it is not built, or a subclass of `keras.Model`, whose layers do not know their inputs.

    Example:
        >>> import keras
        >>> parts = [keras.layers.Conv2D(16, 1, name="bottleneck")]
        >>> parts += [keras.layers.Conv2D(32, 5, padding="same", name="conv")]
        >>> print(multiplications(keras.Sequential([keras.Input((28, 28, 192)), *parts])))
        layer       outputs       multiplications
        bottleneck  28 × 28 × 16  784·1·1·192·16 = 2,408,448
        conv        28 × 28 × 32  784·5·5·16·32 = 10,035,200
        12,443,648 multiplications
    """
    return Multiplications(tuple(_counted(*call) for call in calls("multiplications", model)))


def _counted(layer: Any, node: Any) -> LayerCost:
    """One call of a layer."""
    outputs = node.outputs[0].shape[1:]
    parts = _parts(layer)
    if None in outputs if parts else any(len(weight.shape) > 1 for weight in layer.weights):
        return LayerCost(layer.name, outputs, (), None, None)
    factors = tuple((prod(outputs) // parts[-1][-1], *part) for part in parts)
    count = sum(_multiplications(*each) for each in factors)
    separable = _separable(layer, parts, node)
    saved = (*separable, _of_full_convolution(*separable)) if separable else None
    return LayerCost(layer.name, outputs, factors, count, saved)


def _multiplications(q: int, window: tuple[int, ...], n_c: int, m: int) -> int:
    k = prod(window)
    M = q * k * n_c * m  # (1)
    return M


def _of_full_convolution(m: int, k: int) -> float:
    r = 1 / m + 1 / k  # (2)
    return r


def _parts(layer: Any) -> list[Part]:
    """The kernels of a layer: two of a separable one."""
    if type(layer) in _SEPARABLE:
        *window, n_c, multiplier = layer.depthwise_kernel.shape
        *place, channels, m = layer.pointwise_kernel.shape
        return [(tuple(window), 1, n_c * multiplier), (tuple(place), channels, m)]
    found = filters(layer)
    return [(found[0], found[1], found[3])] if found else []


def _separable(layer: Any, parts: list[Part], node: Any) -> tuple[int, int] | None:
    """$m$ and $k$, where a depthwise convolution has come before filters of 1 × 1 over all its channels."""
    if len(parts) == 2:
        multiplier = layer.depth_multiplier
    elif type(layer) in CONVOLUTIONS and (before := _depthwise_before(node)):
        parts, multiplier = [*_parts(before), *parts], before.depth_multiplier
    else:
        return None
    (window, _, channels), (place, n_c, m) = parts
    return (m, prod(window)) if (multiplier, prod(place), n_c) == (1, 1, channels) else None


def _depthwise_before(node: Any) -> Any:
    """The depthwise convolution in front of a call, at most normalizations and activations between them."""
    (tensor,) = node.input_tensors
    shape = tensor.shape
    while tensor.shape == shape:
        layer, index, _ = tensor._keras_history
        if type(layer) in DEPTHWISE:
            return layer
        inputs = layer._inbound_nodes[index].input_tensors
        if len(inputs) != 1 or any(
            len(weight.shape) > 1 for weight in getattr(layer, "weights", ())
        ):
            return None
        (tensor,) = inputs
    return None
