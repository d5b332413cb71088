"""The searches and pruners that the command knows by name."""

import keras_tuner
import pytest
from optuna.pruners import BasePruner
from optuna.samplers import BaseSampler

from dlref.tuning.errors import SweepError
from dlref.tuning.samplers import factory
from dlref_cli import options
from tests.tuning.studies import finished, make, numbers


def space():
    hp = keras_tuner.HyperParameters()
    hp.Float("rate", 1e-4, 1.0, sampling="log")
    hp.Int("units", 50, 100)
    hp.Int("batch", 32, 256, step=2, sampling="log")
    hp.Choice("activation", ["relu", "tanh"])
    hp.Fixed("layers", 2)
    return hp.space


def test_the_command_has_the_same_words():
    assert (options.SEARCHES, options.PRUNERS) == (
        (*factory.SEARCHES, factory.POPULATION_BASED),
        factory.PRUNERS,
    )


@pytest.mark.parametrize("name", factory.OPTUNAS)
def test_every_name_is_a_sampler(name):
    assert isinstance(factory.make_sampler(name, 0, 50, space()), BaseSampler)


@pytest.mark.parametrize("name", factory.PRUNERS)
def test_every_name_is_a_pruner(name):
    pruner = factory.make_pruner(name, epochs=10)
    assert pruner is None if name == "none" else isinstance(pruner, BasePruner)


@pytest.mark.parametrize("name", ["random", "coarse-to-fine", "tpe", "qmc", "nsga2", "grid"])
def test_a_name_draws_what_the_sampler_draws(tmp_path, name):
    """On several workers, with a seed that only the storage knows."""
    hp = keras_tuner.HyperParameters()
    hp.merge(space())
    options = {"hyperparameters": hp, "max_trials": 24, "seed": None}
    if name in factory.OWN:
        sampler = factory.OWN[name]()
    else:
        sampler = factory.make_sampler(name, 7, 24, space())
    drawn = []
    for directory, chosen in (("name", name), ("object", sampler)):
        workers = [make(tmp_path, directory, sampler=chosen, **options) for _ in range(2)]
        workers[0].seed = 7
        drawn.append([])
        for turn in range(8):
            trials = workers[turn % 2].claim(3)
            drawn[-1] += [trial.hyperparameters.values for trial in trials]
            workers[turn % 2].finish([finished(n, n % 5) for n in numbers(trials)])
    assert drawn[0] == drawn[1] and len(drawn[0]) > 15


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(factory.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        SweepError, match="the search gp needs the package torch: pip install torch"
    ):
        factory.check("gp", "none", objectives=1)
    factory.check("tpe", "none", objectives=1)


@pytest.mark.parametrize(
    ("search", "pruner", "message"),
    [
        ("coarse-to-fine", "none", "the search coarse-to-fine takes one objective. Received: 2"),
        ("tpe", "median", "the pruner median takes one objective. Received: 2"),
    ],
)
def test_what_takes_one_objective(search, pruner, message):
    with pytest.raises(SweepError, match=message):
        factory.check(search, pruner, objectives=2)
    factory.check(search, pruner, objectives=1)


def test_a_grid_is_even_on_each_scale_and_as_large_as_asked_for():
    grid = factory.grid(space(), trials=54)
    assert grid == {
        "rate": [0.0001, 0.01, 1.0],
        "units": [50, 75, 100],
        "batch": [32, 128, 256],
        "activation": ["relu", "tanh"],
    }


@pytest.mark.parametrize("trials", [1, 2, 3, 7, 100, 10_000])
def test_a_grid_is_never_larger_than_asked_for(trials):
    points = 1
    for values in factory.grid(space(), trials).values():
        assert len(values) == len(set(values))
        points *= len(values)
    assert points <= trials


def test_a_grid_of_conditional_hyperparameters_is_refused():
    hp = keras_tuner.HyperParameters()
    hp.Choice("optimizer", ["sgd", "adam"])
    with hp.conditional_scope("optimizer", ["sgd"]):
        hp.Float("momentum", 0.0, 1.0)
    with pytest.raises(SweepError, match="momentum depends on another"):
        factory.grid(hp.space, 10)
