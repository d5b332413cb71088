"""Grid search by name: keras-tuner's combinations, in its order, trained in populations."""

import itertools

import keras
import keras_tuner
import pytest

from dlref.tuning import GridSearch
from dlref.tuning.samplers.grid import GridSampler
from tests.populations.searching import Recorder, arguments, network
from tests.tuning.studies import make, numbers


def theirs(hp, directory):
    """The combinations of keras-tuner's oracle, one after the other."""
    oracle = keras_tuner.oracles.GridSearchOracle("val_loss", hyperparameters=hp)
    oracle._set_project_dir(directory, "theirs")
    oracle._display.verbose = 0
    found = []
    while (trial := oracle.create_trial("tuner0")).status != "STOPPED":
        found.append(trial.hyperparameters.values)
        oracle.update_trial(trial.trial_id, {"val_loss": 1.0})
        trial.status = "COMPLETED"
        oracle.end_trial(trial)
    return found


def space(conditional=False):
    hp = keras_tuner.HyperParameters()
    hp.Choice("optimizer", ["sgd", "adam"], default="adam")
    hp.Int("units", 8, 32, step=8, default=16)
    hp.Float("rate", 1e-4, 1e-2, sampling="log", step=10)
    hp.Boolean("shuffle", default=True)
    hp.Fixed("layers", 2)
    if conditional:
        with hp.conditional_scope("optimizer", ["sgd"]):
            hp.Choice("momentum", [0.0, 0.9])
    return hp


@pytest.mark.parametrize("conditional", [False, True])
def test_the_combinations_are_keras_tuners(tmp_path, conditional):
    hp = space(conditional)
    drawn = GridSampler().sample(0, range(1000), hp.space, lambda first: [])
    assert len(drawn) == (72 if conditional else 48)
    assert drawn == theirs(hp, tmp_path)


def test_a_range_without_a_step_has_ten_values_and_its_default():
    hp = keras_tuner.HyperParameters()
    hp.Float("rate", 1e-4, 1.0, sampling="log")
    hp.Int("units", 1, 1000, sampling="log")
    drawn = GridSampler().sample(0, range(1000), hp.space, lambda first: [])
    for each in hp.space:
        assert {values[each.name] for values in drawn} == {each.default, *each.values}
    assert len(drawn) == 11 * 10  # the default of the units is one of the ten


def test_several_workers_share_a_grid(tmp_path):
    options = {"hyperparameters": space(True), "sampler": GridSampler(), "max_trials": None}
    workers = [make(tmp_path, **options) for _ in range(2)]
    drawn = []
    for worker in itertools.cycle(workers):
        trials = worker.claim(7)
        if not trials:
            break
        drawn += [
            (n, t.hyperparameters.values) for n, t in zip(numbers(trials), trials, strict=True)
        ]
    assert [n for n, _ in drawn] == list(range(72))
    assert [values for _, values in drawn] == GridSampler().sample(
        0, range(99), space(True).space, lambda _: []
    )


def deep(hp):
    """Each layer's units are known only of a model that has the layer."""
    units = [hp.Choice(f"units_{i}", [2, 4]) for i in range(hp.Int("layers", 1, 2))]
    layers = [keras.layers.Dense(each, activation="relu") for each in units]
    return network(*layers, optimizer=keras.optimizers.SGD(0.1))


def run(build, directory, **options):
    heard = Recorder()
    tuner = GridSearch(build, "val_loss", seed=0, directory=directory, listener=heard, **options)
    tuner.search(**arguments(epochs=1))
    return [trial.hyperparameters.values for trial in tuner.oracle.read()], heard


def test_what_only_some_models_declare_is_combined_too(tmp_path):
    """And nothing is trained twice: with one layer the units of a second one do not matter."""
    drawn, heard = run(deep, tmp_path)
    found = sorted(
        tuple(values.get(name, 0) for name in ("layers", "units_0", "units_1")) for values in drawn
    )
    assert found == [(1, 2, 0), (1, 4, 0), *[(2, a, b) for a in (2, 4) for b in (2, 4)]]
    assert heard.states == ["finished"] * 6


def test_max_trials_ends_it_and_more_trials_go_on(tmp_path):
    assert len(run(deep, tmp_path, max_trials=3)[0]) == 3
    assert len(run(deep, tmp_path)[0]) == 6
    assert len(run(deep, tmp_path)[0]) == 6
