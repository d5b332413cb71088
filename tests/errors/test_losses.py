"""Hostile labels and predictions: an error, or a finite loss with a finite gradient."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import ops

from dlref import losses
from dlref.conformance.row import precision
from dlref.gradients import value_and_gradients
from tests.errors.hostile import LARGEST, few, finite, refuses

pytestmark = pytest.mark.timeout(60)

LOSSES = [
    pytest.param(loss, logits, id=f"{loss.__name__}-{'logits' if logits else 'probabilities'}")
    for loss in (
        losses.BinaryCrossentropy,
        losses.CategoricalCrossentropy,
        losses.MultiTaskCrossentropy,
    )
    for logits in (False, True)
]
SHAPES = [((3,), (3, 2)), ((3, 2), (3, 4)), ((1, 2), (3, 2)), ((2, 3, 1), (2, 3)), ((0, 2), (3, 2))]


@pytest.mark.parametrize("dtype", LARGEST)
@pytest.mark.parametrize(("loss", "logits"), LOSSES)
@few
@given(data=st.data())
def test_loss_of_finite_input(loss: Any, logits: bool, dtype: str, data: st.DataObject) -> None:
    y_hat = data.draw(finite(dtype, share=0.1))  # the loss is their difference, and a mean of three
    y = np.eye(3)[data.draw(st.lists(st.integers(0, 2), min_size=2, max_size=2))]
    smoothing = data.draw(st.sampled_from([0.0, 0.1, 1.0]))
    with precision(dtype):
        made = loss(from_logits=logits, label_smoothing=smoothing)
        y = ops.convert_to_tensor(y, dtype)
        value, gradient = value_and_gradients(lambda y_hat: made(y, y_hat), [y_hat], 1.0)
    assert np.isfinite(value) and np.isfinite(gradient).all()


@pytest.mark.parametrize(("loss", "logits"), LOSSES)
@pytest.mark.parametrize(("true", "pred"), SHAPES)
def test_labels_that_do_not_fit(loss: Any, logits: bool, true: Any, pred: Any) -> None:
    call = lambda: loss(from_logits=logits)(np.zeros(true), np.zeros(pred))  # noqa: E731
    assert str(true) in refuses(loss.__name__, "y_true", call)


@pytest.mark.parametrize(("loss", "logits"), LOSSES)
def test_loss_along_no_axis(loss: Any, logits: bool) -> None:
    made = loss(from_logits=logits)
    refuses(loss.__name__, "axis", lambda: made(1.0, 0.5))
    refuses(loss.__name__, "axis", lambda: made(np.zeros((2, 0)), np.zeros((2, 0))))
    for axis in (2, -3, 10**400):
        refuses(loss.__name__, "axis", lambda axis=axis: loss(axis=axis)(*[np.ones((2, 3))] * 2))


@pytest.mark.parametrize(("loss", "logits"), LOSSES)
def test_loss_of_an_empty_mini_batch(loss: Any, logits: bool) -> None:
    value = ops.convert_to_numpy(loss(from_logits=logits)(np.zeros((0, 3)), np.zeros((0, 3))))
    assert not np.isnan(value).any()


@pytest.mark.parametrize(("loss", "logits"), LOSSES)
def test_labels_of_any_kind(loss: Any, logits: bool) -> None:
    y, y_hat = np.eye(3)[[0, 2]], np.full((2, 3), 0.3)
    made = loss(from_logits=logits)
    expected = float(made(y, y_hat))
    for labels in (y > 0, y.astype("int64"), y.tolist()):
        assert float(made(labels, y_hat)) == expected
    with pytest.raises((TypeError, ValueError)):
        made(np.array(["a", "b"]), y_hat)
