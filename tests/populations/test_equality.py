"""A trial in a population equals the same trial alone, and `keras.Model.fit`."""

import keras
import numpy as np
import pytest

from dlref import layers, optimizers, regularizers, schedules
from dlref.tuning import averaging_decay, log_uniform
from dlref.tuning.populations.program.dropout_masks import DropoutMasks
from dlref.tuning.populations.program.trial_models import TrialModel
from tests.populations.searching import (
    arguments,
    check_against_fit,
    fit,
    network,
    search,
    tolerance,
)

JAX = keras.backend.backend() == "jax"
# Keras computes in float32, whatever the type of a model: on JAX batch norm and losses, on TensorFlow schedules.
OPTIONS = {"batch_norm": not JAX}


@pytest.fixture
def float64():
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")


def ours(make, drop=True):
    """Two blocks of dlref's objects; `make` gives the optimizer."""

    def build(hp):
        units, keep = hp.Int("units", 5, 12), hp.Float("keep_prob", 0.5, 1.0)
        l2 = regularizers.L2(log_uniform(hp, "l2", 1e-2, 10.0), 100)
        blocks = []
        for _ in range(2):
            blocks += [
                keras.layers.Dense(units, use_bias=False, kernel_regularizer=l2),
                layers.BatchNormalization(),
                keras.layers.ReLU(),
                *([layers.Dropout(1 - keep)] if drop else []),
            ]
        alpha = log_uniform(hp, "learning_rate", 1e-4, 1e-2)
        return network(*blocks, optimizer=make(hp, alpha, averaging_decay(hp, "beta")))

    return build


def built_in(make, drop=True, batch_norm=True):
    """The same of Keras' own objects."""

    def build(hp):
        units, rate = hp.Int("units", 5, 12), hp.Float("rate", 0.1, 0.5)
        l2 = keras.regularizers.L2(log_uniform(hp, "l2", 1e-3, 0.1))
        blocks = []
        for _ in range(2):
            blocks += [
                keras.layers.Dense(units, kernel_regularizer=l2),
                *([keras.layers.BatchNormalization(momentum=0.9)] if batch_norm else []),
                keras.layers.Activation("tanh"),
                *([keras.layers.Dropout(rate)] if drop else []),
            ]
        alpha = log_uniform(hp, "learning_rate", 1e-4, 1e-2)
        return network(*blocks, optimizer=make(hp, alpha, averaging_decay(hp, "beta")))

    return build


def decayed(hp, alpha):
    return schedules.InverseTimeDecay(alpha, 4, hp.Float("decay_rate", 0.1, 1.0))


def exponential(hp, alpha):
    factor = hp.Float("factor", 0.5, 1.0)
    return keras.optimizers.schedules.ExponentialDecay(alpha, hp.Int("steps", 1, 9), factor)


OURS = {
    "Momentum": lambda hp, alpha, beta: optimizers.Momentum(alpha, beta),
    "RMSProp": lambda hp, alpha, beta: optimizers.RMSProp(alpha, beta),
    "Adam, 1/t decay": lambda hp, alpha, beta: optimizers.Adam(decayed(hp, alpha), beta_1=beta),
}
BUILT_IN = {
    "SGD": lambda hp, alpha, beta: keras.optimizers.SGD(alpha, momentum=beta),
    "RMSprop": lambda hp, alpha, beta: keras.optimizers.RMSprop(alpha, rho=beta),
    "Adam": lambda hp, alpha, beta: keras.optimizers.Adam(alpha, beta_1=beta, epsilon=1e-4),
    "SGD, exponential decay, clipped": lambda hp, alpha, beta: keras.optimizers.SGD(
        exponential(hp, alpha), momentum=beta, clipnorm=hp.Float("clipnorm", 0.1, 1.0)
    ),
}
FAMILIES = [
    *(pytest.param(ours, make, id=f"dlref {name}") for name, make in OURS.items()),
    *(pytest.param(built_in, make, id=f"Keras {name}") for name, make in BUILT_IN.items()),
]


def check_against_alone(build, directory, rel):
    """Compares trials of one population with each of them in a population of its own."""
    tuner, heard = search(build, directory, trials=3)
    assert [line.partition(",")[0] for line in heard.populations] == ["3 trials"], heard.notes
    for number in (1,):  # each is another program to trace
        _, result = tuner.replay(number, **arguments())
        assert result.state == "finished", result.message
        for name, curve in heard.results[number].curves.items():
            assert curve == pytest.approx(result.curves[name], rel=rel), (number, name)
    return heard


ALONE = {  # with dropout, and all that may differ between trials: the optimizers stand against `fit` below
    "dlref": (ours(OURS["Adam, 1/t decay"]), 1e-9),
    "Keras": (
        built_in(BUILT_IN["SGD, exponential decay, clipped"], **OPTIONS),
        1e-9 if JAX else 1e-7,
    ),
}


@pytest.mark.parametrize("name", ALONE)
def test_a_population_equals_its_trials_alone_in_float64(float64, tmp_path, name):
    build, rel = ALONE[name]
    heard = check_against_alone(build, tmp_path, rel)
    assert len({curve[0] for curve in heard.curves()}) == 3


