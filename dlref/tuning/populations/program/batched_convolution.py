"""Convolutions whose filters differ from member to member, as products of matrices.

XLA makes grouped convolutions of them, which take 20 times as long on a CPU. But a convolution is a product of the
filters with every patch of its input, and products of matrices are what a population is fast at. (TensorFlow cannot
vectorize such convolutions at all: of nets of other layers, or with large images, the members take turns there.)

In all of them the inputs are (members, batch, ..., channels), where one member may stand for all, and `of` gives what
all members have for a variable.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import product
from math import prod
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import layers, ops

from dlref import layers as ours
from dlref.tuning.populations.program import batched_matmul

Of = Callable[[Any], Any]


class Window(NamedTuple):
    """How a filter goes over its inputs, along each axis."""

    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    padding: list[tuple[int, int]]


def convolve(layer: Any, x: Any, of: Of) -> Any:
    """What a `Conv1D`, `Conv2D` or `Conv3D` does, Keras' or ours, without its bias and activation."""
    return _products(_views(x, _window(layer, x)), of(layer.kernel))


def convolve_mirrored(layer: Any, x: Any, of: Of) -> Any:
    """What a `dlref.layers.TrueConv2D` does: its filters are mirrored in both axes."""
    return _products(_views(x, _window(layer, x)), ops.flip(of(layer.kernel), (1, 2)))


def convolve_depthwise(layer: Any, x: Any, of: Of) -> Any:
    """What a `DepthwiseConv1D` or `DepthwiseConv2D` does: every channel has filters of its own."""
    return _sums(_views(x, _window(layer, x)), of(layer.kernel))


def convolve_separably(layer: Any, x: Any, of: Of) -> Any:
    """What a `SeparableConv1D` or `SeparableConv2D` does: depthwise, then along the channels alone."""
    z = _sums(_views(x, _window(layer, x)), of(layer.depthwise_kernel))
    return _products([z], of(layer.pointwise_kernel))


def convolve_transposed(layer: Any, x: Any, of: Of) -> Any:
    """What a `Conv1DTranspose` and the like do: the filters, turned round, over inputs with zeros between them."""
    padding = _transposed_padding(layer)
    for axis, stride in enumerate(layer.strides, start=2):
        x = _apart(x, axis, stride)
    rank = len(padding)
    kernel = of(layer.kernel)  # (members, ..., filters, channels)
    kernel = ops.swapaxes(ops.flip(kernel, tuple(range(1, 1 + rank))), -1, -2)
    window = Window(layer.kernel_size, (1,) * rank, layer.dilation_rate, padding)
    return _products(_views(x, window), kernel)


PLAIN = (layers.Conv1D, layers.Conv2D, layers.Conv3D, ours.Conv2D)
DEPTHWISE = (layers.DepthwiseConv1D, layers.DepthwiseConv2D)
SEPARABLE = (layers.SeparableConv1D, layers.SeparableConv2D)
TRANSPOSED = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
TRANSPOSED += (ours.Conv2DTranspose,)
LAYERS: dict[type, Callable[[Any, Any, Of], Any]] = {
    **dict.fromkeys(PLAIN, convolve),
    ours.TrueConv2D: convolve_mirrored,
    **dict.fromkeys(DEPTHWISE, convolve_depthwise),
    **dict.fromkeys(SEPARABLE, convolve_separably),
    **dict.fromkeys(TRANSPOSED, convolve_transposed),
}


@contextmanager
def as_products(model: keras.Model) -> Iterator[None]:
    """Within it the convolutions of `model` are products of matrices, where they are of `LAYERS`."""
    found = [layer for layer in model._flatten_layers() if _is_known(layer)]
    for layer in found:
        object.__setattr__(layer, "call", partial(_call, layer))
    try:
        yield
    finally:
        for layer in found:
            object.__delattr__(layer, "call")


def patched(model: keras.Model) -> int:
    """How many values the patches of one example have, of all convolutions that could be products."""
    found = [layer for layer in model._flatten_layers() if _is_known(layer)]
    nodes = [(layer, node) for layer in found for node in layer._inbound_nodes[-1:]]
    shapes = [
        (*node.output_tensors[0].shape[1:-1], *layer.kernel_size, node.input_tensors[0].shape[-1])
        for layer, node in nodes
    ]
    return sum(prod(shape) for shape in shapes if None not in shape)


