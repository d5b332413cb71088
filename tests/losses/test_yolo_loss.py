"""YOLO's losses: what is not there teaches nothing but that, extremes, pictures with weights, saved and loaded."""

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import ops

from dlref.conformance.row import precision
from dlref.gradients import value_and_gradients
from dlref.losses import YoloLoss, YoloSquaredError
from tests.errors.hostile import few, finite, refuses

RNG = np.random.default_rng(0)
Y = RNG.uniform(0, 1, (2, 3, 3, 2, 8))
Y[..., 0] = RNG.permutation(36).reshape(2, 3, 3, 2) % 3 == 0
Y[..., 5:] = np.eye(3)[RNG.integers(0, 3, (2, 3, 3, 2))]
Y_HAT = RNG.uniform(0.1, 0.9, Y.shape)
KINDS = [YoloLoss, YoloSquaredError]
each = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


@each
@pytest.mark.parametrize("other", [np.nan, np.inf, 7.0])
def test_of_what_is_not_there_only_that_counts(kind: Any, other: float) -> None:
    """The lecture's question marks: whatever stands there, in labels or predictions."""
    gone = Y[..., 0] == 0
    y, y_hat = Y.copy(), Y_HAT.copy()
    y[gone, 1:] = other
    y_hat[gone, 1:] = 1e30
    value, gradient = value_and_gradients(lambda y_hat: kind()(y, y_hat), [y_hat], 1.0)
    expected = kind()(Y * Y[..., :1], Y_HAT)
    assert float(value) == pytest.approx(float(expected), rel=1e-6)
    assert not gradient[gone, 1:].any() and gradient[gone, 0].all() and gradient[~gone, :5].all()


@each
def test_one_object_in_a_picture_without_a_grid(kind: Any) -> None:
    """Classification with localization: eight numbers a picture."""
    y = [[1.0, 0.5, 0.7, 0.3, 0.4, 0, 1, 0], [0.0, *[np.nan] * 7]]
    y_hat = [[0.8, 0.5, 0.6, 0.3, 0.4, 0.1, 0.7, 0.2], [0.4, *[0.5] * 7]]
    parts = {
        YoloSquaredError: [0.04 + 0.01 + 0.01 + 0.09 + 0.04, 0.16],
        YoloLoss: [0.01 - np.log(0.8) - np.log(0.7), -np.log(0.6)],
    }
    found = kind(reduction=None)(np.array(y), np.array(y_hat, "float32"))
    np.testing.assert_allclose(ops.convert_to_numpy(found), parts[kind], rtol=1e-5)


@each
def test_pictures_have_weights(kind: Any) -> None:
    one, other = (float(kind()(Y[i : i + 1], Y_HAT[i : i + 1])) for i in range(2))
    assert float(kind()(Y, Y_HAT, sample_weight=[1.0, 3.0])) == pytest.approx(
        (one + 3 * other) / 2, rel=1e-6
    )
    assert float(kind(reduction="sum")(Y, Y_HAT)) == pytest.approx(one + other, rel=1e-6)


@each
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@few
@given(data=st.data())
def test_finite_input(kind: Any, dtype: str, data: st.DataObject) -> None:
    """Logits of any size; of boxes, and of all in the squared error, what can be squared and added up."""
    z = np.resize(data.draw(finite(dtype, share=0.1)), (1, 2, 8))
    squared = slice(None) if kind is YoloSquaredError else slice(1, 5)
    z[..., squared] = np.clip(z[..., squared], -1e17, 1e17)
    with precision(dtype):
        made = YoloSquaredError() if kind is YoloSquaredError else YoloLoss(from_logits=True)
        value, gradient = value_and_gradients(lambda z: made(Y[:1, 0, 0], z), [z], 1.0)
    assert np.isfinite(value) and np.isfinite(gradient).all()


def test_certain_and_wrong() -> None:
    """With logits the gradient stays, of clipped probabilities it is 0."""
    y = np.array([[1.0, 0, 0, 0, 0, 1, 0]])
    wrong = np.array([[-1000.0, 0, 0, 0, 0, -1000, 1000]])
    value, dz = value_and_gradients(lambda z: YoloLoss(from_logits=True)(y, z), [wrong], 1.0)
    assert float(value) == 3000 and dz.tolist() == [[-1, 0, 0, 0, 0, -1, 1]]
    value, dp = value_and_gradients(
        lambda p: YoloLoss()(y, p), [np.array([[0.0, 0, 0, 0, 0, 0, 1]])], 1.0
    )
    assert float(value) == pytest.approx(2 * -np.log(1e-7), rel=1e-5) and not dp.any()


def test_trained_saved_and_loaded(tmp_path: Any) -> None:
    """In fit, and with the same loss after."""
    model = keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(18 * 8), keras.layers.Reshape((3, 3, 2, 8))]
    )
    model.compile("adam", YoloLoss(from_logits=True, box_weight=5.0, no_object_weight=0.5))
    x = RNG.normal(size=(2, 5))
    losses = model.fit(x, Y, batch_size=2, epochs=3, verbose=0).history["loss"]
    assert losses[2] < losses[0]
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert loaded.loss.get_config() == model.loss.get_config()
    before, after = (m.evaluate(x, Y, verbose=0) for m in (model, loaded))
    assert before == after


@each
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_sums_in_float32(kind: Any, dtype: str) -> None:
    y, y_hat = np.zeros((1, 64, 64, 8)), np.full((1, 64, 64, 8), 0.25)
    found = kind(dtype=dtype, reduction=None)(y, ops.convert_to_tensor(y_hat, dtype))
    one = {YoloSquaredError: 0.0625, YoloLoss: -np.log(0.75)}[kind]
    assert keras.backend.standardize_dtype(found.dtype) == dtype
    assert float(found[0]) == pytest.approx(4096 * one, rel=0.01)


@each
@pytest.mark.parametrize(
    ("true", "pred"), [((2, 8), (2, 7)), ((2, 5), (2, 5)), ((8,), (8,)), ((2, 3, 8), (2, 8))]
)
def test_shapes_that_do_not_fit(kind: Any, true: Any, pred: Any) -> None:
    refuses(kind.__name__, "y_pred", lambda: kind()(np.zeros(true), np.zeros(pred)))
