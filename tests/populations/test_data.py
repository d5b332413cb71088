"""Data and models of every kind that `keras.Model.fit` takes as arrays."""

import keras
import numpy as np
import pytest

from tests.populations.searching import (
    arguments,
    check_against_fit,
    evaluated,
    fit,
    flowers,
    network,
    search,
)

LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def build(hp):
    rate = hp.Float("learning_rate", 0.01, 0.1)
    hidden = keras.layers.Dense(5, activation="relu")
    return network(hidden, optimizer=keras.optimizers.SGD(rate, momentum=0.9))


def optimizer(hp):
    return keras.optimizers.Adam(hp.Float("learning_rate", 1e-3, 1e-2))


def two_inputs(hp):
    left, right = keras.Input((4,), name="left"), keras.Input((2,), name="right")
    hidden = keras.layers.Dense(4, activation="relu")(left)
    model = keras.Model(
        [left, right], keras.layers.Dense(3)(keras.layers.Concatenate()([hidden, right]))
    )
    model.compile(optimizer(hp), LOSS)
    return model


def named(hp):
    left, right = keras.Input((4,), name="left"), keras.Input((2,), name="right")
    joined = keras.layers.Concatenate()([left, keras.layers.Dense(4, activation="relu")(right)])
    model = keras.Model({"left": left, "right": right}, {"kind": keras.layers.Dense(3)(joined)})
    model.compile(optimizer(hp), {"kind": LOSS}, metrics={"kind": ["accuracy"]})
    return model


class Subclassed(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.hidden, self.out = keras.layers.Dense(units), keras.layers.Dense(3)

    def build(self, shape):
        self.hidden.build(shape)
        self.out.build((None, self.hidden.units))

    def call(self, x, training=False):
        return self.out(keras.ops.tanh(self.hidden(x)))


def subclassed(hp):
    model = Subclassed(hp.Choice("units", [3, 5]))
    model.build((None, 6))
    model.compile(optimizer(hp), LOSS, metrics=["accuracy"])
    return model


def split(part):
    x, y = part
    return [x[:, :4], x[:, 4:]], y


def by_name(part):
    x, y = part
    return {"left": x[:, :4], "right": x[:, 4:]}, {"kind": y}


DATA = {
    "two inputs": (two_inputs, split),
    "by name": (named, by_name),
    "subclassed": (subclassed, lambda part: part),
    "integers": (build, lambda part: (part[0].astype("int32"), part[1])),
    "column of labels": (build, lambda part: (part[0], part[1][:, None])),
    "a mini-batch for all": (build, lambda part: (part[0][:20], part[1][:20])),
}


@pytest.mark.parametrize("name", DATA)
def test_data_and_models(tmp_path, name):
    model, of = DATA[name]
    (x, y), dev = of(flowers()), of(flowers(50))
    options = {"x": x, "y": y, "validation_data": dev}
    heard = check_against_fit(model, tmp_path, trials=2, **options)
    assert len(heard.populations) == 1


FIT = {
    "batch_size": {"batch_size": 7, "validation_batch_size": 50},
    "larger than the data": {"batch_size": 1000},
    "one epoch": {"epochs": 1},
}


@pytest.mark.parametrize("name", FIT)
def test_arguments_of_fit(tmp_path, name):
    heard = check_against_fit(build, tmp_path, trials=2, **FIT[name])
    assert len(heard.populations) == 1


def test_without_a_development_set(tmp_path):
    check_against_fit(build, tmp_path, trials=2, validation_data=None, objective="loss")


def test_batch_size_is_a_hyperparameter(tmp_path):
    def sized(hp):
        hp.Choice("batch_size", [16, 32, 50])
        return build(hp)

    tuner, heard = search(sized, tmp_path, 6, arguments(shuffle=False))
    sizes = [tuner.oracle.load(number).hyperparameters["batch_size"] for number in range(6)]
    assert len(heard.populations) == len(set(sizes)) > 1
    for number in (sizes.index(max(sizes)), sizes.index(min(sizes))):
        curves = fit(sized, tuner, number, batch_size=sizes[number])
        assert heard.results[number].curves["val_loss"] == pytest.approx(
            curves["val_loss"], rel=1e-4
        )


def test_executions_of_a_trial_are_members_too(tmp_path):
    _, heard = search(build, tmp_path, trials=2, executions_per_trial=2)
    assert len(heard.populations) == 1 and set(heard.results) == {0, 1}
    tuner, one = search(build, tmp_path, trials=2, project_name="once")
    for number in range(2):
        mean, first = heard.results[number].curves["loss"], one.results[number].curves["loss"]
        assert mean != pytest.approx(first, rel=1e-3)
    assert tuner.oracle.load(0).score == one.results[0].metrics["val_loss"]


def test_the_score_of_executions_is_their_mean(tmp_path):
    """As in keras-tuner: of the best epoch of each."""
    tuner, heard = search(build, tmp_path, trials=1, executions_per_trial=3)
    _, result = tuner.replay(0, **arguments())
    assert heard.results[0].metrics == pytest.approx(result.metrics, rel=1e-4)
    assert tuner.oracle.load(0).score == heard.results[0].metrics["val_loss"]
    (model,) = tuner.get_best_models(1)
    assert np.isfinite(evaluated(model)).all()
