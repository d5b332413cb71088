"""Rows of the layers that are activations."""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import layers as ours
from dlref.conformance.activations import inputs
from dlref.conformance.row import Arrays, Row
from dlref.gradients import named


def of_inputs_and_weights(
    layer: Any, low: float = -1.0, high: float = 1.0, zero: float = 1.0
) -> Arrays:
    """Output and gradients by inputs and weights, which lie between `low` and `high`, at inputs from -8 to 8, ±1000."""
    rng = np.random.default_rng(0)
    z = inputs(rng, zero)
    if not layer.built:
        layer.build(z.shape)
    # By their order: somebody else's layer may call them what it likes.
    weights = {
        f"weight {i}": rng.uniform(low, high, v.shape)
        for i, v in enumerate(layer.trainable_variables, start=1)
    }

    def output(z: Any, *weights: Any) -> Any:
        return layer.stateless_call(weights, [], z)[0]

    shape = layer.compute_output_shape(z.shape)
    return named(output, {"inputs": z} | weights, rng.normal(size=shape))


class _MirroredPReLU(keras.layers.PReLU):
    """−keras.layers.PReLU(−z)."""

    def call(self, inputs: Any) -> Any:
        return -super().call(-inputs)


class _LargestOfDense(keras.layers.Dense):
    """keras.layers.Dense, and the largest of each pair of its units."""

    def __init__(self) -> None:
        super().__init__(6)

    def call(self, inputs: Any, training: Any = None) -> Any:
        z = super().call(inputs, training)
        return ops.max(ops.reshape(z, (*z.shape[:-1], -1, 2)), -1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (*input_shape[:-1], self.units // 2)


def _row(name: str, **kwargs: Any) -> Row:
    row = {
        "builtin": f"keras.layers.{name}",
        "source": "CS231n-6",
        "ours": getattr(ours, name),
        "probe": of_inputs_and_weights,
        "gradients": True,
    }
    return Row(name=f"layers.{name}", **(row | kwargs))


def _both(name: str, **arguments: Any) -> dict[str, Callable[[], Any]]:
    return {
        "ours": partial(getattr(ours, name), **arguments),
        "mapped": partial(getattr(keras.layers, name), **arguments),
    }


_AT_ZERO = "At z = 0, where there is no derivative, the gradient is the slope below it; "
ROWS = [
    _row(
        "LeakyReLU",
        source="CS231n-6; Flowchart C1",
        **_both("LeakyReLU", negative_slope=2.0**-6),
        mapping="negative_slope",
        unmapped=keras.layers.LeakyReLU,
        sentence="The slope of Keras' layer is 0.3 by default, the lecture's 0.01. "
        + _AT_ZERO
        + "Keras' is 1 on JAX.",
    ),
    _row(
        "PReLU",
        mapped=keras.layers.PReLU,
        mapping="alpha ≤ 1",
        sentence=_AT_ZERO + "Keras' is 0.",
        probe=partial(of_inputs_and_weights, low=-0.5, high=1.0),
    ),
    _row(
        "PReLU",
        mapped=_MirroredPReLU,
        mapping="alpha > 1: −PReLU(−z)",
        unmapped=keras.layers.PReLU,
        sentence="For α > 1 Keras' layer is the smaller of αz and z, not the larger.",
        probe=partial(of_inputs_and_weights, low=1.25, high=2.0),
    ),
    _row("ELU", **_both("ELU", alpha=0.75), probe=partial(of_inputs_and_weights, zero=0.0)),
    _row(
        "Maxout",
        builtin="keras.layers.Dense",
        ours=partial(ours.Maxout, 3),
        mapped=_LargestOfDense,
        mapping="Dense(units · pieces), and the maximum over the pieces of each unit",
    ),
]
