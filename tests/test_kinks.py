"""Where there is no derivative: one stated gradient, on both backends, in both precisions, compiled or not."""

import functools
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref import activations, layers, losses, regularizers
from dlref.conformance.row import precision
from dlref.gradients import value_and_gradients
from dlref.models import SiameseNetwork
from tests.training import compile_function

ZEROS = [0.0, -0.0]


def bound(dtype: str, side: int) -> np.ndarray:
    """The number at which a prediction is clipped, with its neighbours."""
    at = np.asarray(1e-7 if side == 0 else 1 - 1e-7, dtype)
    return np.array([np.nextafter(at, -1, dtype=dtype), at, np.nextafter(at, 2, dtype=dtype)])


def binary(label: float) -> Any:
    return lambda p: losses.BinaryCrossentropy(reduction="sum")(label + 0 * p[:, None], p[:, None])


def categorical(p: Any) -> Any:
    return losses.CategoricalCrossentropy(reduction="sum")(1 + 0 * p[:, None], p[:, None])


@functools.cache
def built(make: Any, features: int, floatx: str) -> Any:
    """A layer, built before it is compiled."""
    layer = make()
    layer.build((1, features))
    return layer


def prelu(**given: float) -> Any:
    """PReLU as a function of its inputs or of its slopes, whichever is not given."""

    def call(x: Any) -> Any:
        z, alpha = (ops.full_like(x, given[n]) if n in given else x for n in ("z", "alpha"))
        layer = built(layers.PReLU, len(x), keras.config.floatx())
        return layer.stateless_call([alpha], [], z[None])[0][0]

    return call


def maxout(z: Any) -> Any:
    """The larger of z and -z."""
    layer = built(_two_pieces, 1, keras.config.floatx())
    kernel = ops.convert_to_tensor([[1.0, -1.0]], z.dtype)
    return layer.stateless_call([kernel], [], z[:, None])[0][:, 0]


_two_pieces = functools.partial(layers.Maxout, 1, use_bias=False)


@functools.cache
def _siamese(floatx: str) -> Any:
    """Of vectors of two numbers."""
    itself = keras.Sequential([keras.Input((2,)), keras.layers.Activation("linear")])
    model = SiameseNetwork(itself)
    model.build([(None, 2), (None, 2)])
    return model


def verified(f: Any) -> Any:
    """Of f and 0, with weights of 4."""
    w, b = 4 + 0 * f, ops.zeros((1,), f.dtype)
    return _siamese(keras.config.floatx()).stateless_call([w, b], [], [f[None], 0 * f[None]])[0]


# What is differentiated, where (or at which bound of the clipping), and the gradient there.
KINKS = {
    "relu": (activations.relu, ZEROS, [0, 0]),
    "leaky_relu": (lambda z: activations.leaky_relu(z, 0.25), ZEROS, [0.25, 0.25]),
    "elu": (lambda z: activations.elu(z, 0.5), ZEROS, [0.5, 0.5]),
    "hard_max": (activations.hard_max, ZEROS, [0, 0]),
    "softmax": (lambda z: activations.softmax(z)[:1], ZEROS, [0.25, -0.25]),
    "sigmoid": (activations.sigmoid, ZEROS, [0.25, 0.25]),
    "tanh": (activations.tanh, ZEROS, [1, 1]),
    "LeakyReLU": (lambda z: layers.LeakyReLU(0.25)(z), ZEROS, [0.25, 0.25]),
    "ELU": (lambda z: layers.ELU(0.5)(z), ZEROS, [0.5, 0.5]),
    "PReLU": (prelu(alpha=0.25), ZEROS, [0.25, 0.25]),
    "PReLU, steep": (prelu(alpha=2.0), ZEROS, [1, 1]),
    "slope of PReLU at z = 2": (prelu(z=2.0), [0.5, 1, 1.5], [0, 0, 2]),
    "slope of PReLU at z = -2": (prelu(z=-2.0), [0.5, 1, 1.5], [-2, -2, 0]),
    "Maxout": (maxout, [*ZEROS, 3, -3], [0, 0, 1, -1]),
    "SiameseNetwork": (verified, ZEROS, [0, 0]),
    "L1": (regularizers.L1(2.0, 1), [*ZEROS, 3, -3], [0, 0, 1, -1]),
    "UnhalvedL1": (regularizers.UnhalvedL1(2.0, 1), [*ZEROS, 3, -3], [0, 0, 2, -2]),
    "binary, too small": (binary(1), 0, lambda p: [0, -1 / p[1], -1 / p[2]]),
    "binary, too large": (binary(0), 1, lambda p: [1 / (1 - p[0]), 1 / (1 - p[1]), 0]),
    "categorical, too small": (categorical, 0, lambda p: [0, -1 / p[1], -1 / p[2]]),
    "categorical, too large": (categorical, 1, lambda p: [-1 / p[0], -1 / p[1], 0]),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", KINKS)
def test_one_gradient(name: str, dtype: str) -> None:
    function, inputs, expected = KINKS[name]
    if callable(expected):
        inputs = bound(dtype, inputs)
        expected = expected(inputs)
    with precision(dtype):
        for run in (function, compile_function(function)):
            upstream = np.ones(np.shape(function(np.asarray(inputs, dtype))))
            gradient = value_and_gradients(run, [inputs], upstream)[1]
            np.testing.assert_allclose(gradient, expected, rtol=1e-6)
