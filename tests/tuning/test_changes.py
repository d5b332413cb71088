"""A search that goes on with another space or model than it was begun with says so."""

import warnings

import keras
import keras_tuner
import pytest

from dlref.tuning import RandomSearch, log_uniform
from tests.tuning.test_tuner import X, Y

HIGHEST = 0.1


def compiled(rate):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(rate), loss=loss)
    return model


def build(hp):
    return compiled(log_uniform(hp, "learning_rate", 0.01, HIGHEST))


def another_build(hp):
    rate = log_uniform(hp, "learning_rate", 0.01, HIGHEST)
    return compiled(rate)


def build_with_momentum(hp):
    hp.Float("momentum", 0.1, 0.9)
    return build(hp)


class Model(keras_tuner.HyperModel):
    def __init__(self, highest):
        super().__init__()
        self.highest = highest

    def build(self, hp):
        return compiled(log_uniform(hp, "learning_rate", 0.01, self.highest))


def begin(model, directory, **options):
    return RandomSearch(model, "loss", max_trials=2, seed=0, directory=directory, **options)


def search(model, directory):
    begin(model, directory).search(X, Y, epochs=1, verbose=0)


def test_the_same_again_is_nothing_to_speak_of(tmp_path):
    search(build, tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        begin(build, tmp_path)


def test_another_range(tmp_path, monkeypatch):
    search(build, tmp_path)
    monkeypatch.setattr(f"{__name__}.HIGHEST", 1.0)
    with pytest.warns(UserWarning, match="untitled_project holds .* learning_rate has another"):
        tuner = begin(build, tmp_path)
    assert tuner.oracle.get_space().space[0].max_value == 0.1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tuner = begin(build, tmp_path, overwrite=True)
    assert tuner.oracle.get_space().space[0].max_value == 1.0


def test_another_range_of_the_same_code(tmp_path):
    search(Model(0.1), tmp_path)
    with pytest.warns(UserWarning, match="learning_rate has another range"):
        begin(Model(1.0), tmp_path)


def test_a_new_hyperparameter(tmp_path):
    search(build, tmp_path)
    with pytest.warns(UserWarning, match="momentum is new"):
        begin(build_with_momentum, tmp_path)


def test_another_model(tmp_path):
    search(build, tmp_path)
    with pytest.warns(UserWarning, match="the model's code has changed"):
        begin(another_build, tmp_path)


def test_hyperparameters_given_beforehand_are_the_space(tmp_path):
    hp = keras_tuner.HyperParameters()
    hp.Float("learning_rate", 0.05, 0.06)
    begin(build, tmp_path, hyperparameters=hp).search(X, Y, epochs=1, verbose=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        begin(build, tmp_path, hyperparameters=hp)
    with pytest.warns(UserWarning, match="learning_rate has another range"):
        begin(build, tmp_path)
