"""The running average of the weights: equal to use_ema of every kind of optimizer, and no more than it says."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from dlref import optimizers
from dlref.callbacks import WeightAverage

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(24, 4)).astype("float32"), RNG.integers(0, 3, 24)


def network(optimizer: Any, **compiled: Any) -> Any:
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(5, "tanh"), layers.BatchNormalization()]
    )
    model.add(layers.Dense(3, "softmax"))
    model.compile(optimizer, "sparse_categorical_crossentropy", **compiled)
    return model


def fitted(model: Any, epochs: int = 3, **given: Any) -> Any:
    given = {"batch_size": 8, "shuffle": False, "verbose": 0} | given
    model.fit(X, Y, epochs=epochs, **given)
    return model.get_weights()


def equal(one: Any, other: Any, rtol: float = 1e-5) -> None:
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a, b, rtol=rtol, atol=1e-6)


@pytest.mark.parametrize(
    "make",
    [
        lambda **ema: keras.optimizers.Adam(0.05, **ema),
        lambda **ema: optimizers.Adam(0.05, **ema),
        lambda **ema: optimizers.Nesterov(0.05, **ema),
    ],
)
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_equals_use_ema(make: Any, momentum: float) -> None:
    built_in = fitted(network(make(use_ema=True, ema_momentum=momentum)))
    equal(fitted(network(make()), callbacks=[WeightAverage(momentum)]), built_in)


def test_training_goes_on_as_without_it() -> None:
    """Its curves are those of the weights, not of the averages."""
    plain, averaged = network("adam"), network("adam")
    plain.fit(X, Y, epochs=3, verbose=0, shuffle=False)
    averaged.fit(X, Y, epochs=3, verbose=0, shuffle=False, callbacks=[WeightAverage()])
    assert plain.history.history == averaged.history.history


def test_what_is_not_trained_is_not_averaged() -> None:
    plain, averaged, watch = network("sgd"), network("sgd"), WeightAverage(0.9)
    fitted(plain)
    fitted(averaged, callbacks=[watch])
    assert len(watch.averages) == len(averaged.trainable_variables)
    for one, other in zip(
        plain.layers[1].non_trainable_variables,
        averaged.layers[1].non_trainable_variables,
        strict=True,
    ):
        np.testing.assert_array_equal(np.array(one), np.array(other))


def test_a_new_training_begins_anew() -> None:
    watch, model = WeightAverage(0.5), network("sgd")
    fitted(model, callbacks=[watch])
    again = keras.models.clone_model(model)
    again.set_weights(model.get_weights())
    again.compile("sgd", "sparse_categorical_crossentropy")
    equal(fitted(model, callbacks=[watch]), fitted(again, callbacks=[WeightAverage(0.5)]))


def test_the_averages_outlive_the_next_training() -> None:
    """On JAX the arrays of the weights are given away there."""
    watch, model = WeightAverage(0.5), network("sgd")
    fitted(model, callbacks=[watch])
    kept = [np.array(average) for average in watch.averages]
    fitted(model)
    equal(watch.averages, kept, rtol=0)


def test_several_steps_at_once_are_one() -> None:
    """Keras calls back once for them: the average takes every third update."""
    watch = WeightAverage(0.5)
    fitted(network("sgd", steps_per_execution=3), epochs=2, callbacks=[watch])
    model, seen = network("sgd"), []
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda *_: seen.append(model.get_weights()[0])
    )
    fitted(model, epochs=2, callbacks=[look])
    np.testing.assert_allclose(watch.averages[0], 0.5 * (seen[0] + seen[1]), rtol=1e-5)


@pytest.mark.parametrize(
    ("momentum", "error"), [(1.0, ValueError), (-0.1, ValueError), ("0.9", TypeError)]
)
def test_bad_momentum(momentum: Any, error: type) -> None:
    with pytest.raises(error, match="WeightAverage: `momentum`"):
        WeightAverage(momentum)
