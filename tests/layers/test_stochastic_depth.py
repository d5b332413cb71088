"""Stochastic depth: how often a block is left out, what it may be, and that all is there at test time."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from dlref.layers import StochasticDepth

X = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")
Y = np.array([0, 1, 2, 0, 1, 2])


def times_3() -> Any:
    return layers.Dense(4, use_bias=False, kernel_initializer=keras.initializers.Identity(3.0))


def trained(block: Any, count: int = 400) -> np.ndarray:
    """The factor of a mini-batch: 4 with the block, 1 without."""
    outputs = [ops.convert_to_numpy(block(X, training=True)) for _ in range(count)]
    factors = np.array(outputs) / X
    assert np.allclose(factors, factors[:, :1, :1], rtol=1e-4)  # one draw for the whole mini-batch
    return np.round(factors[:, 0, 0], 3)


@pytest.mark.parametrize("rate", [0.2, 0.7])
def test_the_expectation_in_training_is_the_output_at_test_time(rate: float) -> None:
    block = StochasticDepth(times_3(), rate, seed=1)
    factors = trained(block)
    assert set(factors) == {1.0, 4.0}
    assert abs((factors == 4).mean() - (1 - rate)) < 4 * np.sqrt(rate * (1 - rate) / 400)
    np.testing.assert_allclose(block(X), X * (1 + 3 * (1 - rate)), rtol=1e-5)


def test_rates_0_and_1() -> None:
    assert set(trained(StochasticDepth(times_3(), 0), 20)) == {4.0}
    assert set(trained(StochasticDepth(times_3(), 1), 20)) == {1.0}


def test_a_seed_repeats() -> None:
    first, again, other = (trained(StochasticDepth(times_3(), 0.5, s), 40) for s in (2, 2, 3))
    assert list(first) == list(again) != list(other)


def test_the_gradient_of_what_is_left_out_is_0() -> None:
    """Even where the block is infinite: 0 times infinity is not 0."""
    block = StochasticDepth(layers.Activation(lambda x: x / 0.0), 1.0)
    np.testing.assert_array_equal(block(X, training=True), X)


def resnet(rates: Any) -> Any:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,))])
    for rate in rates:
        inner = [layers.Dense(4, "relu"), layers.BatchNormalization(), layers.Dense(4)]
        model.add(StochasticDepth(keras.Sequential(inner), rate))
    model.add(layers.Dense(3))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.03), loss)
    return model


def test_fit_save_and_load(tmp_path: Any) -> None:
    model = resnet([0.1, 0.3, 0.5])
    history = model.fit(X, Y, epochs=80, verbose=0).history["loss"]
    assert history[-1] < 0.5 * history[0]
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(loaded.predict(X, verbose=0), model.predict(X, verbose=0))
    assert [block.rate for block in loaded.layers[:3]] == [0.1, 0.3, 0.5]


def test_a_block_that_changes_the_shape() -> None:
    with pytest.raises(
        ValueError, match="StochasticDepth: the output of `layer` must have the shape"
    ):
        StochasticDepth(layers.Dense(3), 0.5)(X)
    with pytest.raises(ValueError, match="isn't a supported layer type"):
        StochasticDepth(None, 0.5)


def test_masks_pass_through() -> None:
    words = keras.Sequential(
        [
            keras.Input((5,)),
            layers.Embedding(9, 4, mask_zero=True),
            StochasticDepth(layers.Dense(4), 0.5),
            layers.LSTM(3),
        ]
    )
    x = np.array([[1, 2, 0, 0, 0]])
    longer = np.array([[1, 2, 0, 0, 0, 0, 0]])
    np.testing.assert_allclose(words(x), words(longer), rtol=1e-6)
