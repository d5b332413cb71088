"""What a model costs to compute, counted from its layers."""

from math import prod
from typing import Any

import keras


def flops(model: keras.Model) -> int:
    """Operations of one example's forward pass, in matrix products and convolutions.

    Example:
        >>> model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10)])
        >>> flops(model)
        1280
    """
    total = 0
    for layer in model._flatten_layers(include_self=False):
        kernels = [v for v in layer.variables if v.name.endswith("kernel") and v.ndim > 1]
        if layer._layers or not kernels:
            continue
        for node in layer._inbound_nodes[-1:]:
            ends = [tuple(x.shape) for x in (node.input_tensors[0], node.output_tensors[0])]
            total += 2 * _positions(layer, *ends) * sum(prod(v.shape) for v in kernels)
    return total


def _positions(layer: keras.layers.Layer, before: tuple[Any, ...], after: tuple[Any, ...]) -> int:
    """How often a kernel is applied to one example."""
    shape = (
        before
        if isinstance(layer, keras.layers.RNN) or "Transpose" in type(layer).__name__
        else after
    )
    inner = shape[2:] if getattr(layer, "data_format", "") == "channels_first" else shape[1:-1]
    return prod(size or 1 for size in inner)


def metric(number: float) -> str:
    """A number with its prefix: `1.23 G`."""
    for prefix in ("", "k", "M", "G", "T"):
        if number < 1000:
            return f"{number:.3g} {prefix}"
        number /= 1000
    return f"{number:.3g} P"
