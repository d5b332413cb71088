"""The learning rate by a callback: any schedule and every optimizer; saved and gone on from; what Keras does not do."""

from typing import Any

import keras
import numpy as np
import pytest

from dlref import optimizers, schedules
from dlref.callbacks import LearningRateScheduler

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(12, 4)).astype("float32"), RNG.normal(size=(12, 2)).astype("float32")
EAGERLY = keras.backend.backend() != "jax"
DECAY = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)


def network(optimizer: Any, **compiled: Any) -> Any:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, kernel_initializer="ones")])
    model.compile(optimizer, "mse", **{"run_eagerly": EAGERLY, **compiled})
    return model


def fitted(model: Any, *callbacks: Any, epochs: int = 3, **given: Any) -> Any:
    options = {"batch_size": 4, "shuffle": False, "verbose": 0, **given}
    return model.fit(X, Y, epochs=epochs, callbacks=list(callbacks), **options).history


def momentum(rate: Any) -> Any:
    return optimizers.Momentum(rate)


@pytest.mark.parametrize(
    ("schedule", "make", "compiled"),
    [
        (DECAY, keras.optimizers.Adam, {"run_eagerly": False}),
        (schedules.ManualDecay([3], [0.1, 0.03], 1), momentum, {}),
        (schedules.InverseSqrtDecay(0.1, 3), keras.optimizers.Adam, {}),
        (keras.optimizers.schedules.CosineDecay(0.1, 9), momentum, {}),
    ],
)
def test_before_each_mini_batch_it_is_the_schedule_of_the_optimizer(
    schedule: Any, make: Any, compiled: Any
) -> None:
    theirs, ours = network(make(schedule), **compiled), network(make(0.5), **compiled)
    fitted(theirs)
    history = fitted(ours, LearningRateScheduler(schedule, update_freq="batch"))
    for one, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    expected = [float(schedule(np.int32(step))) for step in (2, 5, 8)]
    np.testing.assert_allclose(history["learning_rate"], expected, rtol=1e-6)


def test_training_goes_on_where_it_was(tmp_path: Any) -> None:
    """A function by the number of the epoch, a schedule by the updates that are saved with the optimizer."""
    for schedule, update_freq in (
        (lambda e: 0.1 / (1 + e), "epoch"),
        (DECAY, "epoch"),
        (DECAY, "batch"),
    ):
        callback = LearningRateScheduler(schedule, update_freq=update_freq)
        whole, parts = network("sgd"), network("sgd")
        expected = fitted(whole, callback, epochs=4)["learning_rate"]
        first = fitted(parts, callback, epochs=2)["learning_rate"]
        parts.save(tmp_path / "m.keras")
        loaded = keras.models.load_model(tmp_path / "m.keras")
        again = LearningRateScheduler(schedule, update_freq=update_freq)
        then = fitted(loaded, again, epochs=4, initial_epoch=2)["learning_rate"]
        np.testing.assert_allclose([*first, *then], expected, rtol=1e-6)
        np.testing.assert_allclose(loaded.get_weights()[0], whole.get_weights()[0], rtol=1e-5)


def test_a_default_of_a_function_is_not_overwritten() -> None:
    """Keras' callback hands the learning rate to any second parameter."""
    rates = {
        callback: fitted(network("sgd"), callback(lambda epoch, start=0.5: start / (1 + epoch)))
        for callback in (LearningRateScheduler, keras.callbacks.LearningRateScheduler)
    }
    ours, theirs = (history["learning_rate"] for history in rates.values())
    np.testing.assert_allclose(ours, [0.5, 0.25, 0.5 / 3], rtol=1e-6)
    np.testing.assert_allclose(theirs, [0.01, 0.005, 0.005 / 3], rtol=1e-6)


def test_what_keras_refuses() -> None:
    with pytest.raises(ValueError, match="should be a float"):
        fitted(network("sgd"), keras.callbacks.LearningRateScheduler(DECAY))


@pytest.mark.parametrize("rate", [DECAY, lambda: 0.1])
def test_an_optimizer_that_has_a_schedule(rate: Any) -> None:
    with pytest.raises(ValueError, match="optimizer is a schedule itself"):
        fitted(network(keras.optimizers.SGD(rate)), LearningRateScheduler(DECAY))


def test_several_optimizers() -> None:
    """Each has its learning rate, and its curve."""
    model = network("sgd")
    makers = keras.optimizers.SGD(0.1, name="a"), keras.optimizers.SGD(0.2, name="b")
    callback = LearningRateScheduler(lambda epoch, alpha: alpha / 2)
    model.optimizer = type("Both", (), {"optimizers": makers})()
    callback.set_model(model)
    callback.on_train_begin()
    callback.on_epoch_begin(0)
    logs: dict[str, float] = {}
    callback.on_epoch_end(0, logs)
    assert {name: round(rate, 6) for name, rate in logs.items()} == {
        "learning_rate_a": 0.05,
        "learning_rate_b": 0.1,
    }


def test_it_says_what_it_sets(capsys: pytest.CaptureFixture[str]) -> None:
    fitted(network("sgd"), LearningRateScheduler(lambda epoch: 0.25 / (1 + epoch), 1), epochs=2)
    assert capsys.readouterr().out == "epoch 1: learning_rate 0.25\nepoch 2: learning_rate 0.125\n"


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"schedule": 0.1}, TypeError, "`schedule` must be a function or a schedule"),
        ({"verbose": "1"}, TypeError, "`verbose`"),
        ({"verbose": 2}, ValueError, "`verbose`"),
        ({"update_freq": "step"}, ValueError, "`update_freq` must be one of epoch, batch"),
    ],
)
def test_bad_arguments(given: Any, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        LearningRateScheduler(**{"schedule": DECAY, **given})


@pytest.mark.parametrize("rate", [-0.1, float("nan"), float("inf"), "0.1", None])
def test_bad_learning_rates(rate: Any) -> None:
    with pytest.raises((ValueError, TypeError), match=r"`schedule\(0\)` must be a number in"):
        fitted(network("sgd"), LearningRateScheduler(lambda epoch: rate))
