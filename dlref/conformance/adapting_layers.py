"""Rows of the layers that adapt to a training set."""

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import layers as ours
from dlref.conformance.gradients import named
from dlref.conformance.row import Arrays, Row


def adapted(layer: Any, shape: tuple[int, ...] = (6,), given: bool = False) -> Arrays:
    """Statistics of 50 examples in three batches, unless they are given, and output and gradient by other inputs."""
    rng = np.random.default_rng(0)
    x, seen = rng.normal(1, 2, (50, *shape)), {}
    if given:
        layer.build(x.shape)
    else:
        layer.adapt(np.split(x, [5, 25]))
        found = {"mean": layer.mean, "variance": layer.variance}
        seen = {name: np.ravel(ops.convert_to_numpy(v)) for name, v in found.items()}
    state = [v.value for v in layer.non_trainable_variables]
    other = rng.normal(1, 2, (8, *shape))
    return seen | named(
        lambda x: layer.stateless_call([], state, x)[0],
        {"inputs": other},
        rng.normal(size=other.shape),
    )


def _row(mapping: str = "", probe: Any = adapted, **arguments: Any) -> Row:
    return Row(
        name="layers.Normalization",
        builtin="keras.layers.Normalization",
        source="DLS-C2W3; DLS-C2-blog; CS231n-6",
        ours=partial(ours.Normalization, **arguments),
        mapped=partial(keras.layers.Normalization, **arguments),
        mapping=mapping,
        sentence="On JAX, Keras adapts to batches in float32, also in a layer of float64.",
        probe=probe,
        gradients=True,
        computes={"jax": "float32"},
    )


ROWS = [
    _row(),
    _row("axis = (1, 2)", partial(adapted, shape=(2, 3, 2)), axis=(1, 2)),
    _row(
        "mean and variance given, invert = True",
        partial(adapted, given=True),
        mean=[0.5, -1.0, 2.0, 0.0, 1.0, 3.0],
        variance=[4.0, 1.0, 0.25, 2.0, 3.0, 0.0],
        invert=True,
    ),
]
