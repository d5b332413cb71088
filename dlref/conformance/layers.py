"""Rows of the layers."""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import layers as ours
from dlref.conformance.gradients import value_and_gradients
from dlref.conformance.row import Arrays, Row

_RATE = 0.25


def in_training_and_at_test_time(
    layer: Any, shape: tuple[int, ...] = (6, 5, 4), masked: bool = False
) -> Arrays:
    """Outputs, gradients by inputs and weights, and statistics, over three mini-batches; then the same at test time."""
    rng = np.random.default_rng(0)
    layer.build(shape)
    trainable = [rng.uniform(0.5, 1.5, v.shape) for v in layer.trainable_variables]
    state = [
        ops.convert_to_tensor(rng.uniform(0.5, 1.5, v.shape), v.dtype)
        for v in layer.non_trainable_variables
    ]
    mask = {"mask": ops.convert_to_tensor(rng.random(shape[:-1]) < 0.7)} if masked else {}
    seen = []
    for training in (True, True, True, False):
        z, upstream = rng.normal(3, 2, shape), rng.normal(size=shape)

        def outputs(z: Any, *weights: Any, state: Any = state, training: Any = training) -> Any:
            return layer.stateless_call(weights, state, z, training=training, **mask)[0]

        seen += value_and_gradients(outputs, [z, *trainable], upstream)
        z = ops.convert_to_tensor(z, keras.config.floatx())
        weights = [ops.convert_to_tensor(w, keras.config.floatx()) for w in trainable]
        state = layer.stateless_call(weights, state, z, training=training, **mask)[1]
        seen += [ops.convert_to_numpy(s) for s in state]
    return seen


def kept_and_dropped(layer: Any) -> Arrays:
    """What a unit outputs and what gradient it gets when kept, when dropped, and at test time; and how often.

    Of 4096 equal examples, eighths of the units are kept: a share of 3/4 is 16 standard deviations from its neighbours.
    """
    a = np.repeat(np.linspace(0.5, 2.0, 8)[None], 4096, 0)
    upstream = np.repeat(np.linspace(1.0, 3.0, 8)[None], 4096, 0)
    seeds = [v.value for v in layer.non_trainable_variables]

    def outputs(a: Any, training: bool) -> Any:
        return layer.stateless_call([], seeds, a, training=training)[0]

    trained = value_and_gradients(partial(outputs, training=True), [a], upstream)
    tested = value_and_gradients(partial(outputs, training=False), [a], upstream)
    eighths = np.round(8 * np.mean(trained[0] != 0))
    return [*(v.max(0) for v in trained), *(v.min(0) for v in trained), eighths, *tested]


def inference_statistics(make: Callable[[np.ndarray], Any]) -> Arrays:
    """Mean and variance of each channel of 50 examples."""
    return make(np.random.default_rng(0).normal(3, 2, (50, 4)))


def _whole_set(x: np.ndarray) -> Arrays:
    layer = ours.BatchNormalization()
    ours.whole_set_statistics(keras.Sequential([keras.Input((4,)), layer]), x, batch_size=16)
    return [ops.convert_to_numpy(layer.moving_mean), ops.convert_to_numpy(layer.moving_variance)]


def _adapted(x: np.ndarray) -> Arrays:
    layer = keras.layers.Normalization()
    layer.adapt(x)
    return [np.ravel(ops.convert_to_numpy(v)) for v in (layer.mean, layer.variance)]


class _DropoutTimesP(keras.layers.Layer):
    """p · keras.layers.Dropout, in training and at test time."""

    def __init__(self) -> None:
        super().__init__()
        self.dropout = keras.layers.Dropout(_RATE)
        self.built = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        return (1 - _RATE) * self.dropout(inputs, training=training)


_BATCH_NORMALIZATION: dict[str, Any] = {
    "name": "layers.BatchNormalization",
    "builtin": "keras.layers.BatchNormalization",
    "source": "DLS-C2W3; CS231n-6; DLS-C2-blog",
}
_FLOAT32_ON_JAX = "On JAX, Keras computes float64 inputs in float32."

ROWS = [
    Row(
        **_BATCH_NORMALIZATION,
        ours=partial(ours.BatchNormalization, momentum=0.875, epsilon=2.0**-10),
        mapped=partial(keras.layers.BatchNormalization, momentum=0.875, epsilon=2.0**-10),
        sentence=_FLOAT32_ON_JAX,
        probe=in_training_and_at_test_time,
        loose={"jax": 1e-5},
    ),
    Row(
        **_BATCH_NORMALIZATION,
        ours=partial(ours.BatchNormalization, axis=1, center=False, scale=False),
        mapped=partial(keras.layers.BatchNormalization, axis=1, center=False, scale=False),
        mapping="axis = 1, center = scale = False",
        sentence=_FLOAT32_ON_JAX,
        probe=in_training_and_at_test_time,
        loose={"jax": 1e-5},
    ),
    Row(
        **_BATCH_NORMALIZATION,
        ours=ours.BatchNormalization,
        mapped=keras.layers.BatchNormalization,
        mapping="with a mask",
        sentence="With a mask Keras divides by m + 10⁻⁷ instead of m. " + _FLOAT32_ON_JAX,
        probe=partial(in_training_and_at_test_time, masked=True),
        tolerance=1e-6,
        loose={"jax": 1e-5},
    ),
    Row(
        **_BATCH_NORMALIZATION,
        ours=partial(ours.BatchNormalization, axis=1),
        mapped=partial(keras.layers.BatchNormalization, axis=1),
        mapping="with a mask, axis = 1",
        sentence="With a mask Keras divides by m + 10⁻⁷ instead of m. " + _FLOAT32_ON_JAX,
        probe=partial(in_training_and_at_test_time, masked=True),
        tolerance=1e-6,
        loose={"jax": 1e-5},
    ),
    Row(
        name="layers.whole_set_statistics",
        builtin="keras.layers.Normalization.adapt",
        source="DLS-C2W3; CS231n-6",
        ours=lambda: _whole_set,
        mapped=lambda: _adapted,
        mapping="adapt to the inputs of the layer; Keras does so in float32",
        probe=inference_statistics,
        tolerance=1e-5,
    ),
    Row(
        name="layers.Dropout",
        builtin="keras.layers.Dropout",
        source="CS231n-7; DLS-C2-blog; Flowchart C2",
        ours=partial(ours.Dropout, _RATE, seed=0),
        mapped=partial(keras.layers.Dropout, _RATE, seed=0),
        mapping="rate = 1 − keep_prob",
        sentence="Equal for a given mask; the masks drawn from a seed are others.",
        probe=kept_and_dropped,
    ),
    Row(
        name="layers.VanillaDropout",
        builtin="keras.layers.Dropout",
        source="CS231n-7",
        ours=partial(ours.VanillaDropout, _RATE, seed=0),
        mapped=_DropoutTimesP,
        mapping="p · Dropout(rate = 1 − p), in training and at test time",
        unmapped=partial(keras.layers.Dropout, _RATE, seed=0),
        sentence="Keras scales by 1/keep_prob in training instead of by p at test time.",
        probe=kept_and_dropped,
    ),
]
