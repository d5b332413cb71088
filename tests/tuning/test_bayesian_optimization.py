"""Bayesian optimization by name, and what every sampler that learns is to know before it chooses."""

import keras_tuner
import numpy as np
import optuna
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern

from dlref.tuning import BayesianOptimization, RandomSearch, Search
from dlref.tuning.samplers.factory import make_sampler
from dlref.tuning.samplers.gaussian_process import GaussianProcessSampler
from tests.errors.hostile import refuses
from tests.tuning.studies import finished, make, numbers, space

SPACE = {"x": ("Float", 0.0, 1.0), "y": ("Float", 0.0, 1.0)}


def valley(values):
    """0 at its bottom."""
    return (values["x"] - 0.7) ** 2 + (values["y"] - 0.2) ** 2


class Valley(keras_tuner.HyperModel):
    """Instead of training."""


def found(maker, directory, trials=16, **options):
    """The lowest value that a search finds, and what was drawn."""

    class Tuner(maker):
        def run_trial(self, trial, **kwargs):
            return valley(trial.hyperparameters)

    tuner = Tuner(
        objective="val_loss",
        max_trials=trials,
        directory=directory,
        hyperparameters=space(**SPACE),
        **options,
    )
    tuner.search(verbose=0)
    drawn = [trial.hyperparameters.values for trial in tuner.oracle.read()]
    return min(map(valley, drawn)), drawn


def test_it_finds_what_random_search_does_not(tmp_path):
    """16 trials; the medians of five seeds are 0.001 and 0.034."""
    best = {}
    for maker in (BayesianOptimization, RandomSearch):
        lowest = [found(maker, tmp_path / f"{maker.__name__}{s}", seed=s)[0] for s in range(5)]
        best[maker] = np.median(lowest)
    assert best[BayesianOptimization] < 0.2 * best[RandomSearch]


def test_a_search_can_be_repeated(tmp_path):
    first = found(BayesianOptimization, tmp_path / "a", seed=3)
    assert found(BayesianOptimization, tmp_path / "b", seed=3) == first
    assert found(BayesianOptimization, tmp_path / "c", seed=4) != first


