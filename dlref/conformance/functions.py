"""Rows of what is a function: activations, losses, regularizers, initializers, averages."""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import numpy as np
import scipy.signal
from keras import ops

from dlref import activations, averages, initializers, losses, regularizers
from dlref.conformance.gradients import value_and_gradients
from dlref.conformance.row import Arrays, Row

_M = 64  # a power of two: Keras passes λ/2m through float32


def of_z(function: Any, zero: float = 0.0) -> Arrays:
    """Values and gradients at inputs from -8 to 8, `zero` among them, and at ±1000."""
    rng = np.random.default_rng(0)
    z = np.concatenate([np.linspace(-8, 8, 17), rng.normal(0, 3, 21), [-1000.0, 1000.0]])
    z[z == 0] = zero
    return value_and_gradients(function, [z.reshape(8, 5)], rng.normal(size=(8, 5)))


def of_predictions(loss: Any, probabilities: Callable[[Any], Any] | None = None) -> Arrays:
    """Losses and gradients by the predictions: 12 examples, 4 classes, labels soft and one-hot."""
    rng = np.random.default_rng(0)
    y_hat = rng.normal(0, 3, (12, 4))
    if probabilities is not None:
        with_rows = probabilities(ops.convert_to_tensor(y_hat, keras.config.floatx()))
        y_hat = ops.convert_to_numpy(with_rows)
    one_hot, soft = np.eye(4)[rng.integers(0, 4, 12)], rng.dirichlet(np.ones(4), 12)
    seen = []
    for y in (one_hot, soft):
        y = ops.convert_to_tensor(y, keras.config.floatx())
        seen += value_and_gradients(lambda y_hat, y=y: loss(y, y_hat), [y_hat], 1.0)
    return seen


def of_weights(regularizer: Any) -> Arrays:
    """The price of a kernel, and its gradient."""
    w = np.random.default_rng(0).normal(size=(7, 3, 2))
    return value_and_gradients(regularizer, [w], 1.0)


def draws(initializer: Any) -> Arrays:
    """The draws for a dense and for a convolution kernel."""
    dtype = keras.config.floatx()
    shapes = ((64, 32), (3, 3, 4, 8))
    return [ops.convert_to_numpy(initializer(shape, dtype=dtype)) for shape in shapes]


def of_series(function: Any) -> Arrays:
    """A series of 40 temperatures in three places."""
    theta = np.random.default_rng(0).normal(15, 8, (40, 3))
    return [ops.convert_to_numpy(function(ops.convert_to_tensor(theta, keras.config.floatx())))]


def _activation(name: str, builtin: str, mapped: Any, source: str, **kwargs: Any) -> Row:
    row = {"ours": lambda: getattr(activations, name), "mapped": lambda: mapped, "probe": of_z}
    return Row(name=f"activations.{name}", builtin=builtin, source=source, **(row | kwargs))


def _hard_max(z: Any) -> Any:
    return ops.one_hot(ops.argmax(z, -1), z.shape[-1], dtype=z.dtype)


def _low_pass(theta: Any) -> Any:
    return scipy.signal.lfilter([0.125], [1.0, -0.875], ops.convert_to_numpy(theta), axis=0)


def _weighted_mean(v: Any) -> Any:
    return ops.convert_to_numpy(v) / _low_pass(np.ones((len(v), 1)))


