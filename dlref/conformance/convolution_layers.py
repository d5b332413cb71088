"""Rows of the layers that convolve."""

from functools import partial
from typing import Any

import keras
import numpy as np

from dlref import layers as ours
from dlref.conformance.row import Arrays, Row
from dlref.gradients import named


def of_pictures(layer: Any) -> Arrays:
    """Outputs and gradients by inputs and weights, of two pictures of 6 × 5 with four channels."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 6, 5, 4))
    if not layer.built:
        layer.build((None, None, None, 4))
    # By their order: somebody else's layer may call them what it likes.
    weights = {
        f"weight {i}": rng.normal(size=v.shape)
        for i, v in enumerate(layer.trainable_variables, start=1)
    }

    def output(x: Any, *weights: Any) -> Any:
        return layer.stateless_call(weights, [], x)[0]

    upstream = rng.normal(size=layer.compute_output_shape(x.shape))
    return named(output, {"inputs": x} | weights, upstream)


class _Bordered(keras.layers.Conv2D):
    """keras.layers.Conv2D after a border of one zero on each side."""

    def call(self, inputs: Any) -> Any:
        return super().call(keras.ops.pad(inputs, ((0, 0), (1, 1), (1, 1), (0, 0))))

    def compute_output_shape(self, input_shape: Any) -> Any:
        batch, *sizes, channels = input_shape
        sizes = [None if n is None else n + 2 for n in sizes]
        return super().compute_output_shape((batch, *sizes, channels))


class _Flipped(keras.layers.Conv2D):
    """keras.layers.Conv2D with its kernel flipped."""

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        return super().convolution_op(inputs, keras.ops.flip(kernel, (0, 1)))


def then(layer: keras.Layer, places: slice) -> keras.Sequential:
    """The layer, and of its outputs these rows and columns."""
    return keras.Sequential([layer, keras.layers.Lambda(lambda z: z[:, places, places])])


bordered: Any = _Bordered  # pyright takes the arguments of a subclass of Conv2D for none
flipped: Any = _Flipped


def _row(name: str = "Conv2D", **kwargs: Any) -> Row:
    row = {"builtin": "keras.layers.Conv2D", "source": "Flowchart C4", "gradients": True}
    return Row(name=f"layers.{name}", probe=of_pictures, **(row | kwargs))


def _both(**arguments: Any) -> dict[str, Any]:
    return {
        "ours": partial(ours.Conv2D, 4, 3, **arguments),
        "mapped": partial(keras.layers.Conv2D, 4, 3, **arguments),
    }


ROWS = [
    _row(**_both(), mapping='padding = "valid"'),
    _row(**_both(padding="same", activation="tanh"), mapping='padding = "same", strides = 1'),
    _row(
        ours=partial(ours.Conv2D, 4, 3, strides=2, padding="same"),
        mapped=partial(bordered, 4, 3, strides=2),
        unmapped=partial(keras.layers.Conv2D, 4, 3, strides=2, padding="same"),
        mapping='padding = "same", strides = 2: ZeroPadding2D((f − 1) / 2), then Conv2D',
        sentence="With strides Keras pads as little as the size of the outputs needs, the odd zero on the right.",
    ),
    _row(
        **_both(groups=2, dilation_rate=(2, 1), use_bias=False),
        mapping="groups = 2, dilation_rate = (2, 1)",
    ),
    _row(
        "TrueConv2D",
        ours=partial(ours.TrueConv2D, 4, 3),
        mapped=partial(flipped, 4, 3),
        unmapped=partial(keras.layers.Conv2D, 4, 3),
        mapping="kernel = flip(kernel)",
        sentence="Keras does not mirror the filter.",
    ),
    _row(
        "Conv2DTranspose",
        builtin="keras.layers.Conv2DTranspose",
        ours=partial(ours.Conv2DTranspose, 3, (3, 4), (2, 3), activation="tanh"),
        mapped=partial(keras.layers.Conv2DTranspose, 3, (3, 4), (2, 3), activation="tanh"),
        mapping='padding = "valid"',
    ),
    _row(
        "Conv2DTranspose",
        builtin="keras.layers.Conv2DTranspose",
        ours=partial(ours.Conv2DTranspose, 3, 2, 3),
        mapped=lambda: then(keras.layers.Conv2DTranspose(3, 2, 3), slice(None, -1)),
        mapping="kernel_size = 2, strides = 3: the same, then [:, :-1, :-1]",
    ),
    _row(
        "Conv2DTranspose",
        builtin="keras.layers.Conv2DTranspose",
        ours=partial(ours.Conv2DTranspose, 3, 3, 2, "same"),
        mapped=lambda: then(keras.layers.Conv2DTranspose(3, 3, 2), slice(1, None)),
        unmapped=partial(keras.layers.Conv2DTranspose, 3, 3, 2, "same"),
        mapping='padding = "same", kernel_size = 3, strides = 2: padding = "valid", then [:, 1:, 1:]',
        sentence="Keras cuts the odd row off at the bottom, the lecture at the top.",
    ),
]
