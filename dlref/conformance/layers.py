"""Rows of the layers."""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import layers as ours
from dlref.compiling import compiled
from dlref.conformance.row import Arrays, Row
from dlref.conformance.weights import ROLES, by_role
from dlref.gradients import differentiated, names


def in_training_and_at_test_time(
    layer: Any, shape: tuple[int, ...] = (6, 5, 4), masked: bool = False, steps: int = 4
) -> Arrays:
    """Outputs, gradients by inputs and weights, and statistics, over three mini-batches; then the same at test time."""
    rng, dtype = np.random.default_rng(0), keras.config.floatx()
    start = {role: rng.uniform(0.5, 1.5, max(shape)) for role in ROLES}
    if not layer.built:
        layer.build(shape)
    trainable = by_role(layer.trainable_variables, ("gamma", "beta"))
    kept = by_role(layer.non_trainable_variables, ("moving_mean", "moving_variance"))

    def started(role: str, v: Any) -> np.ndarray:
        """Where a weight starts; a seed, which is no role, stays as it is."""
        size = int(np.prod(v.shape))
        return np.reshape(start[role][:size], v.shape) if role in start else ops.convert_to_numpy(v)

    weights = {role: started(role, v) for role, v in trainable.items()}
    state = [ops.convert_to_tensor(started(role, v), v.dtype) for role, v in kept.items()]
    order = {id(v): role for role, v in (trainable | kept).items()}
    mask = {"mask": ops.convert_to_tensor(rng.random(shape[:-1]) < 0.7)} if masked else {}

    def called(training: bool) -> Any:
        return lambda x, state: layer.stateless_call(x[1:], state, x[0], training=training, **mask)

    def outputs(training: bool) -> Any:
        return differentiated(lambda x, state: called(training)(x, state)[0])

    gradients = {training: outputs(training) for training in (True, False)}
    states = {training: compiled(called(training)) for training in (True, False)}
    seen = {}
    for step, training in enumerate((True, True, True, False)[-steps:]):
        z, upstream = rng.normal(3, 2, shape), rng.normal(size=shape)
        where = f" in training, mini-batch {step + 1}" if training else " at test time"
        inputs = {"inputs": z} | weights
        seen |= names(inputs, gradients[training](list(inputs.values()), upstream, state), where)
        tensors = [ops.convert_to_tensor(x, dtype) for x in inputs.values()]
        state = list(states[training](tensors, state)[1])
        for variable, value in zip(layer.non_trainable_variables, state, strict=True):
            if order[id(variable)] in ROLES:
                seen[order[id(variable)] + where] = np.ravel(ops.convert_to_numpy(value))
    return seen


def inference_statistics(make: Callable[[np.ndarray], Any]) -> Arrays:
    """Mean and variance of each channel of 50 examples."""
    return make(np.random.default_rng(0).normal(3, 2, (50, 4)))


def _whole_set(x: np.ndarray) -> Arrays:
    layer = ours.BatchNormalization()
    ours.whole_set_statistics(keras.Sequential([keras.Input((4,)), layer]), x, batch_size=16)
    statistics = {"mean": layer.moving_mean, "variance": layer.moving_variance}
    return {name: ops.convert_to_numpy(v) for name, v in statistics.items()}


def _adapted(x: np.ndarray) -> Arrays:
    layer = keras.layers.Normalization()
    layer.adapt(x)
    statistics = {"mean": layer.mean, "variance": layer.variance}
    return {name: np.ravel(ops.convert_to_numpy(v)) for name, v in statistics.items()}


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
        gradients=True,
        steps=4,
        computes={"jax": "float32"},
    ),
    Row(
        **_BATCH_NORMALIZATION,
        ours=partial(ours.BatchNormalization, axis=1, center=False, scale=False),
        mapped=partial(keras.layers.BatchNormalization, axis=1, center=False, scale=False),
        mapping="axis = 1, center = scale = False",
        sentence=_FLOAT32_ON_JAX,
        probe=in_training_and_at_test_time,
        gradients=True,
        steps=4,
        computes={"jax": "float32"},
    ),
    Row(
        **_BATCH_NORMALIZATION,
        ours=ours.BatchNormalization,
        mapped=keras.layers.BatchNormalization,
        mapping="with a mask",
        sentence="With a mask Keras divides by m + 10⁻⁷ instead of m. " + _FLOAT32_ON_JAX,
        probe=partial(in_training_and_at_test_time, masked=True),
        gradients=True,
        steps=4,
        apart=1e-6,
        computes={"jax": "float32"},
    ),
    Row(
        **_BATCH_NORMALIZATION,
        ours=partial(ours.BatchNormalization, axis=1),
        mapped=partial(keras.layers.BatchNormalization, axis=1),
        mapping="with a mask, axis = 1",
        sentence="With a mask Keras divides by m + 10⁻⁷ instead of m. " + _FLOAT32_ON_JAX,
        probe=partial(in_training_and_at_test_time, masked=True),
        gradients=True,
        steps=4,
        apart=1e-6,
        computes={"jax": "float32"},
    ),
    Row(
        name="layers.whole_set_statistics",
        builtin="keras.layers.Normalization.adapt",
        source="DLS-C2W3; CS231n-6",
        ours=lambda: _whole_set,
        mapped=lambda: _adapted,
        mapping="adapt to the inputs of the layer; Keras does so in float32",
        probe=inference_statistics,
        computes={"any": "float32"},
        modes=("eager",),
    ),
]
