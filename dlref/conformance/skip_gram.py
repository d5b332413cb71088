"""Rows of skip-gram with negative sampling."""

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import embeddings as ours
from dlref.conformance.embeddings import drawn
from dlref.conformance.glove import TEXTS
from dlref.conformance.row import Arrays, Row
from dlref.losses import MultiTaskCrossentropy

PAIRS = np.random.default_rng(4).integers(0, 6, (8, 2)).astype("int32")
FREQUENCIES = np.array([9, 1, 0, 4, 2, 16])
COMMON = np.array([3, 0, 0, 5])  # drawn for all pairs at once, as TensorFlow does


def of_texts(make: Any) -> Arrays:
    """Pairs for a narrow and a wide window."""
    return {f"window {window}": np.asarray(make(TEXTS, 5, window)) for window in (1, 3)}


def _by_argwhere(texts: Any, vocabulary_size: int, window: int) -> Any:
    found = []
    for text in texts:
        apart = abs(np.subtract.outer(np.arange(len(text)), np.arange(len(text))))
        found.append(np.array(text, int)[np.argwhere((apart > 0) & (apart <= window))])
    return np.concatenate([each.reshape(-1, 2) for each in found])


def of_pairs(sample: Any) -> Arrays:
    """Words and labels of 8 pairs, for few and for many draws."""
    return {
        f"{what}, {k} drawn": each
        for k in (2, 40)
        for what, each in zip(
            ("words", "labels"), sample(PAIRS, FREQUENCIES, k, seed=k), strict=True
        )
    }


def _by_choice(pairs: Any, frequencies: Any, negatives: int, seed: int) -> Any:
    p = frequencies**0.75 / np.sum(frequencies**0.75)
    shape = len(pairs), negatives
    found = np.random.default_rng(seed).choice(len(p), shape, p=p)
    return np.hstack([pairs, found]), np.hstack([np.ones((len(pairs), 1)), np.zeros(shape)])


def of_words(kind: Any) -> Arrays:
    """The scores of 8 contexts with 4 words, and the vectors, after the weights are set."""
    layer = kind(6, 3)
    words = np.random.default_rng(2).integers(0, 6, (8, 5)).astype("int32")
    layer(words)
    layer.set_weights([drawn("v" * (i + 3), *w.shape) for i, w in enumerate(layer.weights)])
    return {
        name: ops.convert_to_numpy(x)
        for name, x in (("scores", layer(words)), ("vectors", layer.vectors()))
    }


class _ByEmbedding(keras.layers.Layer):
    """The same by Keras' layers."""

    def __init__(self, vocabulary_size: int, vector_size: int) -> None:
        super().__init__()
        self.tables = [keras.layers.Embedding(vocabulary_size, vector_size) for _ in range(2)]

    def call(self, words: Any) -> Any:
        theta, e = self.tables
        return keras.layers.Dot((2, 2))([theta(words[:, 1:]), e(words[:, :1])])[..., 0]

    def vectors(self) -> Any:
        return self.tables[1].embeddings.value


def of_losses(loss: Any) -> Arrays:
    """The losses of 8 pairs with 4 words that are drawn for all."""
    theta, e = (np.random.default_rng(i).normal(size=(6, 3)) for i in (1, 2))
    return {"losses": np.asarray(loss(theta.astype("float32"), e.astype("float32")))}


def _by_dlref(theta: Any, e: Any) -> Any:
    words = np.hstack([PAIRS, np.tile(COMMON, (len(PAIRS), 1))])
    layer = ours.SkipGram(6, 3)
    layer(words)
    layer.set_weights([theta, e])
    labels = np.eye(1, 5) + np.zeros((len(PAIRS), 1))
    return MultiTaskCrossentropy(from_logits=True, reduction=None)(labels, layer(words))


def _by_nce(expected: Any, theta: Any, e: Any) -> Any:
    import tensorflow as tf

    counts = [np.float32(expected(w)) for w in (PAIRS[:, 1:], COMMON)]
    return tf.nn.nce_loss(
        theta, np.zeros(6, "float32"), PAIRS[:, 1:].astype("int64"), e[PAIRS[:, 0]], num_sampled=4, num_classes=6,
        sampled_values=(COMMON.astype("int64"), *counts),
    )  # fmt: skip


def _expected(words: Any) -> Any:
    """How often a word is expected among 4 drawn ones."""
    return 4 * FREQUENCIES[words] ** 0.75 / np.sum(FREQUENCIES**0.75) + 1e-3


_BY_NUMPY = partial(Row, source="Flowchart C5", modes=("eager",), dtypes=("float32",))
ROWS = [
    _BY_NUMPY(
        name="embeddings.skip_gram_pairs",
        builtin="numpy.argwhere",
        ours=lambda: ours.skip_gram_pairs,
        mapped=lambda: _by_argwhere,
        mapping="np.argwhere(places 1 to window apart)",
        probe=of_texts,
    ),
    _BY_NUMPY(
        name="embeddings.negative_samples",
        builtin="numpy.random.Generator.choice",
        ours=lambda: ours.negative_samples,
        mapped=lambda: _by_choice,
        mapping="np.random.default_rng(seed).choice(V, (pairs, negatives), p=f^0.75 / Σ f^0.75)",
        probe=of_pairs,
    ),
    Row(
        name="embeddings.SkipGram",
        builtin="keras.layers.Embedding",
        source="Flowchart C5",
        ours=lambda: ours.SkipGram,
        mapped=lambda: _ByEmbedding,
        mapping="two Embedding(vocabulary_size, vector_size) and Dot",
        probe=of_words,
    ),
    _BY_NUMPY(
        name="embeddings.SkipGram",
        builtin="tf.nn.nce_loss",
        ours=lambda: _by_dlref,
        mapped=lambda: partial(_by_nce, np.ones_like),
        mapping="sampled_values=(words, 1, 1): expected counts of 1, whose logarithm is 0",
        unmapped=lambda: partial(_by_nce, _expected),
        sentence="The logarithm of how often a word is expected among the drawn ones is subtracted from its score.",
        probe=of_losses,
    ),
]
