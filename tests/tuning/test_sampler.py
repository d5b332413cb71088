"""What trial k is run with: the same on any worker, in any order, after any crash."""

import math
import warnings

import keras_tuner
import numpy as np
import optuna
import pytest
from scipy.stats import kstest

from dlref.tuning.samplers.distributions import combinations, distribution, size
from dlref.tuning.samplers.sampler import CoarseToFineSampler, RandomSampler
from dlref.tuning.samplers.zoom import find_zooms, narrow
from dlref.tuning.study import Result
from dlref.tuning.trials.load_sweep import load
from tests.tuning.studies import finished, lecture_space, make, numbers, space

SAMPLERS = {
    "tpe": optuna.samplers.TPESampler,
    "cmaes": optuna.samplers.CmaEsSampler,
    "qmc": optuna.samplers.QMCSampler,
    "nsga2": optuna.samplers.NSGAIISampler,
    "random": optuna.samplers.RandomSampler,
}
NUMBERS = {
    "x": ("Float", 0.0, 1.0),
    "n": ("Int", 1, 100),
    "rate": ("Float", 1e-4, 1.0, None, "log"),
}


def sampler(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return SAMPLERS[name](seed=0)


def draw(seed, number, names=("a", "b")):
    hp = space(**dict.fromkeys(names, ("Float", 0.0, 1.0)))
    return RandomSampler().draw(seed, number, hp.space)


def raw(trials):
    return [trial.hyperparameters.values for trial in trials]


def test_values_depend_on_seed_trial_and_name_alone():
    assert draw(0, 3) == draw(0, 3)
    assert draw(0, 3)["b"] == draw(0, 3, names=("b", "c"))["b"]
    assert make("/", "x").populate_space("07") == make("/", "x").populate_space("7")


def test_draws_are_uniform_and_seeds_share_nothing():
    drawn = [v for seed in (0, 1, 2) for k in range(300) for v in draw(seed, k).values()]
    assert len(set(drawn)) == len(drawn) == 1800
    assert kstest(drawn, "uniform").pvalue > 1e-6


def test_claims_of_any_size_and_worker_give_the_same_values(tmp_path):
    whole = raw(make(tmp_path, "whole").claim(30))
    workers = [make(tmp_path, "parts") for _ in range(3)]
    parts = [t for i, count in enumerate((1, 7, 2, 12, 8)) for t in workers[i % 3].claim(count)]
    assert numbers(parts) == list(range(30))
    assert raw(parts) == whole
    assert all(("nesterov" in values) == (values["optimizer"] == "sgd") for values in whole)


def test_a_small_space_is_used_up_in_the_same_order_by_anyone(tmp_path):
    small = space(n=("Int", 1, 10), b=("Boolean",))
    options = {"hyperparameters": small, "max_trials": 30}
    whole = make(tmp_path, "whole", **options)
    trials = whole.claim(30)
    assert sorted((v["n"], v["b"]) for v in raw(trials)) == [
        (n, b) for n in range(1, 11) for b in (False, True)
    ]
    assert not whole.claim(1) and not whole.waiting()
    workers = [make(tmp_path, "parts", **options) for _ in range(2)]
    parts = [t for i in range(7) for t in workers[i % 2].claim(3)]
    assert raw(parts) == raw(trials)


def test_a_conditional_space_is_used_up():
    hp = keras_tuner.HyperParameters()
    hp.Choice("kind", ["a", "b"])
    with hp.conditional_scope("kind", ["b"]):
        hp.Int("n", 1, 3)
    assert list(combinations(hp.space)) == [{"kind": "a"}] + [
        {"kind": "b", "n": n} for n in (1, 2, 3)
    ]
    found = RandomSampler().sample(0, range(10), hp.space, lambda first: [])
    assert len(found) == 4
    assert size(hp.space) == 6


@pytest.mark.parametrize(
    "hp",
    [
        *lecture_space().space,
        *space(a=("Float", 0.1, 1.0, 0.3), b=("Float", 0.001, 10, 10, "log")).space,
        *space(c=("Int", 1, 10, 4), d=("Int", 1, 1000, None, "log"), e=("Int", 5, 5)).space,
        *space(f=("Choice", [1.5, 2.5]), g=("Float", 1, 2, None, "reverse_log")).space,
        *space(h=("Int", 1, 1000, 10, "reverse_log")).space,
    ],
    ids=lambda hp: hp.name,
)
def test_what_is_drawn_lies_in_optunas_distribution(hp):
    kind = distribution(hp)
    for number in range(50):
        value = hp.random_sample(number)
        if kind is not None:
            assert kind._contains(kind.to_internal_repr(value))
            assert kind.to_external_repr(kind.to_internal_repr(value)) == pytest.approx(value)


def valley(values):
    """Smallest at a learning rate of 0.01 and 70 units."""
    return (math.log10(values["learning_rate"]) + 2) ** 2 + ((values["units"] - 70) / 50) ** 2


def run(study, count, score=valley):
    trials = study.claim(count)
    study.finish([finished(n, score(v)) for n, v in zip(numbers(trials), raw(trials), strict=True)])
    return raw(trials)


def test_coarse_to_fine_zooms_into_the_valley(tmp_path):
    study = make(tmp_path, max_trials=80, sampler=CoarseToFineSampler())
    coarse = run(study, 100)
    assert len(coarse) == 40 and study.zooms == []
    assert coarse == raw(make(tmp_path, "random").claim(40))
    fine = run(study, 100)
    assert len(fine) == 40 and not study.claim(1)
    zooms = {zoom["name"]: zoom for zoom in study.zooms}
    low, high = zooms["learning_rate"]["new"]
    assert 1e-4 < low < 0.01 < high < 1.0 and high / low < 1000
    assert zooms["learning_rate"]["scale"] == "log"
    assert zooms["learning_rate"]["why"].startswith("the best 8 of 40 trials have ")
    assert all(low <= values["learning_rate"] <= high for values in fine)
    assert np.mean([valley(v) for v in fine]) < np.mean([valley(v) for v in coarse]) / 2
    assert load(tmp_path / "study").zooms == study.zooms


def test_every_worker_zooms_into_the_same_region(tmp_path):
    alone = make(tmp_path, "alone", max_trials=40, sampler=CoarseToFineSampler())
    values = [v for _ in range(2) for v in run(alone, 40)]
    first, second = (
        make(tmp_path, "both", max_trials=40, sampler=CoarseToFineSampler()) for _ in range(2)
    )
    run(first, 12)
    trials = second.claim(40)
    assert numbers(trials) == list(range(12, 20))
    assert not first.claim(40) and first.waiting()  # the coarse stage is not complete
    second.finish([finished(n, valley(values[n])) for n in numbers(trials)])
    found = [v for _ in range(5) for v in (*run(first, 2), *run(second, 2))]
    assert found == values[20:]


@pytest.mark.parametrize("scores", [[], [1.0, 2.0]])
def test_too_few_finished_trials_leave_the_space_as_it_is(tmp_path, scores):
    study = make(tmp_path, max_trials=20, sampler=CoarseToFineSampler())
    study.claim(20)
    study.finish([finished(number, score) for number, score in enumerate(scores)])
    bad = range(len(scores), 10)
    study.finish([Result(n, "diverged", {}, {}, None, "diverged: loss was nan") for n in bad])
    assert raw(study.claim(20)) == raw(make(tmp_path, "random").claim(20))[10:]
    assert study.zooms == []


def test_zooms_keep_grids_choices_and_conditions():
    hp = lecture_space()
    values = {"learning_rate": 0.01, "one_minus_momentum": 0.01, "shuffle": True, "epochs": 10}
    sgd = {"optimizer": "sgd", "nesterov": 0.5, "batch_size": 64}
    ranked = [values | sgd | {"units": units} for units in (60, 62, 64)]
    ranked += [values | {"optimizer": "adam", "units": 100, "batch_size": 32}] * 10
    zooms = {zoom["name"]: zoom for zoom in find_zooms(ranked, 3, hp.space)}
    assert zooms["optimizer"]["new"] == ["sgd"] and zooms["shuffle"]["new"] == [True]
    assert zooms["one_minus_momentum"]["scale"] == "1 - beta"
    assert "0.99...0.99" in zooms["one_minus_momentum"]["why"]
    assert zooms["batch_size"]["new"] == [64, 64] and zooms["nesterov"]["new"] == [0.5, 0.5]
    assert 55 < zooms["units"]["new"][0] < 60 and 64 < zooms["units"]["new"][1] < 69
    assert "epochs" not in zooms
    for number in range(50):
        narrowed = narrow(hp.space, list(zooms.values()))
        drawn = RandomSampler().draw(0, number, narrowed)
        assert (drawn["optimizer"], drawn["nesterov"], drawn["batch_size"]) == ("sgd", 0.5, 64)
        assert 55 < drawn["units"] < 69 and drawn["shuffle"] is True


@pytest.mark.parametrize("share", [0, 1, -1, "half", float("nan")])
def test_a_wrong_share(share):
    with pytest.raises((ValueError, TypeError), match="CoarseToFineSampler: `coarse` must be"):
        CoarseToFineSampler(coarse=share)


@pytest.mark.parametrize("name", SAMPLERS)
def test_optunas_samplers(tmp_path, name):
    study = make(tmp_path, sampler=sampler(name), hyperparameters=space(**NUMBERS))
    values = [v for count in (5, 1, 9, 15) for v in run(study, count, lambda v: v["x"])]
    assert len({v["x"] for v in values}) > 25
    assert all(0 <= v["x"] <= 1 and 1 <= v["n"] <= 100 and 1e-4 <= v["rate"] <= 1 for v in values)
    assert len(load(tmp_path / "study").best) == 30


@pytest.mark.parametrize("name", ["tpe", "nsga2", "qmc", "random"])
def test_optunas_samplers_go_on_where_they_were(tmp_path, name):
    def go_on(directory, restart):
        study = make(tmp_path, directory, sampler=sampler(name), hyperparameters=space(**NUMBERS))
        for _ in range(12):
            run(study, 2, lambda v: v["x"])
            if restart:
                study.close()
                study = make(
                    tmp_path, directory, sampler=sampler(name), hyperparameters=space(**NUMBERS)
                )
        return raw(study.read())

    assert go_on("whole", restart=False) == go_on("parts", restart=True)


def test_tpe_finds_the_valley_with_conditions(tmp_path):
    study = make(tmp_path, sampler=sampler("tpe"))
    values = [v for _ in range(10) for v in run(study, 6)]
    assert np.mean([valley(v) for v in values[40:]]) < np.mean([valley(v) for v in values[:20]]) / 2
    assert all(("nesterov" in v) == (v["optimizer"] == "sgd") for v in values)


def test_two_workers_with_one_sampler(tmp_path):
    workers = [make(tmp_path, sampler=sampler("tpe")) for _ in range(2)]
    for _ in range(5):
        claimed = [worker.claim(3) for worker in workers]
        assert not set(numbers(claimed[0])) & set(numbers(claimed[1]))
        for worker, trials in zip(workers, claimed, strict=True):
            worker.finish([finished(n) for n in numbers(trials)])
    assert len({str(v) for v in raw(workers[0].read())}) == 30


def test_values_that_a_dead_worker_did_not_get_are_found(tmp_path, monkeypatch):
    study = make(tmp_path, sampler=sampler("tpe"))
    with monkeypatch.context() as patch:
        patch.setattr("dlref.tuning.study.ask", lambda *arguments: None)
        study.claim(2)
    study.close()
    again = make(tmp_path, sampler=sampler("tpe")).claim(2)
    assert numbers(again) == [0, 1] and all(raw(again))
    drawn = make(tmp_path, "other")
    assert all(drawn.claim(1)[0].hyperparameters.values)


def test_a_pruner_stops_what_falls_behind(tmp_path):
    pruner = optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=1)
    study, other = make(tmp_path, pruner=pruner), make(tmp_path, pruner=pruner)
    study.claim(5)
    study.finish([finished(n, curves={"val_loss": [3.0, 2.0, 1.0]}) for n in range(5)])
    other.claim(2)
    assert other.report({5: [9.0], 6: [9.0]}) == set()
    assert other.report({5: [9.0, 9.0], 6: [9.0, 1.0]}) == {5}
    other.finish([Result(5, "pruned", {"val_loss": [9.0, 9.0]}, {}, None), finished(6)])
    pruned = load(tmp_path / "study").trials[5]
    assert (pruned.status, pruned.score) == ("pruned", None)
    assert [t.status for t in other.read()][5:] == ["STOPPED", "COMPLETED"]


