"""Rows of attention."""

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import layers as ours
from dlref.compiling import in_one_program
from dlref.conformance.row import Arrays, Row
from dlref.gradients import named

SIZE = 4  # its root is exact: on TensorFlow Keras rounds 1/√d_k to float32, in float64 too
HEADS = (2, 3, 4), (2, 5, 3), (2, 5, 2)  # shapes of queries, values and keys
THERE = np.array([[True, True, False, True, False], [False, True, True, True, True]])
ASKED = np.array([[True, True, True], [True, False, True]])


def of_attention(layer: keras.Layer) -> Arrays:
    """Means, weights and gradients: of all values, of those that are there, and of those that are not behind."""
    rng = np.random.default_rng(0)
    given = {
        name: rng.normal(0, 1.5, (2, n, SIZE))
        for name, n in (("query", 3), ("value", 5), ("key", 5))
    }
    if not layer.built:
        layer.build([x.shape for x in given.values()])
    state = [v.value for v in layer.non_trainable_variables]
    # Of somebody's layer the matrices are those that change nothing.
    matrices = [np.eye(SIZE)] * sum(len(v.shape) == 2 for v in layer.trainable_variables)
    if layer.trainable_variables:
        given["v"] = rng.normal(size=SIZE)
    masks = [ops.convert_to_tensor(mask) for mask in (ASKED, THERE)]

    def outputs(q: Any, v: Any, k: Any, *vector: Any) -> Any:
        weights = [*(ops.convert_to_tensor(m, keras.config.floatx()) for m in matrices), *vector]
        seen = []
        for mask, causal in ((None, False), (masks, False), ([None, masks[1]], True)):
            options = {"mask": mask, "use_causal_mask": causal, "return_attention_scores": True}
            seen += layer.stateless_call(weights, state, [q, v, k], **options)[0]
        # The first query of the second example may look nowhere behind the mask and the future.
        seen[-2:] = [x * np.array([[[1]] * 3, [[0], [1], [1]]]) for x in seen[-2:]]
        return ops.concatenate(seen, -1)

    return named(outputs, given, rng.normal(size=(2, 3, 3 * (SIZE + 5))))


def of_heads(layer: keras.Layer) -> Arrays:
    """What heads find, with which weights, and all gradients: of all values, and of those behind every kind of mask."""
    rng = np.random.default_rng(0)
    given = dict(zip(("query", "value", "key"), HEADS, strict=True))
    if not layer.built:
        layer.build(*HEADS)
    given |= {f"weight {i}": v.shape for i, v in enumerate(layer.trainable_variables, start=1)}
    state = [v.value for v in layer.non_trainable_variables]
    pairs = (np.arange(3)[:, None] + np.arange(5)) % 3 > 0
    masks = {"value_mask": THERE, "attention_mask": pairs}
    masks = {name: ops.convert_to_tensor(mask) for name, mask in masks.items()}

    def outputs(q: Any, v: Any, k: Any, *weights: Any) -> Any:
        seen = []
        for how in ({}, masks | {"use_causal_mask": True}):
            options = how | {"key": k, "return_attention_scores": True}
            y, alpha = layer.stateless_call(weights, state, q, v, **options)[0]
            seen += [y, *ops.unstack(alpha, axis=1)]
        return ops.concatenate(seen, -1)

    if keras.backend.backend() == "jax":  # else each kind of operation is a program of its own
        outputs = in_one_program(outputs)
    inputs = {name: rng.normal(size=shape) for name, shape in given.items()}
    return named(outputs, inputs, rng.normal(size=(2, 3, 2 * (SIZE + 1 + 2 * 5))))


class _ScaledQuery(keras.layers.Attention):
    """keras.layers.Attention of queries divided by the root of their size."""

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        return super().call([inputs[0] / SIZE**0.5, *inputs[1:]], *args, **kwargs)


class Table(keras.layers.Layer):
    """keras.layers.Embedding of the places, with a table of sines and cosines for its weights."""

    def call(self, inputs: Any) -> Any:
        places, d = inputs.shape[1:]
        t, c = np.indices((places, d))
        angles = t / 10000 ** (c // 2 * 2 / d)
        table = keras.layers.Embedding(places, d)
        table.build()
        table.set_weights([np.where(c % 2, np.cos(angles), np.sin(angles))])
        return inputs + table(ops.arange(places, dtype="int32"))


def of_places(layer: Any) -> Arrays:
    """Vectors with their places, of an even and of an odd size, and the gradients by the vectors."""
    rng, found = np.random.default_rng(0), {}
    for size in (6, 5):
        x = rng.normal(size=(2, 40, size))
        found |= named(layer, {"x": x}, rng.normal(size=x.shape), f", of size {size}")
    return found


_NOWHERE = "Where a query may look nowhere, Keras' gives it a mean of all values."
_NOWHERE_IN_HEADS = (
    "Without return_attention_scores and dropout Keras' heads "
    "give a query that may look nowhere a mean of all values."
)


def _built(kind: Any) -> Any:
    layer = kind(num_heads=2, key_dim=SIZE, value_dim=3, output_shape=SIZE + 1)
    layer.build(*HEADS)
    return layer


ROWS = [
    Row(
        name="layers.DotProductAttention",
        builtin="keras.layers.Attention",
        source="Vaswani et al. 2017",
        ours=ours.DotProductAttention,
        mapped=_ScaledQuery,
        mapping="query / √d_k",
        unmapped=keras.layers.Attention,
        sentence=f"Keras' layer does not divide by the root of d_k. {_NOWHERE}",
        probe=of_attention,
        dtypes=("float64", "float32", "float16"),
        gradients=True,
    ),
    Row(
        name="layers.AdditiveAttention",
        builtin="keras.layers.AdditiveAttention",
        source="Flowchart C5; Bahdanau et al. 2015",
        ours=lambda: ours.AdditiveAttention(SIZE),
        mapped=keras.layers.AdditiveAttention,
        mapping="W_1 = W_2 = I, scale = v",
        sentence=f"Keras' layer has no W_1 and W_2. {_NOWHERE}",
        probe=of_attention,
        dtypes=("float64", "float32", "float16"),
        gradients=True,
        computes={"jax": "float32"},
    ),
    Row(
        name="layers.MultiHeadAttention",
        builtin="keras.layers.MultiHeadAttention",
        source="Flowchart C5; Vaswani et al. 2017",
        ours=partial(_built, ours.MultiHeadAttention),
        mapped=partial(_built, keras.layers.MultiHeadAttention),
        mapping="the same weights, return_attention_scores = True",
        sentence=_NOWHERE_IN_HEADS,
        probe=of_heads,
        dtypes=("float64", "float32"),
        gradients=True,
    ),
    Row(
        name="layers.PositionalEncoding",
        builtin="keras.layers.Embedding",
        source="Flowchart C5; Vaswani et al. 2017",
        ours=ours.PositionalEncoding,
        mapped=Table,
        mapping="of the places, with a table of sines and cosines for its weights, added to the inputs",
        probe=of_places,
        dtypes=("float64", "float32", "float16"),
        modes=("eager",),
        gradients=True,
    ),
]
