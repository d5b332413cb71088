"""Activations: the lecture's numbers, their gradients at the extremes, and what saturates or dies."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref import activations
from dlref.gradients import value_and_gradients

ELEMENTWISE = [getattr(activations, n) for n in ("sigmoid", "tanh", "relu", "leaky_relu", "elu")]


def test_softmax_of_the_slide() -> None:
    """z = (5, 2, −1, 3): t = (148.4, 7.4, 0.4, 20.1), Σt = 176.3, a = (0.842, 0.042, 0.002, 0.114)."""
    t = np.exp([5.0, 2.0, -1.0, 3.0])
    np.testing.assert_allclose([*t, t.sum()], [148.4, 7.4, 0.4, 20.1, 176.3], atol=0.05)
    a = ops.convert_to_numpy(activations.softmax([5.0, 2.0, -1.0, 3.0]))
    np.testing.assert_allclose(a, [0.842, 0.042, 0.002, 0.114], atol=5e-4)


def test_two_classes_are_logistic_regression() -> None:
    z = np.random.default_rng(0).normal(0, 3, (50, 2)).astype("float32")
    np.testing.assert_allclose(
        ops.convert_to_numpy(activations.softmax(z))[:, 0],
        ops.convert_to_numpy(activations.sigmoid(z[:, 0] - z[:, 1])),
        rtol=1e-4,
    )


def test_tanh_is_a_shifted_sigmoid() -> None:
    z = np.linspace(-5, 5, 41).astype("float32")
    np.testing.assert_allclose(
        ops.convert_to_numpy(activations.tanh(z)),
        2 * ops.convert_to_numpy(activations.sigmoid(2 * z)) - 1,
        atol=1e-6,
    )


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize("function", [*ELEMENTWISE, activations.softmax, activations.hard_max])
def test_finite_and_of_the_same_dtype(function: Any, dtype: str) -> None:
    z = ops.convert_to_tensor([[-6e4, -100.0, -1e-3, 0.0, 1e-3, 100.0, 6e4]], dtype)
    value = function(z)
    assert keras.backend.standardize_dtype(value.dtype) == dtype
    assert np.isfinite(ops.convert_to_numpy(ops.cast(value, "float32"))).all()
    if dtype == "float32":
        gradient = value_and_gradients(function, [z], np.ones(z.shape))[1]
        assert np.isfinite(gradient).all()


def test_saturation_and_dead_units() -> None:
    """At |z| = 10 a sigmoid passes less than 10⁻⁴ of the gradient; below 0 ReLU passes none, leaky ReLU 1 %."""
    z, ones = np.array([-10.0, 10.0]), np.ones(2)
    sigmoid, _, relu, leaky, _ = (value_and_gradients(f, [z], ones)[1] for f in ELEMENTWISE)
    assert np.all(sigmoid < 1e-4)
    np.testing.assert_allclose(relu, [0, 1])
    np.testing.assert_allclose(leaky, [0.01, 1], rtol=1e-5)


@pytest.mark.parametrize("function", ELEMENTWISE)
def test_nan_is_not_swallowed(function: Any) -> None:
    assert np.isnan(ops.convert_to_numpy(function(ops.convert_to_tensor([np.nan])))).all()


def test_hard_max_takes_the_first_of_equals_on_any_axis() -> None:
    z = ops.convert_to_tensor([[1.0, 7.0], [7.0, 7.0]])
    np.testing.assert_array_equal(ops.convert_to_numpy(activations.hard_max(z)), [[0, 1], [1, 0]])
    np.testing.assert_array_equal(
        ops.convert_to_numpy(activations.hard_max(z, axis=0)), [[0, 1], [1, 0]]
    )
