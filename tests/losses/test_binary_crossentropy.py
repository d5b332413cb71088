"""Binary cross-entropy: logistic regression, and what is finite."""

import keras
import numpy as np
import pytest
from keras import ops

from dlref.gradients import value_and_gradients
from dlref.losses import BinaryCrossentropy, CategoricalCrossentropy
from tests.training import BACKEND, compile_function


def test_logistic_regression_by_hand() -> None:
    """dZ = A − Y: the gradient by z is (ŷ − y)/m."""
    y, z = np.array([[1.0], [0.0], [1.0]]), np.array([[0.5], [-1.0], [2.0]])
    loss = BinaryCrossentropy(from_logits=True)
    _, dz = value_and_gradients(lambda z: loss(y, z), [z], 1.0)
    np.testing.assert_allclose(dz, (1 / (1 + np.exp(-z)) - y) / 3, rtol=1e-5)


@pytest.mark.parametrize("z", [1e4, -1e4, 88.0, -88.0, 0.0])
def test_finite_for_large_logits(z: float) -> None:
    for y in (0.0, 1.0):
        loss = BinaryCrossentropy(from_logits=True)
        value, gradient = value_and_gradients(
            lambda z, y=y, loss=loss: loss([[y]], z), [[[z]]], 1.0
        )
        assert np.isfinite(value) and np.isfinite(gradient).all()
        assert value == pytest.approx(max(z, 0) - z * y + np.log1p(np.exp(-abs(z))), rel=1e-5)


def test_certain_and_wrong_is_finite() -> None:
    """Probabilities are clipped to 10⁻⁷: −log 10⁻⁷ = 16.118."""
    assert float(BinaryCrossentropy()([[1.0]], [[0.0]])) == pytest.approx(16.118, abs=1e-3)


def test_sample_weights() -> None:
    y, y_hat = ops.convert_to_tensor([[1.0], [0.0]]), ops.convert_to_tensor([[0.25], [0.5]])
    weighted = BinaryCrossentropy()(y, y_hat, sample_weight=[2.0, 0.0])
    assert float(weighted) == pytest.approx(-np.log(0.25), rel=1e-6)


def test_labels_without_the_last_axis() -> None:
    y_hat = ops.convert_to_tensor([[0.25], [0.5]])
    flat, column = (float(BinaryCrossentropy()(y, y_hat)) for y in ([1.0, 0.0], [[1.0], [0.0]]))
    assert flat == column


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="same shape"):
        BinaryCrossentropy().call(ops.ones((2, 3)), ops.ones((2, 4)))


def test_keras_goes_back_to_z() -> None:
    """On TensorFlow, and only straight from its own sigmoid: −log σ(−30) is 30, and 16.118 clipped."""
    y, y_hat = ops.ones((1, 1)), keras.activations.sigmoid(ops.convert_to_tensor([[-30.0]]))
    assert float(BinaryCrossentropy()(y, y_hat)) == pytest.approx(16.118, abs=1e-3)
    straight = 30.0 if BACKEND == "tensorflow" else 16.118
    assert float(keras.losses.BinaryCrossentropy()(y, y_hat)) == pytest.approx(straight, abs=1e-3)
    copied = ops.convert_to_tensor(ops.convert_to_numpy(y_hat))
    assert float(keras.losses.BinaryCrossentropy()(y, copied)) == pytest.approx(16.118, abs=1e-3)


@pytest.mark.parametrize("loss", [BinaryCrossentropy, CategoricalCrossentropy])
def test_number_of_classes_known_only_when_it_runs(loss: type) -> None:
    y, y_hat = np.eye(3, dtype="float32"), np.full((3, 3), 1 / 3, "float32")
    smoothed = loss(label_smoothing=0.1)
    compiled = compile_function(lambda y, y_hat: smoothed(y, y_hat))
    if BACKEND == "tensorflow":
        import tensorflow as tf

        unknown = tf.TensorSpec((None, None), tf.float32)
        compiled = tf.function(lambda y, y_hat: smoothed(y, y_hat), input_signature=[unknown] * 2)
    assert float(compiled(y, y_hat)) == pytest.approx(float(smoothed(y, y_hat)), rel=1e-6)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("loss", [BinaryCrossentropy, CategoricalCrossentropy])
def test_certain_in_half_precision_is_finite(loss: type, dtype: str) -> None:
    assert np.isfinite(float(loss(dtype=dtype)([[0.0, 1.0]], [[1.0, 0.0]])))
