"""Snapshots of one training: the learning rate of every update, what is kept and averaged, trainings that go on."""

from typing import Any

import keras
import numpy as np
import pytest

from dlref.callbacks import SnapshotEnsemble

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(11, 4)).astype("float32"), RNG.integers(0, 3, 11)
EAGERLY = keras.backend.backend() != "jax"


def network(**compiled: Any) -> Any:
    keras.utils.set_random_seed(1)
    layers = [keras.layers.Dense(5, "tanh"), keras.layers.BatchNormalization()]
    model = keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(3, "softmax")])
    options = {"run_eagerly": EAGERLY, **compiled}
    model.compile("sgd", "sparse_categorical_crossentropy", **options)
    return model


def fitted(model: Any, *callbacks: Any, epochs: int = 4, **given: Any) -> Any:
    options = {"x": X, "y": Y, "batch_size": 4, "shuffle": False, "verbose": 0, **given}
    return model.fit(epochs=epochs, callbacks=list(callbacks), **options)


def test_the_learning_rate_of_every_update_and_a_smaller_last_mini_batch() -> None:
    """Epochs of three mini-batches, in cycles of two."""
    seen: list[float] = []
    model, snapshots = network(), SnapshotEnsemble(0.1, 2)
    look = keras.callbacks.LambdaCallback(
        on_train_batch_begin=lambda batch, logs: seen.append(
            float(np.array(model.optimizer.learning_rate))
        )
    )
    fitted(model, snapshots, look)
    schedule = keras.optimizers.schedules.CosineDecayRestarts(0.1, 6, t_mul=1.0)
    np.testing.assert_allclose(seen, [float(schedule(step)) for step in range(12)], atol=1e-7)


@pytest.mark.parametrize("compiled", [{}, {"run_eagerly": False}])
def test_what_is_kept(compiled: Any) -> None:
    """All weights at the end of each cycle, the averages of batch normalization too, and copies of them."""
    ends: list[Any] = []
    model, snapshots = network(**compiled), SnapshotEnsemble(0.1, 2)
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: ends.append((model.get_weights(), model(X)))
    )
    fitted(model, snapshots, look, epochs=5)
    assert len(snapshots.snapshots) == 2
    for kept, (weights, _) in zip(snapshots.snapshots, ends[1::2], strict=True):
        assert len(kept) == len(model.weights)
        for one, other in zip(kept, weights, strict=True):
            np.testing.assert_array_equal(one, other)
    together = np.array(snapshots.ensemble()(X))
    np.testing.assert_allclose(
        together, (np.array(ends[1][1]) + np.array(ends[3][1])) / 2, rtol=1e-4, atol=1e-6
    )
    alone = np.array(snapshots.ensemble(1)(X))
    np.testing.assert_allclose(alone, np.array(ends[3][1]), rtol=1e-4, atol=1e-6)


def test_the_ensemble_is_saved_and_loaded(tmp_path: Any) -> None:
    model, snapshots = network(), SnapshotEnsemble(0.1, 1)
    fitted(model, snapshots, epochs=2)
    ensemble = snapshots.ensemble()
    ensemble(X)
    ensemble.save(tmp_path / "e.keras")
    loaded = keras.models.load_model(tmp_path / "e.keras")
    np.testing.assert_allclose(np.array(loaded(X)), np.array(ensemble(X)), rtol=1e-6)


def test_training_that_goes_on_and_training_that_begins_anew() -> None:
    whole, parts = SnapshotEnsemble(0.1, 2), SnapshotEnsemble(0.1, 2)
    fitted(network(), whole)
    model = network()
    fitted(model, parts, epochs=3)
    fitted(model, parts, initial_epoch=3)
    for one, other in zip(parts.snapshots[1], whole.snapshots[1], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)
    assert len(parts.snapshots) == 2
    fitted(model, parts, epochs=2)
    assert len(parts.snapshots) == 1


def test_data_of_unknown_length() -> None:
    def batches() -> Any:
        while True:
            yield X, Y

    with pytest.raises(ValueError, match="how many mini-batches an epoch has"):
        fitted(network(), SnapshotEnsemble(0.1, 1), x=batches(), y=None, batch_size=None)
    snapshots = SnapshotEnsemble(0.1, 1)
    options = {"x": batches(), "y": None, "batch_size": None, "steps_per_epoch": 2}
    fitted(network(), snapshots, epochs=1, **options)
    assert len(snapshots.snapshots) == 1


def test_no_cycle_has_ended() -> None:
    snapshots = SnapshotEnsemble(0.1, 3)
    fitted(network(), snapshots, epochs=2)
    with pytest.raises(ValueError, match="no cycle has ended"):
        snapshots.ensemble()


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"initial_learning_rate": 0.0}, ValueError, "`initial_learning_rate`"),
        ({"initial_learning_rate": "0.1"}, TypeError, "`initial_learning_rate`"),
        ({"epochs_per_cycle": 0}, ValueError, "`epochs_per_cycle`"),
        ({"epochs_per_cycle": 1.5}, TypeError, "`epochs_per_cycle`"),
    ],
)
def test_bad_arguments(given: Any, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        SnapshotEnsemble(**{"initial_learning_rate": 0.1, "epochs_per_cycle": 2, **given})


@pytest.mark.parametrize("last", [0, 3, 1.0])
def test_so_many_snapshots_there_are_not(last: Any) -> None:
    snapshots = SnapshotEnsemble(0.1, 1)
    fitted(network(), snapshots, epochs=2)
    with pytest.raises((ValueError, TypeError), match="`last` must be an integer from 1 to 2"):
        snapshots.ensemble(last)
