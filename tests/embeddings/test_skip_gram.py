"""What skip-gram learns, how words are drawn, gensim's word2vec, and what is refused."""

from typing import Any

import keras
import numpy as np
import pytest

from dlref.embeddings import KeyedVectors, SkipGram, negative_samples, skip_gram_pairs
from dlref.embeddings.skip_gram import _drawn
from dlref.losses import MultiTaskCrossentropy
from tests.embeddings import word2vec
from tests.embeddings.test_glove import TEXTS, WORDS
from tests.errors.hostile import refuses

FREQUENCIES = np.bincount(np.concatenate(TEXTS))


def fitted(layer: Any, words: Any, labels: Any, optimizer: Any, **how: Any) -> None:
    model = keras.Sequential([keras.Input(words.shape[1:], dtype="int32"), layer])
    model.compile(optimizer, MultiTaskCrossentropy(from_logits=True))
    model.fit(words, labels, shuffle=False, verbose=0, **how)


def trained(layer: Any, words: Any, labels: Any, rate: float, **how: Any) -> list[np.ndarray]:
    """The weights after SGD."""
    fitted(layer, words, labels, keras.optimizers.SGD(rate), **how)
    return layer.get_weights()


def test_words_of_like_company_have_like_vectors() -> None:
    keras.utils.set_random_seed(1)
    layer = SkipGram(len(WORDS), 4)
    pairs = np.tile(skip_gram_pairs(TEXTS, len(WORDS), window=4), (150, 1))
    inputs = negative_samples(pairs, FREQUENCIES, seed=1)
    fitted(layer, *inputs, keras.optimizers.Adam(0.05), batch_size=len(pairs) // 150)
    words = KeyedVectors(WORDS, layer.vectors())
    assert words.similarity("orange", "apple") > 0.95 > 0.7 > words.similarity("orange", "car")
    assert words.similarity("car", "truck") > 0.95


def test_the_same_pairs_as_gensim_give_the_same_vectors() -> None:
    """To 3 % of the way: gensim looks the sigmoid up in a table, at the lower end of steps of 0.012."""
    rng = np.random.default_rng(1)
    start = [rng.normal(size=(7, 3)).astype("float32") for _ in range(2)]
    theirs = word2vec.Word2vec(start[1], start[0], negative=3)
    pairs = skip_gram_pairs(word2vec.TEXTS, 7, window=2)[
        :, ::-1
    ]  # gensim's targets are in the middle
    words = np.hstack([pairs, theirs.drawn(len(pairs))])
    labels = np.eye(1, 4) - (words[:, 2:, None] == words[:, None, 1:2]).any(-1) @ np.eye(3, 4, 1)
    layer = SkipGram(7, 3)
    layer.build((None, 5))
    layer.set_weights(start)
    for found, expected, first in zip(
        trained(layer, words, labels, word2vec.RATE, batch_size=1),
        theirs.weights,
        start,
        strict=True,
    ):
        assert np.abs(found - expected).max() < 0.03 * np.abs(expected - first).max()


def test_words_are_drawn_by_the_power_of_their_frequency() -> None:
    f = np.array([0.0, 16, 0, 1, 81, 0])
    words, labels = negative_samples(np.ones((20000, 2), int), f, 5, seed=3)
    found = np.bincount(words[:, 2:].ravel(), minlength=6) / 100000
    np.testing.assert_allclose(found, np.array([0, 8, 0, 1, 27, 0]) / 36, atol=0.005)
    np.testing.assert_array_equal(labels, np.eye(6)[np.zeros(20000, int)])


def test_words_that_never_come_are_never_drawn() -> None:
    for f in (np.array([0.0, 1, 3, 0]), np.array([0.0, *np.full(997, 0.1), 0])):
        ends = _drawn(f, np.array([0.0, 1 - 2.0**-53]))
        assert ends.tolist() == [1, len(f) - 2]


def test_a_seed_repeats_the_draws() -> None:
    pairs = np.zeros((50, 2), int)
    first, again, other = (negative_samples(pairs, [1, 1], seed=s)[0] for s in (1, 1, 2))
    assert (first == again).all() and (first != other).any()
    draws = []
    for _ in range(2):
        keras.utils.set_random_seed(5)
        draws += [negative_samples(pairs, [1, 1])[0] for _ in range(2)]
    assert (draws[0] == draws[2]).all() and (draws[0] != draws[1]).any()


def test_every_word_to_choose_from_gives_the_softmax_of_the_lecture() -> None:
    rng = np.random.default_rng(2)
    theta, e = (rng.normal(size=(5, 3)).astype("float32") for _ in range(2))
    layer = SkipGram(5, 3)
    words = np.array([[c, *range(5)] for c in (3, 0)])
    layer(words)
    layer.set_weights([theta, e])
    powers = np.exp(e[[3, 0]] @ theta.T)
    expected = -np.log(powers[[0, 1], [1, 4]] / powers.sum(1)).mean()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    assert float(loss(np.array([1, 4]), layer(words))) == pytest.approx(expected, rel=1e-5)


def test_words_that_are_not_there_stay_as_they_are() -> None:
    layer = SkipGram(5, 3, keras.initializers.RandomNormal(seed=1))
    layer.build((None, 3))
    before = layer.get_weights()
    words = np.array([[0, 1, 2], [0, 2, 2]])
    after = trained(layer, words, np.eye(1, 2)[[0, 0]], 0.1)
    moved = [np.flatnonzero((x != y).any(1)).tolist() for x, y in zip(before, after, strict=True)]
    assert moved == [[1, 2], [0]]


def test_nothing_to_pair() -> None:
    for texts in ([], [[]], [[0], [1]]):
        pairs = skip_gram_pairs(texts, 2)
        words, labels = negative_samples(pairs, [1, 1], 3)
        assert pairs.shape == (0, 2) and words.shape == (0, 5) and labels.shape == (0, 4)


def test_wrong_inputs() -> None:
    wrong: list[Any] = ["abc", 1, None, [[0.5]], [["a"]], [[[0, 1]]], [[0, 2]], [[-1, 0]], {0: [1]}]
    for texts in wrong:
        refuses("skip_gram_pairs", "texts", lambda texts=texts: skip_gram_pairs(texts, 2))
    pairs: list[Any] = [
        "ab",
        1,
        None,
        [0, 1],
        [[0]],
        [[0, 1, 0]],
        [[0, 1], [0]],
        [[0.5, 1]],
        [[0, 2]],
        [[0, -1]],
    ]
    for each in pairs:
        refuses("negative_samples", "pairs", lambda each=each: negative_samples(each, [1, 1]))
    frequencies: list[Any] = [
        [],
        [0, 0],
        [1, -1],
        [1, np.nan],
        [1, np.inf],
        ["a", "b"],
        [[1, 1]],
        None,
        2,
    ]
    for f in frequencies:
        refuses("negative_samples", "frequencies", lambda f=f: negative_samples([[0, 0]], f))
    for inputs in (np.zeros((4, 1), "int32"), np.zeros((4, 0), "int32")):
        refuses("embeddings.SkipGram", "inputs", lambda x=inputs: SkipGram(3, 2)(x))
