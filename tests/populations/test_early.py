"""What most trials of a search will need is compiled while they are being built."""

from threading import current_thread

import keras
import keras_tuner
import pytest

from dlref import layers
from dlref.tuning.populations.training.population import Population
from dlref.tuning.samplers.sampler import RandomSampler
from dlref.tuning.search import trial_batch as rounds
from tests.populations.searching import arguments, network, search, tolerance

TRIALS = 12


@pytest.fixture
def prepared(monkeypatch):
    """Of each call: whether it was early, the program, and the members it is for."""
    own, calls = Population.prepare, []

    def prepare(self, fits, early=False):
        calls.append((early, self.program, self.size))
        own(self, fits, early)

    monkeypatch.setattr(Population, "prepare", prepare)
    monkeypatch.setattr(rounds, "MANY", TRIALS)
    return calls


def declare(hp):
    return hp.Float("learning_rate", 0.01, 0.1), hp.Float("rate", 0.1, 0.5)


def build(hp, depth=lambda rate: 1, failing=()):
    learning_rate, rate = declare(hp)
    if rate in failing:
        raise ValueError("as it should")
    hidden = [keras.layers.Dense(4, "relu") for _ in range(depth(rate))]
    return network(*hidden, layers.Dropout(rate), optimizer=keras.optimizers.SGD(learning_rate))


def rates():
    """The dropout rates of the trials of seed 0."""
    hp = keras_tuner.HyperParameters()
    declare(hp)
    return [RandomSampler().draw(0, number, hp.space)["rate"] for number in range(TRIALS)]


@pytest.mark.parametrize("failures", [0, 1])
def test_it_is_what_all_of_them_are_trained_by(tmp_path, prepared, failures):
    failing = rates()[-2:][:failures]
    _, heard = search(lambda hp: build(hp, failing=failing), tmp_path, TRIALS)
    (early, program, size), *later = prepared
    assert early and size == TRIALS and later == [(False, program, TRIALS)]
    assert heard.states.count("finished") == TRIALS - failures


@pytest.mark.parametrize("fusing", [0.0, 1e9])
def test_a_wrong_guess_changes_nothing(tmp_path, prepared, monkeypatch, fusing):
    tracing = []
    if keras.backend.backend() == "tensorflow":
        from dlref.tuning.populations.program import tensorflow_function, tensorflow_program

        trace = tensorflow_function.Traced._trace
        monkeypatch.setattr(tensorflow_program, "FUSING", fusing)
        monkeypatch.setattr(
            tensorflow_function.Traced,
            "_trace",
            lambda *a: (tracing.append(current_thread().name), trace(*a))[1],
        )
    most = max(rates()[: rounds.FIRST])
    assert max(rates()) > most

    def mixed(hp):
        return build(hp, depth=lambda rate: 1 + (rate > most))

    _, guessed = search(mixed, tmp_path / "guessed", TRIALS)
    assert [early for early, _, _ in prepared].count(True) == 1
    # The build of a model resets Keras' state in all threads; they work while none is built.
    assert not [name for name in tracing if name.startswith("compiler")]
    monkeypatch.setattr(rounds, "MANY", TRIALS + 1)
    _, heard = search(mixed, tmp_path / "not", TRIALS)
    for one, other in zip(guessed.curves(), heard.curves(), strict=True):
        assert one == pytest.approx(other, rel=tolerance())


def test_for_what_no_population_can_train_nothing_is_compiled(tmp_path, prepared):
    class Own(keras.Model):
        def train_step(self, *args, **kwargs):
            return super().train_step(*args, **kwargs)

    def own(hp):
        plain = build(hp)
        model = Own(plain.inputs, plain.outputs)
        model.compile(plain.optimizer, plain.loss)
        return model

    _, heard = search(own, tmp_path, TRIALS, arguments(epochs=1))
    assert heard.states == ["finished"] * TRIALS and prepared == []
