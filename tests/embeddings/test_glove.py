"""What GloVe learns, numbers of 0, integers, compiled functions, and what is refused."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.compiling import compiled
from dlref.embeddings import GloVe, GloVeLoss, KeyedVectors, cooccurrence
from dlref.gradients import value_and_gradients
from tests.errors.hostile import refuses

WORDS: list[Any] = "i want a glass of orange apple juice please drive the car truck home".split()
TEXTS = [
    [WORDS.index(word) for word in text.format(thing).split()]
    for text, things in (
        ("i want a glass of {} juice please", ("orange", "apple")),
        ("i want a {} please", ("orange", "apple")),
        ("i drive the {} home", ("car", "truck")),
        ("drive a {} please", ("car", "truck")),
    )
    for thing in things
]


def test_words_of_like_company_have_like_vectors() -> None:
    keras.utils.set_random_seed(1)
    layer = GloVe(len(WORDS), 4)
    model = keras.Sequential([keras.Input((2,), dtype="int32"), layer])
    model.compile(keras.optimizers.Adam(0.05), GloVeLoss(x_max=4))
    pairs, counts = cooccurrence(TEXTS, len(WORDS), window=4)
    assert np.all(counts == np.round(counts)) and (pairs[:, 0] != pairs[:, 1]).all()
    steps = [np.tile(x, (100, 1)[: x.ndim]) for x in (pairs, counts)]
    model.fit(*steps, batch_size=len(pairs), shuffle=False, verbose=0)
    words = KeyedVectors(WORDS, layer.vectors())
    assert words.similarity("orange", "apple") > 0.95 > 0.8 > words.similarity("orange", "car")
    assert words.similarity("car", "truck") > 0.95


def test_counts_are_symmetric_and_texts_apart() -> None:
    pairs, counts = cooccurrence(TEXTS, len(WORDS), window=100)
    X = np.zeros([len(WORDS)] * 2)
    X[tuple(pairs.T)] = counts
    np.testing.assert_array_equal(X, X.T)
    assert X.sum() == sum(len(text) * (len(text) - 1) for text in TEXTS)
    assert X[WORDS.index("orange"), WORDS.index("apple")] == 0


def test_a_word_near_itself_counts_from_both_places() -> None:
    pairs, counts = cooccurrence([[0, 0]], 1)
    assert pairs.tolist() == [[0, 0]] and counts.tolist() == [2]


def test_nothing_to_count() -> None:
    for texts in ([], [[]], [[0], [1]]):
        pairs, counts = cooccurrence(texts, 2)
        assert pairs.shape == (0, 2) and counts.shape == (0,)


def test_numbers_of_0_have_no_loss_and_no_gradient() -> None:
    loss = GloVeLoss(reduction=None)
    found = value_and_gradients(
        lambda s: loss(np.array([0.0, 1]), s), [np.array([1e3, 1.0])], np.ones(2)
    )
    value, slope = (np.asarray(x) for x in found)
    assert value[0] == slope[0] == 0 and slope[1] == pytest.approx(2 * 0.01**0.75)


def test_compiled_and_integers() -> None:
    loss, s = GloVeLoss(x_max=5), ops.convert_to_tensor([0.5, 1.0, 2.0], "float32")
    expected = float(loss(ops.convert_to_tensor([1.0, 7.0, 0.0]), s))
    assert float(loss(np.array([1, 7, 0]), s)) == pytest.approx(expected)
    assert float(compiled(lambda s: loss(np.array([1.0, 7.0, 0.0]), s))(s)) == pytest.approx(
        expected
    )


def test_wrong_inputs() -> None:
    wrong: list[Any] = ["abc", 1, None, [[0.5]], [["a"]], [[[0, 1]]], [[0, 2]], [[-1, 0]], {0: [1]}]
    for texts in wrong:
        refuses("cooccurrence", "texts", lambda texts=texts: cooccurrence(texts, 2))
    refuses("embeddings.GloVe", "inputs", lambda: GloVe(3, 2)(np.zeros((4, 3), "int32")))
    refuses("embeddings.GloVeLoss", "y_true", lambda: GloVeLoss()(np.array([-1.0]), np.ones(1)))
    refuses("embeddings.GloVeLoss", "y_true", lambda: GloVeLoss()(np.ones(2), np.ones(3)))
