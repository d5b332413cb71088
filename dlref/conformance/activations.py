"""Rows of the activations."""

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import activations as ours
from dlref.conformance.row import Arrays, Row
from dlref.gradients import named


def inputs(rng: np.random.Generator, zero: float) -> np.ndarray:
    """Numbers from -8 to 8, `zero` among them, and ±1000."""
    z = np.concatenate([np.linspace(-8, 8, 17), rng.normal(0, 3, 21), [-1000.0, 1000.0]])
    return np.where(z == 0, zero, z).reshape(8, 5)


def of_z(function: Any, zero: float = 0.0) -> Arrays:
    """Values and gradients at the inputs."""
    rng = np.random.default_rng(0)
    return named(function, {"z": inputs(rng, zero)}, rng.normal(size=(8, 5)))


def _activation(name: str, builtin: str, mapped: Any, source: str, **kwargs: Any) -> Row:
    row = {
        "ours": lambda: getattr(ours, name),
        "mapped": lambda: mapped,
        "probe": of_z,
        "gradients": True,
    }
    return Row(name=f"activations.{name}", builtin=builtin, source=source, **(row | kwargs))


def _hard_max(z: Any) -> Any:
    return ops.one_hot(ops.argmax(z, -1), z.shape[-1], dtype=z.dtype)


_keras = keras.activations
ROWS = [
    _activation("sigmoid", "keras.activations.sigmoid", _keras.sigmoid, "CS231n-6; Flowchart C1"),
    _activation(
        "tanh",
        "keras.activations.tanh",
        _keras.tanh,
        "CS231n-6; Flowchart C1",
        sentence="On JAX, Keras computes float64 inputs in float32.",
        computes={"jax": "float32"},
    ),
    _activation("relu", "keras.activations.relu", _keras.relu, "CS231n-6; Flowchart C1"),
    _activation(
        "leaky_relu",
        "keras.layers.LeakyReLU",
        lambda z: keras.layers.LeakyReLU(2.0**-6)(z),
        "CS231n-6; Flowchart C1",
        ours=lambda: partial(ours.leaky_relu, negative_slope=2.0**-6),
        mapping="negative_slope",
        unmapped=keras.layers.LeakyReLU,
        sentence="The slope of Keras' layer is 0.3 by default, the lecture's 0.01. At z = 0, where there "
        "is no derivative, the gradient is the slope; Keras' is 1 on JAX.",
        probe=partial(of_z, zero=1.0),
    ),
    _activation("elu", "keras.activations.elu", _keras.elu, "CS231n-6"),
    _activation("softmax", "keras.activations.softmax", _keras.softmax, "DLS-C2W3"),
    _activation(
        "hard_max", "keras.ops.one_hot", _hard_max, "DLS-C2W3", mapping="one_hot(argmax(z))"
    ),
]