def _call(layer: Any, inputs: Any) -> Any:
    """What `layer.call` does, of a single member."""
    z = LAYERS[type(layer)](layer, inputs[None], lambda variable: ops.expand_dims(variable, 0))[0]
    z = z if layer.bias is None else z + ops.convert_to_tensor(layer.bias)
    return z if layer.activation is None else layer.activation(z)


def _is_known(layer: Any) -> bool:
    return (
        type(layer) in LAYERS
        and getattr(layer, "groups", 1) == 1
        and getattr(layer, "output_padding", None) is None
        and layer.data_format == "channels_last"
        and (type(layer) not in TRANSPOSED or np.min(_transposed_padding(layer)) >= 0)
    )


def _transposed_padding(layer: Any) -> list[tuple[int, int]]:
    """The zeros around the inputs of a transposed convolution, whose filters then slide in steps of one."""
    padding = []
    for axis, (size, stride, dilation) in enumerate(zip(*_geometry(layer), strict=True)):
        span = (size - 1) * dilation + 1
        if isinstance(layer, ours.Conv2DTranspose):
            p, q = layer.borders()[axis]
            cut, after = p, span - stride - q
        else:
            over = max(span - stride, 0)  # how far filters reach over their neighbours
            cut = over // 2 if layer.padding == "same" else 0
            after = cut if layer.padding == "same" else over
        padding.append((span - 1 - cut, after))
    return padding


def _geometry(layer: Any) -> tuple[tuple[int, ...], ...]:
    return layer.kernel_size, layer.strides, layer.dilation_rate


def _window(layer: Any, x: Any) -> Window:
    sizes, strides, dilations = _geometry(layer)
    spans = [(size - 1) * dilation + 1 for size, dilation in zip(sizes, dilations, strict=True)]
    padding = [(0, 0)] * len(sizes)
    if isinstance(layer, ours.Conv2D):
        padding = layer.borders()
    elif layer.padding == "same":
        missing = [
            max((-(-length // stride) - 1) * stride + span - length, 0)
            for length, stride, span in zip(x.shape[2:-1], strides, spans, strict=True)
        ]
        padding = [(n // 2, n - n // 2) for n in missing]
    elif layer.padding == "causal":
        padding = [(spans[0] - 1, 0)]
    return Window(sizes, strides, dilations, padding)


def _views(x: Any, window: Window) -> list[Any]:
    """What each weight of a filter meets of `x`, at all places: (..., places, channels)."""
    x = ops.pad(x, [(0, 0)] * 2 + [*window.padding, (0, 0)]) if any(map(any, window.padding)) else x
    axes = list(zip(*window[:3], x.shape[2:-1], strict=True))
    slices = [
        [slice(k * dilation, length - (size - 1 - k) * dilation, stride) for k in range(size)]
        for size, stride, dilation, length in axes
    ]
    return [x[(..., *place, slice(None))] for place in product(*slices)]


def _products(views: list[Any], kernel: Any) -> Any:
    """The patches that `views` make, times each member's filters."""
    found = ops.concatenate(views, axis=-1)
    rows = ops.reshape(found, (found.shape[0], -1, found.shape[-1]))
    z = batched_matmul.product(rows, ops.reshape(kernel, (kernel.shape[0], -1, kernel.shape[-1])))
    return ops.reshape(z, (kernel.shape[0], -1, *found.shape[2:-1], kernel.shape[-1]))


def _sums(views: list[Any], kernel: Any) -> Any:
    """Each channel of the views, times each member's filters of that channel."""
    places, (channels, multiplier) = views[0].shape[2:-1], kernel.shape[-2:]
    each = *[1] * (1 + len(places)), channels, multiplier
    weights = ops.reshape(kernel, (kernel.shape[0], -1, *each))
    z = sum(view[..., None] * weights[:, i] for i, view in enumerate(views))
    return ops.reshape(z, (kernel.shape[0], -1, *places, channels * multiplier))


def _apart(x: Any, axis: int, stride: int) -> Any:
    """`x` with `stride - 1` zeros behind each of its values along an axis."""
    before, length, *after = x.shape[2:axis], *x.shape[axis:]
    padding = [(0, 0)] * (len(x.shape) + 1)
    padding[axis + 1] = (0, stride - 1)
    x = ops.pad(ops.expand_dims(x, axis + 1), padding)
    return ops.reshape(x, (x.shape[0], -1, *before, length * stride, *after))