@pytest.mark.parametrize("family, make", FAMILIES)
def test_a_population_equals_fit_in_float64(float64, tmp_path, family, make):
    options, rel = (OPTIONS, 1e-7) if family is built_in else ({}, 1e-9)
    heard = check_against_fit(family(make, drop=False, **options), tmp_path, within=rel)
    assert len(heard.populations) == 1


@pytest.mark.parametrize("family, make", [FAMILIES[0], FAMILIES[3]])
def test_a_population_equals_its_trials_alone_in_float32(tmp_path, family, make):
    """For learning rates up to 0.01, and momentum.

    Training amplifies rounding, the more the larger the learning rate: after 450 steps of Adam with learning rates up
    to 1, trials that are equal but for rounding were measured to be up to 3% apart, whichever way they are trained.
    """
    check_against_alone(family(make), tmp_path, 1e-4)


def test_every_trial_has_dropout_masks_of_its_own(tmp_path):
    def build(hp):
        hp.Float("nothing", 0.0, 1.0)
        zeros = keras.layers.Dense(3, kernel_initializer="ones")
        return network(keras.layers.Dropout(0.5), zeros, optimizer=keras.optimizers.SGD(0.0))

    _, heard = search(build, tmp_path)
    assert len({tuple(curve) for curve in heard.curves()}) == 4
    assert all(len(set(curve)) == 3 for curve in heard.curves())  # of its own in each epoch


@pytest.mark.parametrize("make", [layers.Dropout, keras.layers.Dropout, layers.VanillaDropout])
def test_a_dropout_rate_is_kept(tmp_path, make):
    """The mean of many masks: the loss is the share of units that are kept, times their scale."""

    def build(hp):
        model = keras.Sequential([keras.Input((1000,)), make(hp.Float("rate", 0.2, 0.8))])
        model.add(keras.layers.Dense(1, kernel_initializer="ones", trainable=False))
        model.add(keras.layers.Dense(1, kernel_initializer="ones"))
        model.compile(keras.optimizers.SGD(0.0), loss=lambda y, p: p / 1000)
        return model

    given = {"x": np.ones((64, 1000)), "y": np.ones(64), "epochs": 4, "verbose": 0}
    tuner, heard = search(build, tmp_path, fit=given, objective="loss", trials=3)
    assert len(heard.populations) == 1
    for number, result in heard.results.items():
        kept = 1 - tuner.oracle.load(number).hyperparameters["rate"]
        expected = kept if make is layers.VanillaDropout else 1
        assert np.mean(result.curves["loss"]) == pytest.approx(expected, rel=0.01)


def test_examples_are_shuffled_alike_in_all_trials(tmp_path):
    """One mini-batch after another is learnt by heart: the order is seen in the loss."""

    def build(hp):
        hp.Float("nothing", 0.0, 1.0)
        layer = keras.layers.Dense(1, kernel_initializer=keras.initializers.RandomNormal(seed=1))
        model = keras.Sequential([keras.Input((6,)), layer])
        model.compile(keras.optimizers.SGD(0.1), "mse")
        return model

    _, heard = search(build, tmp_path, trials=3)
    assert len({tuple(curve) for curve in heard.curves()}) == 1
    _, other = search(build, tmp_path, trials=1, seed=1, project_name="other")
    assert other.curves()[0] != heard.curves()[0]


def test_a_search_can_be_repeated(tmp_path, monkeypatch):
    """Its masks too: the numbers that all trials share, and what each of them is turned by."""
    offset, draw, searches = TrialModel.offset, DropoutMasks.draw, []

    def heard_offset(self, layer):
        searches[-1]["offsets"].add((self.number, layer, offset(self, layer)))
        return offset(self, layer)

    def heard_draw(self, key, steps, batch):
        numbers = draw(self, key, steps, batch)
        for layer, arrays in enumerate(numbers):
            for step, array in zip(
                steps, arrays, strict=True
            ):  # the first unit, that all widths have
                searches[-1]["numbers"].append((layer, step, tuple(array[..., 0])))
        return numbers

    monkeypatch.setattr(TrialModel, "offset", heard_offset)
    monkeypatch.setattr(DropoutMasks, "draw", heard_draw)
    build = built_in(BUILT_IN["SGD"])
    for name, seed in (("first", 0), ("again", 0), ("other", 1)):
        searches.append({"offsets": set(), "numbers": []})
        _, heard = search(build, tmp_path / name, trials=3, seed=seed)
        searches[-1]["curves"] = heard.curves()
        searches[-1]["numbers"].sort()
    first, again, other = searches
    assert first == again
    assert first["curves"] != other["curves"]
    for kind in ("offsets", "numbers"):  # of each trial and layer; of each epoch, layer and step
        values = [value for *_, value in (*first[kind], *other[kind])]
        assert len(set(values)) == len(values) > 10, kind


def test_what_is_alone_in_a_population_equals_fit_too(tmp_path):
    build = built_in(BUILT_IN["SGD"], drop=False)
    tuner, _ = search(build, tmp_path, trials=1)
    _, result = tuner.replay(0, **arguments(shuffle=False))
    assert result.curves["loss"] == pytest.approx(fit(build, tuner, 0)["loss"], rel=tolerance())