_keras = keras.activations
ACTIVATIONS = [
    _activation("sigmoid", "keras.activations.sigmoid", _keras.sigmoid, "CS231n-6; Flowchart C1"),
    _activation(
        "tanh",
        "keras.activations.tanh",
        _keras.tanh,
        "CS231n-6; Flowchart C1",
        sentence="On JAX, Keras computes float64 inputs in float32.",
        loose={"jax": 1e-5},
    ),
    _activation("relu", "keras.activations.relu", _keras.relu, "CS231n-6; Flowchart C1"),
    _activation(
        "leaky_relu",
        "keras.layers.LeakyReLU",
        lambda z: keras.layers.LeakyReLU(2.0**-6)(z),
        "CS231n-6; Flowchart C1",
        ours=lambda: partial(activations.leaky_relu, negative_slope=2.0**-6),
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

_BCE, _CCE = losses.BinaryCrossentropy, losses.CategoricalCrossentropy
_KERAS_BCE, _KERAS_CCE = keras.losses.BinaryCrossentropy, keras.losses.CategoricalCrossentropy
_FLOAT32_MEAN = "On JAX, Keras takes the mean over the last axis in float32."
LOSSES = [
    Row(
        name="losses.BinaryCrossentropy",
        builtin="keras.losses.BinaryCrossentropy",
        source="Flowchart C1; DLS-C2W3",
        ours=_BCE,
        mapped=_KERAS_BCE,
        sentence=_FLOAT32_MEAN,
        loose={"jax": 1e-6},
        probe=partial(of_predictions, probabilities=keras.activations.sigmoid),
    ),
    Row(
        name="losses.BinaryCrossentropy",
        builtin="keras.losses.BinaryCrossentropy",
        source="Flowchart C1; DLS-C2W3",
        ours=partial(_BCE, from_logits=True, label_smoothing=0.125),
        mapped=partial(_KERAS_BCE, from_logits=True, label_smoothing=0.125),
        mapping="from_logits = True, label_smoothing",
        sentence=_FLOAT32_MEAN,
        loose={"jax": 1e-6},
        probe=of_predictions,
    ),
    Row(
        name="losses.CategoricalCrossentropy",
        builtin="keras.losses.CategoricalCrossentropy",
        source="DLS-C2W3",
        ours=partial(_CCE, from_logits=True, label_smoothing=0.125),
        mapped=partial(_KERAS_CCE, from_logits=True, label_smoothing=0.125),
        mapping="from_logits = True, label_smoothing",
        probe=of_predictions,
    ),
    Row(
        name="losses.CategoricalCrossentropy",
        builtin="keras.losses.CategoricalCrossentropy",
        source="DLS-C2W3",
        ours=_CCE,
        mapped=lambda: (
            lambda y, y_hat: (
                _KERAS_CCE()(y, y_hat)
                - ops.sum(ops.sum(y, -1) * ops.log(ops.sum(y_hat, -1))) / y.shape[0]
            )
        ),
        mapping="minus log Σŷ, which is 0 where a row of ŷ sums to 1",
        unmapped=_KERAS_CCE,
        sentence="Keras first divides each row of ŷ by its sum.",
        probe=partial(of_predictions, probabilities=keras.activations.sigmoid),
    ),
]

REGULARIZERS = [
    Row(
        name=f"regularizers.{ours.__name__}",
        builtin=f"keras.regularizers.{builtin.__name__}",
        source=source,
        ours=partial(ours, 0.75, _M),
        mapped=partial(builtin, 0.75 / divisor),
        mapping=f"{builtin.__name__.lower()} = λ/{divisor // _M if divisor > _M else ''}m",
        unmapped=partial(builtin, 0.75),
        sentence="Keras knows neither m nor the half.",
        probe=of_weights,
    )
    for ours, builtin, divisor, source in (
        (regularizers.L2, keras.regularizers.L2, 2 * _M, "DLS-C2-blog"),
        (regularizers.L1, keras.regularizers.L1, 2 * _M, "DLS-C2-blog"),
        (regularizers.UnhalvedL1, keras.regularizers.L1, _M, "Flowchart C2"),
    )
]

_scaled = partial(keras.initializers.VarianceScaling, mode="fan_in", seed=0)
INITIALIZERS = [
    Row(
        name="initializers.SmallNormal",
        builtin="keras.initializers.RandomNormal",
        source="CS231n-6",
        ours=partial(initializers.SmallNormal, seed=0),
        mapped=partial(keras.initializers.RandomNormal, stddev=0.01, seed=0),
        mapping="stddev = 0.01, draw for draw",
        unmapped=partial(keras.initializers.RandomNormal, seed=0),
        sentence="Keras' default standard deviation is 0.05.",
        probe=draws,
    ),
    Row(
        name="initializers.XavierNormal",
        builtin="keras.initializers.VarianceScaling",
        source="CS231n-6; DLS-C2-blog; Flowchart C2",
        ours=partial(initializers.XavierNormal, seed=0),
        mapped=partial(_scaled, scale=1.0, distribution="untruncated_normal"),
        mapping="VarianceScaling(1.0, fan_in, untruncated_normal), draw for draw",
        unmapped=partial(keras.initializers.GlorotNormal, seed=0),
        sentence="Keras' GlorotNormal has variance 2/(n_in + n_out) and truncates.",
        probe=draws,
    ),
    Row(
        name="initializers.HeNormal",
        builtin="keras.initializers.VarianceScaling",
        source="CS231n-6; DLS-C2-blog; Flowchart C2",
        ours=partial(initializers.HeNormal, seed=0),
        mapped=partial(_scaled, scale=2.0, distribution="untruncated_normal"),
        mapping="VarianceScaling(2.0, fan_in, untruncated_normal), draw for draw",
        unmapped=partial(keras.initializers.HeNormal, seed=0),
        sentence="Keras' HeNormal truncates at two standard deviations.",
        probe=draws,
    ),
]

AVERAGES = [
    Row(
        name="averages.exponentially_weighted_average",
        builtin="scipy.signal.lfilter",
        source="DLS-C2-blog",
        ours=lambda: partial(averages.exponentially_weighted_average, beta=0.875),
        mapped=lambda: _low_pass,
        mapping="lfilter([1 − β], [1, −β], θ)",
        probe=of_series,
    ),
    Row(
        name="averages.bias_correction",
        builtin="scipy.signal.lfilter",
        source="DLS-C2-blog",
        ours=lambda: partial(averages.bias_correction, beta=0.875),
        mapped=lambda: _weighted_mean,
        mapping="v / lfilter([1 − β], [1, −β], 1): divided by the sum of the weights",
        probe=of_series,
    ),
]

ROWS = [*ACTIVATIONS, *LOSSES, *REGULARIZERS, *INITIALIZERS, *AVERAGES]