@pytest.mark.parametrize("trials", [5, 8, 10, 16, 20, 64])
@pytest.mark.parametrize("sampler", ["tpe", "nsga2", "gaussian process"])
def test_few_are_drawn_before_the_first_result(tmp_path, trials, sampler):
    """At most a quarter, also by several workers; with the first result they go on."""
    chosen = GaussianProcessSampler() if sampler == "gaussian process" else sampler
    if sampler == "gaussian process":
        chosen.initial_points = max(1, trials // 5)
    options = {"sampler": chosen, "max_trials": trials, "hyperparameters": space(**SPACE)}
    first, second = (make(tmp_path, **options) for _ in range(2))
    early = numbers(first.claim(100)) + numbers(second.claim(100))
    assert 1 <= len(early) <= trials / 4
    assert not second.claim(100) and second.waiting()
    first.finish([finished(0)])
    assert len(second.claim(3)) == 3


def test_what_learns_knows_most_results(tmp_path):
    """Of ten trials two are drawn at first, then four at a time."""
    seen = []

    class Watching(optuna.samplers.RandomSampler):
        def sample_independent(self, study, trial, name, kind):
            if name == "x":
                seen.append(len(study.get_trials(states=[optuna.trial.TrialState.COMPLETE])))
            return super().sample_independent(study, trial, name, kind)

    found(Search, tmp_path, 10, sampler=Watching(), seed=0)
    assert seen == [0] * 2 + [2] * 4 + [6] * 4


@pytest.mark.parametrize("sampler", ["qmc", "grid", optuna.samplers.RandomSampler(0)])
def test_what_needs_no_results_is_claimed_at_once(tmp_path, sampler):
    study = make(tmp_path, sampler=sampler, max_trials=100, hyperparameters=space(**SPACE))
    assert len(study.claim(256)) == 100


def test_tpe_has_a_model_after_the_first_trials():
    """Optuna's own would draw ten at random, all of a search of ten trials."""
    assert [make_sampler("tpe", 0, n, [])._n_startup_trials for n in (5, 10, 20, 500)] == [
        1,
        2,
        4,
        10,
    ]


def test_the_first_points_are_random_and_drawn_together(tmp_path):
    study = make(
        tmp_path, sampler=GaussianProcessSampler(7), max_trials=20, hyperparameters=space(**SPACE)
    )
    assert len(study.claim(100)) == 7


def study_of(values, scores, direction="minimize"):
    study = optuna.create_study(direction=direction)
    kinds = {"x": optuna.distributions.FloatDistribution(0, 1)}
    for value, score in zip(values, scores, strict=True):
        study.add_trial(
            optuna.trial.create_trial(params={"x": value}, distributions=kinds, value=score)
        )
    return study


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
@pytest.mark.parametrize("beta", [0.0, 2.6, 50.0])
def test_it_tries_the_lowest_bound(direction, beta):
    """Computed again by scikit-learn, on a fine grid."""
    x, y = np.array([0.1, 0.4, 0.6, 0.95]), np.array([3.0, 1.0, 1.5, 4.0])
    kernel = Matern(length_scale_bounds=(0.05, 10.0), nu=2.5)
    process = GaussianProcessRegressor(kernel, alpha=1e-4, n_restarts_optimizer=20, random_state=1)
    sign = 1 if direction == "minimize" else -1
    process.fit(x[:, None], (y - y.mean()) / y.std())
    grid = np.linspace(0, 1, 2001)
    mean, deviation = process.predict(grid[:, None], return_std=True)
    expected = grid[np.argmin(mean - beta * deviation)]
    study = study_of(x, sign * y, direction)
    sampler = GaussianProcessSampler(2, beta=beta, seed=0)
    trial = study.trials[0]
    kinds = sampler.infer_relative_search_space(study, trial)
    chosen = sampler.sample_relative(study, trial, kinds)["x"]
    assert chosen == pytest.approx(expected, abs=0.02)


def test_alpha_is_the_noise():
    """Two results of one place that contradict each other: with much noise there may be a better one beside them."""
    x, y = np.array([[0.5], [0.5], [0.0]]), np.array([-1.0, 1.0, 0.0])
    deviations = [
        GaussianProcessSampler(alpha=alpha)._process(3, x, y).predict(x[:1], return_std=True)[1]
        for alpha in (1e-4, 0.01, 1.0)
    ]
    assert deviations[0] < 0.02 < deviations[1] < 0.1 < deviations[2]


def test_a_batch_spreads(tmp_path):
    """What is running counts as worse than expected, so that four trials that are drawn together differ."""
    study = make(
        tmp_path,
        sampler=GaussianProcessSampler(2, seed=0),
        max_trials=20,
        hyperparameters=space(**SPACE),
    )
    first = study.claim(2)
    study.finish(
        [finished(n, valley(t.hyperparameters)) for n, t in zip((0, 1), first, strict=True)]
    )
    drawn = [tuple(trial.hyperparameters.values.values()) for trial in study.claim(4)]
    distances = [np.hypot(*np.subtract(a, b)) for i, a in enumerate(drawn) for b in drawn[:i]]
    assert min(distances) > 0.05


def test_every_kind_of_hyperparameter_and_conditions(tmp_path):
    """The values lie in the space, at whole steps; nothing is tried twice while there is something else."""
    study = make(tmp_path, sampler=GaussianProcessSampler(4, seed=0), max_trials=24)
    drawn = []
    while trials := study.claim(4):
        for trial in trials:
            hp = trial.hyperparameters
            drawn.append(dict(hp.values))
            assert ("nesterov" in hp.values) == (hp["optimizer"] == "sgd")
            for each in hp.space:
                if each.name in hp.values and each.name not in (
                    "learning_rate",
                    "one_minus_momentum",
                ):
                    assert hp[each.name] in each.values or each.name == "units"
        study.finish([finished(n, n % 7) for n in numbers(trials)])
    assert len(drawn) == 24
    assert all(
        1e-4 <= values["learning_rate"] <= 1 and 50 <= values["units"] <= 100 for values in drawn
    )


def test_a_small_space_is_tried_whole(tmp_path):
    kinds = {"x": ("Choice", ["a", "b", "c"]), "y": ("Int", 1, 3)}
    study = make(
        tmp_path,
        sampler=GaussianProcessSampler(2, seed=0),
        max_trials=9,
        hyperparameters=space(**kinds),
    )
    drawn = set()
    while trials := study.claim(1):
        drawn |= {tuple(trial.hyperparameters.values.values()) for trial in trials}
        study.finish([finished(n, n) for n in numbers(trials)])
    assert len(drawn) >= 8  # the first two may be the same


@pytest.mark.parametrize(
    ("argument", "values"),
    {
        "num_initial_points": [0, -1, 2.0, "3", True],
        "alpha": [0.0, -1.0, "1", True, float("nan")],
        "beta": [-0.1, "1", None, float("nan")],
    }.items(),
)
def test_wrong_arguments(tmp_path, argument, values):
    for value in values:
        given = {argument: value, "directory": tmp_path}
        refuses(
            "BayesianOptimization",
            argument,
            lambda g=given: BayesianOptimization(Valley(), "val_loss", **g),
        )
    assert not list(tmp_path.iterdir())


def test_it_takes_one_objective():
    with pytest.raises(ValueError, match="BayesianOptimization: `objective` must be one. Received"):
        BayesianOptimization(Valley(), ["val_loss", "loss"])
