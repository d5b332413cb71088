"""Early stopping: equal to Keras' in `fit`, and what it does with NaN and with names that are not there."""

from typing import Any

import keras
import numpy as np
import pytest

from dlref.callbacks import EarlyStopping

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(24, 4)).astype("float32"), RNG.integers(0, 2, 24)
EAGERLY = keras.backend.backend() != "jax"


def network(rate: float = 0.5) -> Any:
    keras.utils.set_random_seed(1)
    layers = [keras.layers.Dense(8, "tanh"), keras.layers.Dense(1, "sigmoid")]
    model = keras.Sequential([keras.Input((4,)), *layers])
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"], run_eagerly=EAGERLY)
    return model


def fitted(model: Any, callback: Any, epochs: int = 14) -> Any:
    dev, options = (X[12:], Y[12:]), {"verbose": 0, "shuffle": False}
    return model.fit(
        X[:12], Y[:12], 12, epochs, validation_data=dev, callbacks=[callback], **options
    ).history


@pytest.mark.parametrize(
    "given",
    [
        {"patience": 2, "restore_best_weights": True},
        {"monitor": "val_accuracy", "patience": 3, "restore_best_weights": True},
        {"monitor": "loss", "min_delta": 0.05, "patience": 1},
        {"monitor": "accuracy", "baseline": 0.9, "patience": 2},
        {"start_from_epoch": 4, "patience": 1, "restore_best_weights": True},
    ],
)
def test_equals_keras_in_fit(given: Any) -> None:
    ours, theirs = EarlyStopping(**given), keras.callbacks.EarlyStopping(**given)
    models = network(), network()
    histories = [fitted(m, c) for m, c in zip(models, (ours, theirs), strict=True)]
    assert histories[0] == histories[1]
    for name in ("stopped_epoch", "best_epoch", "wait", "best"):
        assert getattr(ours, name) == getattr(theirs, name), name
    for one, other in zip(models[0].get_weights(), models[1].get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert 0 < ours.stopped_epoch < 13


class Told(keras.callbacks.Callback):
    """Puts numbers into the logs."""

    def __init__(self, numbers: list[float]) -> None:
        super().__init__()
        self.numbers = numbers

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        logs["told"] = self.numbers[epoch]


@pytest.mark.parametrize("kind", [EarlyStopping, keras.callbacks.EarlyStopping])
def test_a_nan_that_comes_first(kind: Any) -> None:
    """For Keras it stays the best, the training ends, and the model gets its weights."""
    numbers = [float("nan"), 3.0, 2.0, 1.0, 4.0, 4.0]
    model, seen, stop = (
        network(),
        [],
        kind("told", patience=2, mode="min", restore_best_weights=True),
    )
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(model.get_weights()[0])
    )
    model.fit(X, Y, epochs=6, verbose=0, callbacks=[Told(numbers), look, stop])
    best = 3 if kind is EarlyStopping else 0
    assert (stop.best_epoch, stop.stopped_epoch) == ((3, 5) if best else (0, 2))
    np.testing.assert_array_equal(model.get_weights()[0], seen[best])


@pytest.mark.parametrize("kind", [EarlyStopping, keras.callbacks.EarlyStopping])
def test_a_little_better_is_better(kind: Any) -> None:
    """By so little that it is the same number in float32, in which Keras compares on TensorFlow."""
    stop = kind("told", patience=1, mode="min")
    numbers = [1 - epoch * 1e-9 for epoch in range(4)]
    network().fit(X, Y, epochs=4, verbose=0, callbacks=[Told(numbers), stop])
    in_float32 = kind is not EarlyStopping and keras.config.floatx() == "float32"
    if kind is EarlyStopping or keras.backend.backend() == "tensorflow":
        assert stop.stopped_epoch == (1 if in_float32 else 0)


def test_only_nan() -> None:
    """It stops, and the model keeps the weights that it has."""
    stop = EarlyStopping("told", patience=2, mode="min", restore_best_weights=True)
    callbacks = [Told([float("nan")] * 5), stop]
    network().fit(X, Y, epochs=5, verbose=0, callbacks=callbacks)
    assert stop.stopped_epoch == 1 and stop.best is None


def test_used_again_it_begins_anew() -> None:
    stop = EarlyStopping(patience=2)
    first, second = (fitted(network(), stop) for _ in range(2))
    assert first == second


def test_what_is_not_reported() -> None:
    with pytest.raises(
        ValueError, match="does not report `monitor`.*'val_los'; reported: accuracy"
    ):
        fitted(network(), EarlyStopping("val_los", mode="min"))


def test_a_direction_that_nobody_knows() -> None:
    with pytest.raises(ValueError, match="give `mode`"):
        network().fit(X, Y, epochs=2, verbose=0, callbacks=[Told([1.0] * 2), EarlyStopping("told")])


def test_it_says_when(capsys: pytest.CaptureFixture[str]) -> None:
    stop = EarlyStopping("told", 0, 1, 1, "min", None, True)
    network().fit(X, Y, epochs=4, verbose=0, callbacks=[Told([1.0, 2.0, 3.0, 4.0]), stop])
    said = "epoch 2: early stopping\nthe model has the weights of epoch 1\n"
    assert capsys.readouterr().out == said


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"monitor": 1}, TypeError),
        ({"min_delta": -0.1}, ValueError),
        ({"min_delta": "0"}, TypeError),
        ({"patience": -1}, ValueError),
        ({"patience": 1.5}, TypeError),
        ({"verbose": 2}, ValueError),
        ({"mode": "least"}, ValueError),
        ({"baseline": float("nan")}, ValueError),
        ({"restore_best_weights": 1}, TypeError),
        ({"start_from_epoch": -1}, ValueError),
    ],
)
def test_bad_arguments(given: Any, error: type) -> None:
    with pytest.raises(error, match=f"EarlyStopping: `{next(iter(given))}`"):
        EarlyStopping(**given)
