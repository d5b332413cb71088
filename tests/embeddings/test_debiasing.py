"""The property that each step leaves, single vectors, precision, compiled functions, and what is refused."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.compiling import compiled
from dlref.embeddings import bias_direction, equalize, neutralize
from tests.errors.hostile import refuses

RNG = np.random.default_rng(3)
A, B, WORDS = RNG.normal(size=(3, 6, 5))
G = np.array(bias_direction(A, B))


def cosines(words: Any, v: Any) -> Any:
    return words @ v / np.linalg.norm(words, axis=1) / np.linalg.norm(v)


def test_neutral_words_have_no_bias() -> None:
    found = np.array(neutralize(WORDS, G))
    np.testing.assert_allclose(found @ G, 0, atol=1e-14)
    np.testing.assert_allclose(neutralize(found, G), found, atol=1e-14)
    at_a_right_angle = WORDS[0] - WORDS[0] @ G / (G @ G) * G
    np.testing.assert_allclose(neutralize(at_a_right_angle, G), at_a_right_angle, atol=1e-14)


def test_equal_pairs_are_as_near_to_every_neutral_word() -> None:
    neutral = np.array(neutralize(WORDS, G))
    for a, b in np.stack([np.array(each) for each in equalize(A, B, G)], 1):
        np.testing.assert_allclose(cosines(neutral, a), cosines(neutral, b), atol=1e-14)
        distances = [np.linalg.norm(neutral - x, axis=1) for x in (a, b)]
        np.testing.assert_allclose(*distances, atol=1e-14)
        np.testing.assert_allclose(cosines((a - b)[None], G) ** 2, 1, atol=1e-14)


def test_equal_pairs_keep_their_sides_and_the_mean_of_their_squares() -> None:
    a, b = map(np.array, equalize(A, B, G))
    np.testing.assert_array_equal(np.sign((a - b) @ G), np.sign((A - B) @ G))
    squares = [np.sum(x**2, 1) for x in (A, B, a, b)]
    np.testing.assert_allclose(squares[2], (squares[0] + squares[1]) / 2)
    np.testing.assert_allclose(squares[2], squares[3])
    swapped = equalize(B, A, -3 * G)
    np.testing.assert_allclose(swapped, [b, a], atol=1e-14)


def test_words_of_length_1_keep_it() -> None:
    unit = [x / np.linalg.norm(x, axis=1, keepdims=True) for x in (A, B)]
    for found in equalize(unit[0], unit[1], G):
        np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1)


@pytest.mark.parametrize("dtype", ["float64", "float32", "bfloat16"])
def test_one_vector_and_its_precision(dtype: str) -> None:
    v, a, b = (ops.convert_to_tensor(x, dtype) for x in (WORDS[0], A[0], B[0]))
    found = neutralize(v, G)
    assert found.shape == (5,) and keras.backend.standardize_dtype(found.dtype) == dtype
    for each in equalize(a, b, G):
        assert each.shape == (5,) and keras.backend.standardize_dtype(each.dtype) == dtype


def test_nearly_equal_pairs_in_float32() -> None:
    """By the paper's root of a difference they would be NaN."""
    a = ops.convert_to_tensor([1e-4, 3000.0], "float32")
    b = ops.convert_to_tensor([-1e-4, 3000.0], "float32")
    np.testing.assert_allclose(equalize(a, b, [1.0, 0.0]), [a, b])


def test_compiled() -> None:
    for function, given in ((neutralize, (WORDS, G)), (equalize, (A, B, G))):
        tensors = [ops.convert_to_tensor(x) for x in given]
        np.testing.assert_allclose(compiled(function)(*tensors), function(*tensors), atol=1e-14)


def test_wrong_arguments() -> None:
    for wrong in (np.ones((6, 4)), np.ones((2, 6, 5)), "ab", None, A[0]):
        refuses("bias_direction", "b", lambda wrong=wrong: bias_direction(A, wrong))
        refuses("equalize", "b", lambda wrong=wrong: equalize(A, wrong, G))
    refuses("bias_direction", "a", lambda: bias_direction(A[0], B[0]))
    refuses("bias_direction", "a", lambda: bias_direction(A[:0], B[:0]))
    for wrong in (np.ones(4), np.ones((5, 1)), 1.0, "ab", None, np.zeros(5)):
        refuses("neutralize", "g", lambda wrong=wrong: neutralize(WORDS, wrong))
        refuses("equalize", "g", lambda wrong=wrong: equalize(A, B, wrong))
    refuses("neutralize", "v", lambda: neutralize("ab", G))
    refuses("equalize", "a", lambda: equalize(A, A, G))
