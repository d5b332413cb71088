"""What cannot be in a population is trained alone; the listener hears how many, and why."""

import keras
import keras_tuner
import numpy as np
import pytest

from dlref.tuning import RandomSearch
from tests.populations.searching import Recorder, arguments, evaluated, network, search


def build(hp):
    return network(optimizer=keras.optimizers.SGD(hp.Float("learning_rate", 0.01, 0.1)))


class OwnStep(keras.Model):
    def train_step(self, *args, **kwargs):
        return super().train_step(*args, **kwargs)


def own_step(hp):
    inputs = keras.Input((6,))
    model = OwnStep(inputs, keras.layers.Dense(3)(inputs))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(hp.Float("learning_rate", 0.01, 0.1)), loss)
    return model


class Late(keras.Model):
    """Is built when it is trained, and only then."""

    def __init__(self):
        super().__init__()
        self.out = keras.layers.Dense(3)

    def build(self, shape):
        self.built = True

    def call(self, x, training=False):
        if not self.out.built and not training:
            raise ValueError("it has to be trained first")
        return self.out(x)


def late(hp):
    model = Late()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(hp.Float("learning_rate", 0.01, 0.1)), loss)
    return model


def eager(hp):
    model = build(hp)
    model.run_eagerly = True
    return model


class OwnFit(keras_tuner.HyperModel):
    def build(self, hp):
        return build(hp)

    def fit(self, hp, model, *args, **kwargs):
        assert model.count_params() > 0
        return model.fit(*args, **kwargs)


class Twice(keras.layers.Layer):
    """Asks a layer of dropout twice, whose masks would be the same."""

    def __init__(self):
        super().__init__()
        self.drop = keras.layers.Dropout(0.5)

    def call(self, x, training=False):
        return self.drop(self.drop(x, training=training), training=training)


REASONS = {
    "own fit": (OwnFit(), {}, "the hypermodel's own fit does more than to call fit"),
    "own train_step": (own_step, {}, "the model has its own train_step"),
    "eager": (eager, {}, "the model runs eagerly"),
    "built late": (late, {}, "it cannot be built from the shapes of x alone: give it an `Input`"),
    "steps": (
        build,
        {"steps_per_epoch": 4},
        "the argument steps_per_epoch",
    ),
    "a layer twice": (
        lambda hp: network(Twice(), optimizer=keras.optimizers.SGD(hp.Float("rate", 0.01, 0.1))),
        {},
        "is called more than once",
    ),
}


@pytest.mark.parametrize("name", REASONS)
def test_the_reason_is_told(tmp_path, name):
    model, options, reason = REASONS[name]
    given = arguments(epochs=2, **options)
    tuner, heard = search(model, tmp_path, trials=2, fit=given)
    (note,) = [note for note in heard.notes if "alone" in note]
    assert note.startswith("2 of 2 trials are trained alone: ") and reason in note
    assert heard.states == ["finished"] * 2 and heard.populations == []
    assert [len(curve) for curve in heard.curves()] == [2, 2]
    if model is late:
        return  # keras-tuner, too, loads weights into a model that is built
    (best,) = tuner.get_best_models(1)
    score = tuner.oracle.get_best_trials(1)[0].score
    assert np.ravel(evaluated(best))[0] == pytest.approx(score, rel=1e-5)


class OwnTuner(RandomSearch):
    """Overrides what keras-tuner calls for each trial."""

    def run_trial(self, trial, *args, **kwargs):
        return trial.hyperparameters["learning_rate"]


def test_a_tuner_of_ones_own(tmp_path):
    heard = Recorder()
    tuner = OwnTuner(build, None, 3, seed=0, directory=tmp_path, listener=heard)
    tuner.search()
    assert heard.notes == ["3 of 3 trials are trained alone: the tuner has its own run_trial"]
    rates = [trial.hyperparameters["learning_rate"] for trial in tuner.oracle.get_best_trials(3)]
    assert rates == sorted(rates)
    assert [trial.score for trial in tuner.oracle.get_best_trials(3)] == rates


def test_some_alone_and_some_together(tmp_path):
    def some(hp):
        model = eager(hp) if hp.Choice("eagerly", [True, False]) else build(hp)
        return model

    tuner, heard = search(some, tmp_path, trials=6)
    alone = [n for n in range(6) if tuner.oracle.load(n).hyperparameters["eagerly"]]
    assert 0 < len(alone) < 6
    assert heard.notes[-1] == f"{len(alone)} of 6 trials are trained alone: the model runs eagerly"
    assert heard.populations[0].startswith(f"{6 - len(alone)} trials, ")
    assert heard.states == ["finished"] * 6
    for number, result in heard.results.items():
        assert (result.population == "") == (number in alone)


def test_an_error_in_training_alone_is_the_trials_own(tmp_path):
    def shapes(hp):
        model = keras.Sequential(
            [keras.Input((hp.Choice("features", [5, 6]),)), keras.layers.Dense(3)]
        )
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.SGD(hp.Float("learning_rate", 0.01, 0.1)), loss)
        return model

    tuner, heard = search(shapes, tmp_path, trials=6)
    for number, result in heard.results.items():
        fits = tuner.oracle.load(number).hyperparameters["features"] == 6
        assert result.state == ("finished" if fits else "failed"), result.message
    assert set(heard.states) == {"finished", "failed"}


def test_noise_of_other_layers_is_left_to_keras(tmp_path):
    """Their random numbers come from the generators of each model, in a population too."""

    def noisy(hp):
        noise = keras.layers.GaussianNoise(hp.Float("stddev", 0.1, 1.0))
        return network(noise, optimizer=keras.optimizers.SGD(0.1))

    tuner, heard = search(noisy, tmp_path, trials=3)
    assert heard.states == ["finished"] * 3
    assert len({tuple(curve) for curve in heard.curves()}) == 3
    again = search(noisy, tmp_path / "again", trials=3)[1]
    assert again.curves() == heard.curves()
