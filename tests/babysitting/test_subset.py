"""The check of a tiny subset, and that the watched training is what it would be without a babysitter."""

import random

import keras
import numpy as np
import pytest

from dlref.tuning.babysitting.overfit_subset import _copy, few, overfit
from dlref.tuning.digits import load_data
from tests.babysitting.conftest import network

X, Y, X_DEV, Y_DEV = load_data()


def some(count=20):
    return few((X, Y), count)


def state_of_everything(model):
    """All that a training depends on."""
    variables = [np.array(v) for v in [*model.variables, *model.optimizer.variables]]
    numpy = np.random.get_state()[1].tolist()
    return variables, random.getstate(), numpy, keras.random.uniform((), seed=None)


def test_the_examples_are_spread_over_the_data():
    x, y = few((np.arange(100), {"a": np.arange(100.0)}), 5)
    assert x.tolist() == [0, 24, 49, 74, 99] and y["a"].tolist() == x.tolist()
    assert len(few(np.arange(3), 20)) == 3


def test_a_sound_model_learns_them_by_heart():
    model = network(keras.optimizers.SGD(0.0), dropout=0.5, kernel_regularizer="l2")
    result = overfit(model, *some())
    assert result.learned and result.examples == 20 and result.steps < 300


def test_the_copy_has_neither_regularization_nor_dropout():
    model = network(keras.optimizers.SGD(0.0), dropout=0.5, kernel_regularizer="l2")
    copy = _copy(model)
    for ours, theirs in zip(copy.variables, model.variables, strict=True):
        np.testing.assert_array_equal(np.array(ours), np.array(theirs))
    np.testing.assert_array_equal(copy(X[:9], training=True), model(X[:9], training=False))
    assert sum(copy.losses) == 0 and float(sum(model.losses)) > 0


def test_batch_normalization_learns_them_too():
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(32)])
    model.add(keras.layers.BatchNormalization())
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile("sgd", "sparse_categorical_crossentropy")
    assert overfit(model, *some()).learned


def test_a_regression_learns_them():
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(32, "relu")])
    model.add(keras.layers.Dense(1))
    model.compile("sgd", "mse")
    x, y = some()
    assert overfit(model, x, y[:, None].astype("float32")).learned


def faulty():
    """What the layers learn is multiplied by 0."""
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10)])
    model.add(keras.layers.Rescaling(0.0))
    model.add(keras.layers.Softmax())
    model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    return model


def test_a_model_with_a_fault_does_not():
    result = overfit(faulty(), *some())
    assert not result.learned and result.steps == 300


@keras.saving.register_keras_serializable("tests")
class Drawing(keras.layers.Layer):
    """Draws from the generator that all share, when it is built."""

    def build(self, shape):
        self.drawn = float(keras.random.uniform(()))

    def call(self, x):
        return x


def test_the_model_and_every_random_state_stay_as_they_are():
    model = network(keras.optimizers.Adam(0.01), dropout=0.5)
    model.add(Drawing())
    model.fit(X[:64], Y[:64], verbose=0)
    keras.random.uniform(())
    name = keras.optimizers.Adam().name
    keras.utils.set_random_seed(3)
    before = state_of_everything(model)
    keras.utils.set_random_seed(3)
    keras.random.uniform(())
    generator = keras.src.random.seed_generator.global_seed_generator().state
    place = np.array(generator)
    overfit(model, *some(), steps=3)
    np.testing.assert_array_equal(np.array(generator), place)
    keras.utils.set_random_seed(3)
    overfit(model, *some(), steps=3)
    after = state_of_everything(model)
    for ours, theirs in zip(before[0], after[0], strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert before[1:3] == after[1:3] and float(before[3]) == float(after[3])
    number = int(name.partition("_")[2] or 0) + 1
    assert keras.optimizers.Adam().name == f"adam_{number}"


def test_a_model_of_the_user_s_own_class():
    @keras.saving.register_keras_serializable("tests")
    class Own(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.inside = keras.layers.Dense(32, activation="relu")
            self.last = keras.layers.Dense(10, activation="softmax")

        def call(self, x):
            return self.last(self.inside(x))

        def get_config(self):
            return {}

    model = Own()
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(X[:64], Y[:64], verbose=0)
    assert overfit(model, *some()).learned


def test_asked_for_it_comes_before_the_training(watched):
    run = watched(network(keras.optimizers.SGD(0.1)), epochs=1, check_subset=True, subset=7)
    kinds = [event["kind"] for event in run.events]
    assert kinds.index("subset") < kinds.index("sample")
    (subset,) = [event for event in run.events if event["kind"] == "subset"]
    assert subset["examples"] == 7 and subset["learned"] and subset["step"] == 0
    assert run.said == []


def test_otherwise_only_where_the_loss_does_not_fall(watched):
    deep = network(keras.optimizers.SGD(0.1), "sigmoid", "glorot_normal", depth=5)
    run = watched(deep, epochs=5)
    assert [event["kind"] for event in run.events].count("subset") == 1
    assert run.said == ["stuck"] and "by heart" in run.text("stuck")
    healthy = watched(network(keras.optimizers.SGD(0.1)), epochs=3)
    assert "subset" not in [event["kind"] for event in healthy.events]


def test_never_if_so_asked(watched):
    deep = network(keras.optimizers.SGD(0.1), "sigmoid", "glorot_normal", depth=5)
    run = watched(deep, epochs=5, check_subset=False)
    assert "subset" not in [event["kind"] for event in run.events]
    assert run.said == ["not_learning"]


def test_a_fault_is_said(watched):
    run = watched(faulty(), epochs=2, check_subset=True)
    assert "subset" in run.said
    assert "cannot learn even 20 examples by heart: after 300 updates" in run.text("subset")


def test_a_model_that_cannot_be_copied_trains_all_the_same(watched):
    class Own(keras.Model):
        def __init__(self, width):
            super().__init__()
            self.last = keras.layers.Dense(width, activation="softmax")

        def call(self, x):
            return self.last(x)

    model = Own(10)
    model.compile(
        keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    run = watched(model, epochs=3, check_subset=True)
    assert list(run.state["checks"]) == ["subset"] and run.state["checks"]["subset"]
    assert run.history["accuracy"][-1] > 0.8 and run.state["status"] == "finished"


@pytest.mark.parametrize("options", [{}, {"every": 1, "check_subset": True}])
def test_the_training_is_the_one_without_a_babysitter(options, watched):
    """To the last bit: weights, shuffling, dropout."""
    alone = network(keras.optimizers.Adam(0.01), dropout=0.5)
    history = alone.fit(
        X, Y, batch_size=32, epochs=2, verbose=0, validation_data=(X_DEV, Y_DEV)
    ).history
    drawn = keras.random.uniform((3,))
    run = watched(network(keras.optimizers.Adam(0.01), dropout=0.5), epochs=2, **options)
    for ours, theirs in zip(run.model.get_weights(), alone.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert run.history == history
    np.testing.assert_array_equal(keras.random.uniform((3,)), drawn)
