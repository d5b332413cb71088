"""The shortest codes, probabilities that add up to 1, gensim's word2vec, and what is refused."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.compiling import compiled
from dlref.embeddings import SkipGram, hierarchical_softmax, huffman_codes, skip_gram_pairs
from dlref.losses import MultiTaskCrossentropy
from tests.embeddings import word2vec
from tests.embeddings.test_glove import TEXTS, WORDS
from tests.embeddings.test_skip_gram import FREQUENCIES, fitted, trained
from tests.errors.hostile import refuses

RNG = np.random.default_rng(4)


def lengths(frequencies: Any) -> np.ndarray:
    """How many turns lead to each word."""
    return (huffman_codes(frequencies)[1] >= 0).sum(1)


def shortest(frequencies: tuple[float, ...]) -> float:
    """The sum over the inner nodes of what comes below them, the least of all trees: any two may be put together."""
    if len(frequencies) == 1:
        return 0
    found = []
    for i in range(len(frequencies)):
        for j in range(i):
            rest = [f for k, f in enumerate(frequencies) if k not in (i, j)]
            both = frequencies[i] + frequencies[j]
            found.append(both + shortest(tuple(sorted([*rest, both]))))
    return min(found)


@pytest.mark.parametrize("words", [2, 3, 4, 5])
def test_no_tree_is_shorter_on_average(words: int) -> None:
    for _ in range(5):
        f = RNG.integers(0, 9, words) + np.eye(words, dtype=int)[0]
        assert f @ lengths(f) == shortest(tuple(f.tolist()))


def test_the_average_length_is_between_the_entropy_and_one_more() -> None:
    f = RNG.pareto(1, 300)
    p = f / f.sum()
    entropy = -np.sum(p * np.log2(p))
    assert entropy <= p @ lengths(f) < entropy + 1


def test_every_word_has_a_way_of_its_own() -> None:
    for f in (RNG.integers(0, 3, 50), np.ones(64), 2.0 ** np.arange(60)):
        nodes, labels = huffman_codes(f)
        assert np.sum(2.0 ** -lengths(f)) == 1  # each leaf is a word's
        assert (nodes[:, 0] == len(f) - 2).all() and len(np.unique(labels, axis=0)) == len(f)
    assert (lengths(np.ones(64)) == 6).all() and lengths(2.0 ** np.arange(60)).max() == 59


@pytest.mark.parametrize("scale", [1, 30, 1000])
def test_probabilities_add_up_to_1(scale: float) -> None:
    scores = scale * RNG.normal(size=(2, 5, 299)).astype("float32")
    p = np.asarray(hierarchical_softmax(scores, *huffman_codes(RNG.pareto(1, 300))))
    assert p.shape == (2, 5, 300) and (p >= 0).all()
    np.testing.assert_allclose(p.sum(-1), 1, rtol=1e-5)


def test_the_loss_of_the_way_is_the_logarithm_of_the_probability() -> None:
    nodes, labels = huffman_codes([5, 1, 2, 8])
    scores = RNG.normal(size=(3,)).astype("float32")
    loss = MultiTaskCrossentropy(from_logits=True, reduction=None)(labels, scores[nodes])
    np.testing.assert_allclose(
        loss, -np.log(hierarchical_softmax(scores, nodes, labels)), rtol=1e-5
    )


def test_it_learns_which_words_stand_near() -> None:
    nodes, labels = huffman_codes(FREQUENCIES)
    pairs = np.tile(skip_gram_pairs(TEXTS, len(WORDS), window=1), (100, 1))
    keras.utils.set_random_seed(1)
    layer = SkipGram(len(WORDS), 8)
    words = np.hstack([pairs[:, :1], nodes[pairs[:, 1]]])
    fitted(
        layer, words, labels[pairs[:, 1]], keras.optimizers.Adam(0.05), batch_size=len(pairs) // 50
    )
    X = np.zeros([len(WORDS)] * 2)
    np.add.at(X, tuple(pairs.T), 1)
    every = np.array([[c, *range(len(WORDS) - 1)] for c in range(len(WORDS))])
    p = hierarchical_softmax(layer(every), nodes, labels)
    np.testing.assert_allclose(p, X / X.sum(1, keepdims=True), atol=0.1)


def test_the_same_pairs_as_gensim_give_the_same_vectors() -> None:
    """To 3 % of the way, by gensim's table of sigmoids; negative=0, since hs=1 leaves its default of 5 on."""
    start = [RNG.normal(size=(7, 3)).astype("float32") for _ in range(2)]
    theirs = word2vec.Word2vec(start[1], start[0], hs=1, negative=0)
    pairs = skip_gram_pairs(word2vec.TEXTS, 7, window=2)[:, ::-1]
    nodes, labels = huffman_codes(word2vec.FREQUENCIES)
    words = np.hstack([pairs[:, :1], nodes[pairs[:, 1]]])
    layer = SkipGram(7, 3)
    layer.build((None, words.shape[1]))
    layer.set_weights(start)
    ours = trained(layer, words, labels[pairs[:, 1]], word2vec.RATE, batch_size=1)
    for found, expected, first in zip(ours, theirs.weights, start, strict=True):
        assert np.abs(found - expected).max() < 0.03 * np.abs(expected - first).max()


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float64"])
def test_precision_and_compiled(dtype: str) -> None:
    nodes, labels = huffman_codes([5, 1, 2, 8, 3])
    scores = np.array([0.5, -1, 2, 0.25])
    expected = hierarchical_softmax(scores, nodes, labels)
    found = compiled(lambda s: hierarchical_softmax(s, nodes, labels))(
        ops.convert_to_tensor(scores, dtype)
    )
    assert keras.backend.standardize_dtype(found.dtype) == dtype
    np.testing.assert_allclose(
        ops.convert_to_numpy(ops.cast(found, "float32")), expected, rtol=1e-2
    )


def test_wrong_inputs() -> None:
    wrong: list[Any] = [
        [],
        [1],
        [0, 0],
        [1, -1],
        [1, np.nan],
        [1, np.inf],
        ["a", "b"],
        [[1, 1]],
        None,
        2,
        "ab",
    ]
    for f in wrong:
        refuses("huffman_codes", "frequencies", lambda f=f: huffman_codes(f))
    nodes, labels = huffman_codes([5, 1, 2])
    scores: list[Any] = [np.zeros(3), np.zeros(1), 0.0, "ab"]
    for s in scores:
        refuses(
            "hierarchical_softmax", "scores", lambda s=s: hierarchical_softmax(s, nodes, labels)
        )
    for y in (labels[:, :1], labels[:2], labels[0]):
        refuses(
            "hierarchical_softmax",
            "labels",
            lambda y=y: hierarchical_softmax(np.zeros(2), nodes, y),
        )
