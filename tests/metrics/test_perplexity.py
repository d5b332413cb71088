"""Guesses, impossible and ignored tokens, masks, precision, and what is refused."""

import keras
import numpy as np
import pytest
from keras import ops
from keras.src.backend.common.masking import set_keras_mask

from dlref.metrics import Perplexity
from tests.errors.hostile import refuses


def test_a_guess_is_undecided_between_all_tokens() -> None:
    metric = Perplexity(from_logits=True)
    metric.update_state(np.array([[0, 5], [2, 2]]), np.ones((2, 2, 7)))
    assert float(metric.result()) == pytest.approx(7)
    metric.reset_state()
    assert np.isnan(float(metric.result()))


def test_an_impossible_token() -> None:
    """Keras would say 10 to the power of 7."""
    metric, theirs = Perplexity(), keras.metrics.SparseCategoricalCrossentropy()
    for each in (metric, theirs):
        each.update_state(np.array([1]), np.array([[1.0, 0.0]]))
    assert float(metric.result()) == np.inf
    assert float(ops.exp(theirs.result())) == pytest.approx(1e7, rel=1e-5)


def test_what_does_not_count_changes_nothing() -> None:
    y, y_pred = (
        np.array([[2, 1, 0], [1, 0, 0]]),
        np.random.default_rng(0).dirichlet(np.ones(3), (2, 3)),
    )
    y_pred[1, 1, 0] = 0  # of padding
    expected = Perplexity()
    for token, row in ((2, y_pred[0, 0]), (1, y_pred[0, 1]), (1, y_pred[1, 0])):
        expected.update_state([token], row[None])
    counts = (y != 0).astype("float32")
    ignoring, weighted, masked = Perplexity(ignore_class=0), Perplexity(), Perplexity()
    ignoring.update_state(y, y_pred)
    weighted.update_state(np.where(y, y, -1), y_pred, counts)
    marked = ops.convert_to_tensor(y_pred, "float16")
    set_keras_mask(marked, ops.convert_to_tensor(y != 0))
    masked.update_state(y, marked)
    for metric in (ignoring, weighted, masked):
        assert float(metric.result()) == pytest.approx(float(expected.result()), rel=1e-3)


def test_weights_of_examples() -> None:
    y, y_pred = np.array([[0, 1], [1, 1]]), np.array([[[0.5, 0.5]] * 2, [[0.75, 0.25]] * 2])
    metric = Perplexity()
    metric.update_state(y, y_pred, np.array([3.0, 1.0]))
    assert float(metric.result()) == pytest.approx(2 ** (3 / 4) * 4 ** (1 / 4), rel=1e-6)


def test_half_precision_counts_in_float32() -> None:
    metric = Perplexity(dtype="float16")
    y_pred = ops.convert_to_tensor(np.full((500, 2), 0.5), "float16")
    for _ in range(10):
        metric.update_state(np.zeros(500, int), y_pred)
    assert float(metric.result()) == 2 and metric.result().dtype == ops.ones(1, "float16").dtype


def test_wrong_inputs() -> None:
    name, metric = "metrics.Perplexity", Perplexity()
    for y in ([[0]], [0, 1, 1], [2, 0], [-1, 0], [0.5, 0]):
        refuses(name, "y_true", lambda y=y: metric.update_state(np.array(y), np.full((2, 2), 0.5)))
    refuses(name, "y_pred", lambda: metric.update_state([0], "ab"))
    assert np.isnan(float(metric.result()))
