"""Rows of GloVe."""

from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import embeddings as ours
from dlref.conformance.embeddings import drawn
from dlref.conformance.row import Arrays, Row
from dlref.gradients import named

TEXTS = [[0, 1, 2, 1, 3, 0, 0], [4], [], [2, 4, 2, 0]]


def of_texts(count: Any) -> Arrays:
    """Pairs and numbers for a narrow and a wide window."""
    found = {window: count(TEXTS, 5, window) for window in (1, 3)}
    return {
        f"{what}, window {window}": np.asarray(each)
        for window, both in found.items()
        for what, each in zip(("pairs", "numbers"), both, strict=True)
    }


def _by_adding(texts: Any, vocabulary_size: int, window: int) -> Any:
    X = np.zeros((vocabulary_size, vocabulary_size))
    for text in texts:
        places = np.arange(len(text))
        near = np.argwhere(abs(places[:, None] - places) <= window)
        apart = near[near[:, 0] != near[:, 1]]
        np.add.at(X, tuple(np.array(text, int)[apart.T]), 1)
    pairs = np.argwhere(X)
    return pairs, X[tuple(pairs.T)]


def of_word_pairs(kind: Any) -> Arrays:
    """What the layer says of 8 pairs, and the vectors, after its weights are set."""
    layer = kind(6, 3)
    pairs = np.random.default_rng(2).integers(0, 6, (8, 2)).astype("int32")
    layer(pairs)
    weights = [drawn("v" * (i + 3), *w.shape) for i, w in enumerate(layer.weights)]
    layer.set_weights(weights)
    scores = {"scores": ops.convert_to_numpy(layer(pairs))}
    return scores | {"vectors": ops.convert_to_numpy(layer.vectors())}


class _ByEmbedding(keras.layers.Layer):
    """The same by Keras' layers."""

    def __init__(self, vocabulary_size: int, vector_size: int) -> None:
        super().__init__()
        self.tables = [
            keras.layers.Embedding(vocabulary_size, n) for n in (vector_size, vector_size, 1, 1)
        ]

    def call(self, pairs: Any) -> Any:
        theta, e, b, c = (t(pairs[:, k % 2]) for k, t in enumerate(self.tables))
        return keras.layers.Dot(1)([theta, e])[:, 0] + b[:, 0] + c[:, 0]

    def set_weights(self, weights: Any) -> None:
        for table, weight in zip(self.tables, weights, strict=True):
            table.set_weights([ops.reshape(weight, table.embeddings.shape)])

    def vectors(self) -> Any:
        return keras.layers.Average()([t.embeddings.value for t in self.tables[:2]])


def of_numbers(loss: Any) -> Arrays:
    """Loss and gradient of 12 pairs, one of which never stands together, some with a weight below 1."""
    x = ops.convert_to_tensor(np.arange(12.0), keras.config.floatx())
    s = np.random.default_rng(3).normal(1, 2, 12)
    return named(lambda s: loss(x, s), {"y_pred": s}, 1.0)


def _by_squares(x: Any, s: Any) -> Any:
    there = ops.cast(x > 0, x.dtype)
    logs, f = ops.log(ops.maximum(x, 1)), there * ops.minimum((x / 8) ** 0.75, 1)
    return keras.losses.MeanSquaredError()(logs[:, None], s[:, None], sample_weight=f)


ROWS = [
    Row(
        name="embeddings.cooccurrence",
        builtin="numpy.add.at",
        source="Flowchart C5",
        ours=lambda: ours.cooccurrence,
        mapped=lambda: _by_adding,
        mapping="np.add.at(X, places at most window apart, 1)",
        probe=of_texts,
        modes=("eager",),
        dtypes=("float32",),
    ),
    Row(
        name="embeddings.GloVe",
        builtin="keras.layers.Embedding",
        source="Flowchart C5",
        ours=lambda: ours.GloVe,
        mapped=lambda: _ByEmbedding,
        mapping="two Embedding(vocabulary_size, vector_size), two Embedding(vocabulary_size, 1), Dot and Average",
        probe=of_word_pairs,
    ),
    Row(
        name="embeddings.GloVeLoss",
        builtin="keras.losses.MeanSquaredError",
        source="Flowchart C5",
        ours=lambda: ours.GloVeLoss(x_max=8),
        mapped=lambda: _by_squares,
        mapping="log X for the labels, f(X) for the weights of the samples",
        probe=of_numbers,
        gradients=True,
        sentence="On JAX, Keras takes the mean over the last axis in float32.",
        computes={"jax": "float32"},
    ),
]
