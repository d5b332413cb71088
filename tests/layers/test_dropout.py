"""Dropout: expectations, masks and seeds."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.gradients import value_and_gradients
from dlref.layers import Dropout, VanillaDropout

A = np.full((2000, 50), 3.0, "float32")
both = pytest.mark.parametrize("dropout", [Dropout, VanillaDropout])


def training(layer: keras.layers.Layer, a: np.ndarray = A) -> np.ndarray:
    return ops.convert_to_numpy(layer(ops.convert_to_tensor(a), training=True))


def at_test_time(layer: keras.layers.Layer, a: np.ndarray = A) -> np.ndarray:
    return ops.convert_to_numpy(layer(ops.convert_to_tensor(a)))


@both
@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_the_expectation_in_training_is_the_output_at_test_time(dropout: type, rate: float) -> None:
    """100,000 units: the mean of a mask is within 6 standard deviations of its expectation."""
    layer = dropout(rate, seed=3)
    seen, expected = training(layer), at_test_time(layer)
    deviation = seen.max() * np.sqrt(rate * (1 - rate) / seen.size)
    assert abs(seen.mean() - expected.mean()) < 6 * deviation
    kept = np.count_nonzero(seen) / seen.size
    assert abs(kept - (1 - rate)) < 6 * np.sqrt(rate * (1 - rate) / seen.size)


@both
def test_half_precision_does_not_round_the_rate(dropout: type) -> None:
    """0.998 is 0.996 in bfloat16, and a random number of 0.999 is 1."""
    layer = dropout(0.002, seed=3, dtype="mixed_bfloat16")
    dropped = np.mean(training(layer) == 0)
    assert abs(dropped - 0.002) < 6 * np.sqrt(0.002 / A.size)


def test_inverted_scales_in_training_vanilla_at_test_time() -> None:
    assert set(np.unique(training(Dropout(0.25)))) == {0.0, 4.0}
    assert set(np.unique(at_test_time(Dropout(0.25)))) == {3.0}
    assert set(np.unique(training(VanillaDropout(0.25)))) == {0.0, 3.0}
    assert set(np.unique(at_test_time(VanillaDropout(0.25)))) == {2.25}


@both
def test_rates_0_and_1(dropout: type) -> None:
    np.testing.assert_array_equal(training(dropout(0)), A)
    np.testing.assert_array_equal(training(dropout(1)), 0)


@both
def test_a_seed_repeats_and_a_call_does_not(dropout: type) -> None:
    first, again = dropout(0.5, seed=4), dropout(0.5, seed=4)
    a, b = training(first), training(again)
    np.testing.assert_array_equal(a, b)
    assert np.any(training(first) != a)
    assert np.any(training(dropout(0.5, seed=5)) != a)


@both
def test_noise_shape_shares_the_mask(dropout: type) -> None:
    a = np.ones((20, 5, 10), "float32")
    seen = training(dropout(0.5, noise_shape=(None, 1, None), seed=1), a)
    np.testing.assert_array_equal(seen, np.tile(seen[:, :1], (1, 5, 1)))
    assert len(np.unique(seen)) == 2


@both
@pytest.mark.parametrize("noise_shape", [(20, 5), (20, 3, 10), (1, 1, 1, 1)])
def test_a_noise_shape_that_does_not_fit(dropout: type, noise_shape: tuple) -> None:
    with pytest.raises(ValueError, match="noise_shape"):
        training(dropout(0.5, noise_shape=noise_shape), np.ones((20, 1, 10), "float32"))


@both
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_dropped_is_0_whatever_it_was(dropout: type, value: float) -> None:
    """Its gradient too."""
    layer = dropout(0.5, seed=1)
    seeds = [v.value for v in layer.non_trainable_variables]

    def call(a: Any) -> Any:
        return layer.stateless_call([], seeds, a, training=True)[0]

    kept = ops.convert_to_numpy(call(ops.convert_to_tensor(A[:2]))) != 0
    output, gradient = value_and_gradients(call, [np.full_like(A[:2], value)], np.ones_like(A[:2]))
    np.testing.assert_array_equal(output, np.where(kept, value, 0))
    assert np.isfinite(gradient).all() and np.array_equal(gradient != 0, kept)


def test_the_gradient_is_the_mask() -> None:
    """Equal to the built-in's for the built-in's mask: kept units pass 1/keep_prob, dropped ones nothing."""
    layer = Dropout(0.25, seed=1)
    seeds = [v.value for v in layer.non_trainable_variables]
    output, gradient = value_and_gradients(
        lambda a: layer.stateless_call([], seeds, a, training=True)[0], [A], np.ones_like(A)
    )
    np.testing.assert_allclose(gradient, output / A, rtol=1e-6)
