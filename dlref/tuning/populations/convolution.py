"""Convolutions whose filters differ from member to member, as products of matrices.

XLA makes grouped convolutions of them, which take 20 times as long on a CPU. But a convolution is a product of the
filters with every patch of its input, and products of matrices are what a population is fast at. (TensorFlow cannot
vectorize such convolutions at all: there the members take turns.)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import product
from typing import Any

import keras
from keras import ops

LAYERS = (keras.layers.Conv1D, keras.layers.Conv2D, keras.layers.Conv3D)


@contextmanager
def as_products(model: keras.Model) -> Iterator[None]:
    """Within it the convolutions of `model` are products of matrices, where they are plain ones."""
    layers = [layer for layer in model._flatten_layers() if _is_plain(layer)]
    for layer in layers:
        object.__setattr__(layer, "convolution_op", partial(convolve, layer))
    try:
        yield
    finally:
        for layer in layers:
            object.__delattr__(layer, "convolution_op")


def convolve(layer: Any, inputs: Any, kernel: Any) -> Any:
    """What `layer.convolution_op` does; `inputs` are (batch, ..., channels), `kernel` is (..., channels, filters)."""
    return ops.matmul(patches(layer, inputs), ops.reshape(kernel, (-1, kernel.shape[-1])))


def patches(layer: Any, inputs: Any) -> Any:
    """What each filter of `layer` sees of `inputs`, (..., place, channels): (..., place, values of a patch)."""
    sizes = layer.kernel_size
    spans = [(n - 1) * d + 1 for n, d in zip(sizes, layer.dilation_rate, strict=True)]
    lengths = inputs.shape[-1 - len(sizes) : -1]
    padding = [(0, 0)] * len(sizes)
    if layer.padding == "same":
        missing = [
            max((-(-length // stride) - 1) * stride + span - length, 0)
            for length, stride, span in zip(lengths, layer.strides, spans, strict=True)
        ]
        padding = [(n // 2, n - n // 2) for n in missing]
    elif layer.padding == "causal":
        padding = [(spans[0] - 1, 0)]
    before = [(0, 0)] * (len(inputs.shape) - len(sizes) - 1)
    x = ops.pad(inputs, [*before, *padding, (0, 0)]) if any(map(any, padding)) else inputs
    taken = []
    for place in product(*map(range, sizes)):
        starts = [p * d for p, d in zip(place, layer.dilation_rate, strict=True)]
        ends = [
            start + length + sum(pad) - span + 1
            for start, length, pad, span in zip(starts, lengths, padding, spans, strict=True)
        ]
        slices = [slice(*s) for s in zip(starts, ends, layer.strides, strict=True)]
        taken.append(x[(..., *slices, slice(None))])
    return ops.concatenate(taken, axis=-1)


def _is_plain(layer: Any) -> bool:
    return (
        type(layer) in LAYERS
        and layer.groups == 1
        and layer.data_format == "channels_last"
        and None not in layer.input.shape[1:]
    )