def test_successive_halving_sees_the_rungs_of_other_workers(tmp_path):
    pruner = optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=2)
    study, other = make(tmp_path, pruner=pruner), make(tmp_path, pruner=pruner)
    study.claim(3)
    other.claim(1)
    assert study.report({number: [9.0, number] for number in range(3)}) == {1, 2}
    assert other.report({3: [9.0, 1.5]}) == {3}  # it would be the best of its own worker


def test_what_is_stored_is_never_unpickled(tmp_path):
    study = make(tmp_path, sampler=sampler("cmaes"), hyperparameters=space(**NUMBERS))
    for _ in range(6):
        run(study, 2, lambda v: v["x"])
    rows = study.rows()
    assert not any(key.startswith("cma") for row in rows for key in row.attrs["notes"])


def test_a_grid_and_brute_force_end_when_they_are_used_up(tmp_path):
    small = space(n=("Int", 1, 3), b=("Boolean",))
    grid = optuna.samplers.GridSampler({"n": [1, 3], "b": [False, True]}, seed=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        force = optuna.samplers.BruteForceSampler(seed=0)
    for name, chosen, count in (("grid", grid, 4), ("force", force, 6)):
        study = make(tmp_path, name, sampler=chosen, hyperparameters=small)
        values = [v for _ in range(4) for v in run(study, 3, lambda v: v["n"])]
        assert len(values) == len({str(v) for v in values}) == count
        assert not study.claim(1) and not study.waiting()


def test_constraints_of_a_users_sampler_see_the_metrics(tmp_path):
    seen = []

    def constraints(trial):
        seen.append((trial.number, trial.user_attrs["metrics"]["val_loss"]))
        return [trial.user_attrs["metrics"]["val_loss"] - 5]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        chosen = optuna.samplers.TPESampler(seed=0, constraints_func=constraints)
    study = make(tmp_path, sampler=chosen, hyperparameters=space(**NUMBERS))
    for _ in range(3):
        run(study, 4, lambda v: v["n"])
    assert [number for number, _ in seen] == list(range(8))


def test_numbers_of_numpy_are_numbers(tmp_path):
    hp = space(n=("Choice", [1, 2, 3]), x=("Float", np.float32(0.0), np.float32(1.0)))
    study = make(tmp_path, hyperparameters=hp)
    (trial,) = study.claim(1)
    trial.hyperparameters.values["n"] = np.int64(2)
    study.finish([finished(0, np.float32(0.5), curves={"val_loss": np.array([0.5], "float32")})])
    assert load(tmp_path / "study").trials[0].raw["n"] == 2
