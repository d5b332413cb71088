r"""Layer sizes: where the height, the width and the number of parameters of each layer come from.

Sources: Flowchart C4.

$$ h = \left\lfloor \frac{n + 2 p - f}{s} \right\rfloor + 1 \tag{1} $$
$$ P = (k n_c + \beta) m \tag{2} $$

$n$ is the height of what comes into a layer, $p$ its padding on each side, $f$ the height of its window, $s$ its stride
and $h$ the height of its outputs; the width follows in the same way. Where one side has a row more, $2 p$ is the sum.
$k$ is the number of places in a filter, $f \cdot f$, or 1 for a dense layer; $n_c$ is how many channels it reaches over
and $m$ how many filters or units there are. $\beta$ is 1 with a bias and 0 without.

Equals `layer.output.shape` and `layer.count_params()`.
"""

from fractions import Fraction
from math import prod
from typing import Any

import keras

from dlref import layers as ours
from dlref.diagnostics.network_layers import CONVOLUTIONS, DEPTHWISE, filters, leaves
from dlref.diagnostics.size_report import LayerSize, LayerSizes

_POOLING = (ours.MaxPooling2D, ours.AveragePooling2D)
_POOLING += (keras.layers.MaxPooling1D, keras.layers.MaxPooling2D, keras.layers.MaxPooling3D)
_POOLING += (keras.layers.AveragePooling1D, keras.layers.AveragePooling2D)
_POOLING += (keras.layers.AveragePooling3D,)


def layer_sizes(model: Any) -> LayerSizes:
    """Explains the outputs and the parameters of each layer, in models inside the model too.

    Sizes are explained of layers that convolve and pool, parameters of those that convolve and of Dense. Of others the
    numbers stand alone.

    Args:
        model: a Sequential or functional Keras model whose inputs have a known shape.

    Returns:
        What was found, layer by layer; `print` shows it as a table.

    Raises:
        TypeError: if `model` is no Keras model.
        ValueError: if it is not built, or a subclass of `keras.Model`, whose layers do not know their inputs.

    Example:
        >>> import keras
        >>> parts = [keras.layers.Conv2D(6, 5, name="conv"), keras.layers.MaxPooling2D(2, name="pool")]
        >>> print(layer_sizes(keras.Sequential([keras.Input((32, 32, 1)), *parts])))
        layer  outputs      size                           parameters
        conv   28 × 28 × 6  ⌊(32 + 2·0 − 5)/1⌋ + 1 = 28    (5·5·1 + 1)·6 = 156
        pool   14 × 14 × 6  ⌊(28 + 2·0 − 2)/2⌋ + 1 = 14    0
        156 parameters
    """
    layers = leaves("layer_sizes", model)
    return LayerSizes(tuple(map(_explained, layers)), model.count_params())


def _explained(layer: Any) -> LayerSize:
    """One layer, with the formulas that there are for it."""
    axes = _axes(layer) if type(layer) in (*CONVOLUTIONS, *DEPTHWISE, *_POOLING) else []
    sizes = tuple((axis, _size(*axis)) for axis in axes)
    shapes = filters(layer)
    outputs = keras.tree.flatten(layer.output)[0].shape[1:]
    parameters = _parameters(*shapes) if shapes else layer.count_params()
    return LayerSize(layer.name, outputs, sizes, shapes, parameters)


def _size(n: int, p: Fraction, f: int, s: int) -> int:
    h = (n + 2 * p - f) // s + 1  # (1)
    return h


def _parameters(window: tuple[int, ...], n_c: int, beta: int, m: int) -> int:
    k = prod(window)
    P = (k * n_c + beta) * m  # (2)
    return P


def _axes(layer: Any) -> list[tuple[int, Fraction, int, int]]:
    """Of each axis that a window slides over n, p, f and s; none where n is not known."""
    window = layer.kernel_size if hasattr(layer, "kernel_size") else layer.pool_size
    dilation = getattr(layer, "dilation_rate", (1,) * len(window))
    shape = layer.input.shape
    sizes = shape[1:-1] if layer.data_format == "channels_last" else shape[2:]
    found = []
    for axis, (n, f, d, s) in enumerate(zip(sizes, window, dilation, layer.strides, strict=True)):
        if n is None:
            return []
        span = (f - 1) * d + 1
        found.append((n, Fraction(_padding(layer, axis, n, span, s), 2), span, s))
    return found


def _padding(layer: Any, axis: int, n: int, f: int, s: int) -> int:
    """All rows of padding of one axis."""
    if hasattr(layer, "borders"):
        return sum(layer.borders()[axis])
    if layer.padding == "same":
        return max((-(-n // s) - 1) * s + f - n, 0)
    return f - 1 if layer.padding == "causal" else 0
