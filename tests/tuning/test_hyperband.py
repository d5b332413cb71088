"""Hyperband: keras-tuner's brackets, trained in populations, each trial as far as its rungs keep it."""

import itertools
import signal
import subprocess
import sys

import keras
import keras_tuner
import numpy as np
import pytest

from dlref.tuning import Hyperband
from dlref.tuning.populations.training import compaction
from dlref.tuning.samplers.brackets import Brackets, RungPruner
from dlref.tuning.study import Result
from tests.errors.hostile import refuses
from tests.populations.searching import arguments, evaluated, fit, network, tolerance
from tests.processes import ENVIRONMENT, ROOT
from tests.tuning.hyperband_search import PLAN, Counting, build, search
from tests.tuning.studies import make, numbers

BRACKETS = {2: (0, 9), 1: (9, 5), 0: (14, 3)}


def curves(heard, name="val_loss"):
    return {n: result.curves[name] for n, result in sorted(heard.results.items())}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A search that nothing disturbs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compaction, "RECOMPILATION", -1.0)  # what has ended leaves the program
        return search(tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize(("max_epochs", "factor"), [
    *itertools.product([1, 2, 3, 9, 10, 27, 50, 81, 100, 243], [2, 3, 4]), (1000, 10), (5, 7)
])  # fmt: skip
def test_trials_and_epochs_are_keras_tuners(max_epochs, factor):
    oracle = keras_tuner.oracles.HyperbandOracle("val_loss", max_epochs=max_epochs, factor=factor)
    plan = Brackets(max_epochs, factor)
    assert plan.count == oracle._get_num_brackets()
    for bracket in range(plan.count):
        rounds = oracle._get_num_rounds(bracket)
        theirs = [
            (oracle._get_size(bracket, r), oracle._get_epochs(bracket, r)) for r in range(rounds)
        ]
        rungs = plan.rungs(bracket)
        sizes = [plan.size(bracket, 0), *[keep for _, keep in rungs]]
        assert list(zip(sizes, [*[e for e, _ in rungs], max_epochs], strict=True)) == theirs
    assert [bracket for bracket, _ in plan.iteration] == [*reversed(range(plan.count))]


def test_each_rung_keeps_the_best(whole):
    """Computed again from the curves: the best by then go on, all others end at that epoch."""
    _, heard = whole
    found = curves(heard)
    for bracket, (first, size) in BRACKETS.items():
        alive = list(range(first, first + size))
        for epoch, keep in Brackets(**PLAN).rungs(bracket):
            best = sorted(alive, key=lambda n: min(found[n][:epoch]))[:keep]
            for number in set(alive) - set(best):
                assert len(found[number]) == epoch
                assert heard.results[number].state == "pruned"
                assert heard.results[number].message == f"pruned: after epoch {epoch}"
            alive = best
        assert all(len(found[n]) == 9 and heard.results[n].state == "finished" for n in alive)


def test_nothing_is_trained_twice_and_what_a_rung_drops_costs_nothing_more(whole):
    _, heard = whole
    assert len(heard.populations) == 2  # one for each activation, of all brackets
    expected = [(n, e) for n, curve in curves(heard).items() for e in range(1, len(curve) + 1)]
    assert heard.trained == expected
    assert len(expected) == (9 * 1 + 3 * 2 + 1 * 6) + (5 * 3 + 2 * 6) + 3 * 9


def test_a_member_that_reached_an_epoch_equals_a_fit_of_so_many(whole):
    tuner, heard = whole
    longest = sorted(heard.results, key=lambda n: (n not in range(9), -len(curves(heard)[n])))
    for number in (*longest[:3], 8 if 8 not in longest[:3] else 7, 12):
        result = heard.results[number]
        expected = fit(build, tuner, number, epochs=len(result.curves["loss"]))
        for name, curve in expected.items():
            assert result.curves[name] == pytest.approx(curve, rel=tolerance()), (number, name)


def test_the_best_and_its_model(whole):
    tuner, heard = whole
    done = [result for result in heard.results.values() if result.state == "finished"]
    best = tuner.oracle.get_best_trials(99)
    assert len(best) == len(done) == 6
    assert best[0].score == min(result.metrics["val_loss"] for result in done)
    model = tuner.get_best_models(1)[0]
    assert evaluated(model)[0] == pytest.approx(best[0].score, rel=1e-4)


def test_a_trial_is_replayed_as_far_as_it_came(whole):
    tuner, heard = whole
    number = next(n for n, result in heard.results.items() if len(result.curves["loss"]) == 3)
    model, result = tuner.replay(number, **arguments(shuffle=False))
    assert result.curves["val_loss"] == pytest.approx(curves(heard)[number], rel=tolerance())
    assert model is not None


def stored(tuner):
    return {row.number: row.attrs["curves"]["val_loss"] for row in tuner.oracle.rows()}


def same(found, expected):
    assert found.keys() == expected.keys()
    for number, curve in expected.items():
        assert found[number] == pytest.approx(curve, rel=10 * tolerance()), number


def test_kill_9_in_the_middle_of_a_rung_loses_nothing(tmp_path, whole):
    """The process kills itself; this one goes on and ends as if nothing had happened.

    One population is at epoch 4, between two rungs, and the other one waits at epoch 3.
    """
    words = [sys.executable, "-m", "tests.tuning.hyperband_search", str(tmp_path), "7"]
    ended = subprocess.run(words, env=ENVIRONMENT, cwd=ROOT, capture_output=True, timeout=300)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()[-2000:]
    tuner, heard = search(tmp_path)
    same(stored(tuner), curves(whole[1]))
    assert max(heard.trained.count(each) for each in heard.trained) == 1
    assert min(epoch for _, epoch in heard.trained) > 1
    assert not list((tmp_path / "untitled_project" / "checkpoints").iterdir())


def test_an_interrupted_search_goes_on(tmp_path, whole):
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search(tmp_path, heard=Counting(4, interrupt))
    tuner, _ = search(tmp_path)
    same(stored(tuner), curves(whole[1]))


def test_small_populations_wait_for_each_other(tmp_path, whole):
    """Four trials at a time: none is decided on before its bracket has come to the rung."""
    _, heard = search(tmp_path, max_population=4)
    same(curves(heard), curves(whole[1]))
    assert max(heard.trained.count(each) for each in heard.trained) == 1


def half_eagerly(hp):
    """Half of the trials are trained alone."""
    model = build(hp)
    model.run_eagerly = hp["activation"] == "tanh"
    return model


@pytest.mark.filterwarnings("ignore:Skipping variable loading for optimizer")
def test_trials_that_are_trained_alone_climb_the_same_rungs(tmp_path):
    tuner, heard = search(tmp_path, half_eagerly, max_epochs=4, factor=4)
    assert sorted(map(len, curves(heard).values())) == [1, 1, 1, 4, 4, 4]
    alone = [n for n, result in heard.results.items() if not result.population]
    assert 2 <= len(alone) <= 4
    for number in alone:
        result = heard.results[number]
        expected = fit(build, tuner, number, epochs=len(result.curves["loss"]))
        assert result.curves["loss"] == pytest.approx(expected["loss"], rel=tolerance())
    for trial in tuner.oracle.get_best_trials(9):
        assert evaluated(tuner.load_model(trial))[0] == pytest.approx(trial.score, rel=1e-4)
    pruned = [n for n in alone if heard.results[n].state == "pruned"]
    for number in pruned[:1]:
        assert len(tuner.replay(number, **arguments(shuffle=False))[1].curves["loss"]) == 1


def test_a_run_trial_of_the_users_may_return_a_number(tmp_path):
    seen = []

    class Own(Hyperband):
        def run_trial(self, trial, *args, epochs, **kwargs):
            seen.append((int(trial.trial_id), epochs))
            return trial.hyperparameters["learning_rate"] / epochs

    tuner = Own(build, "val_loss", **PLAN, seed=0, directory=tmp_path)
    tuner.search(verbose=0)
    done = tuner.oracle.get_best_trials(99)
    assert len(done) == 6 and {trial.status for trial in tuner.oracle.read()} == {
        "COMPLETED",
        "STOPPED",
    }
    assert sorted(epochs for _, epochs in seen) == [1] * 9 + [3] * (3 + 5) + [9] * (1 + 2 + 3)


def test_early_stopping_and_divergence(tmp_path):
    """What has stopped by itself keeps its place; what diverged has none."""

    def diverging(hp):
        rate = hp.Choice("learning_rate", [1e-9, 0.03, 0.1, 1e25])
        hp.Float("nothing", 0.0, 1.0)
        return network(keras.layers.Dense(4), optimizer=keras.optimizers.SGD(rate))

    stop = keras.callbacks.EarlyStopping("val_loss", min_delta=1e-3, patience=1)
    tuner, heard = search(tmp_path, diverging, fit={"callbacks": [stop]})
    rates = {n: tuner.oracle.load(n).hyperparameters["learning_rate"] for n in heard.results}
    assert len(heard.results) == 17
    for number, result in heard.results.items():
        assert (result.state == "diverged") == (rates[number] == 1e25)
    stopped = [
        r for r in heard.results.values() if r.state == "finished" and len(r.curves["loss"]) < 9
    ]
    assert stopped and {len(result.curves["loss"]) for result in stopped} == {2}


def test_executions_of_a_trial_end_together(tmp_path):
    _, heard = search(tmp_path, max_epochs=4, factor=2, executions_per_trial=2)
    assert sorted(map(len, curves(heard).values())) == [1, 1, 2, 2, 4, 4, 4, 4, 4, 4]


def test_a_small_space_is_searched_whole(tmp_path):
    """A bracket that can not be filled does not wait for more."""

    def small(hp):
        optimizer = keras.optimizers.SGD(hp.Choice("learning_rate", [0.001, 0.01, 0.1]))
        return network(
            keras.layers.Dense(3, hp.Choice("activation", ["relu", "tanh"])), optimizer=optimizer
        )

    _, heard = search(tmp_path, small)
    assert sorted(map(len, curves(heard).values())) == [1, 1, 1, 3, 3, 9]


def test_iterations_follow_each_other(tmp_path):
    _, heard = search(tmp_path, max_epochs=2, factor=2, hyperband_iterations=2)
    assert [len(curve) for curve in curves(heard).values()].count(1) == 2 * 1
    assert len(heard.results) == 2 * (2 + 2)


@pytest.mark.parametrize("endless", [None, 0])
def test_iterations_without_end(tmp_path, endless):
    def small(hp):
        return network(
            optimizer=keras.optimizers.SGD(hp.Choice("learning_rate", [0.001, 0.01, 0.1]))
        )

    _, heard = search(tmp_path, small, max_epochs=2, factor=2, hyperband_iterations=endless)
    assert len(heard.results) == 3


def pruned(number, score):
    return Result(number, "pruned", {"val_loss": [score]}, {"val_loss": score}, 0)


def study(directory, **options):
    plan = Brackets(9, 3)
    return make(directory, pruner=RungPruner(plan), max_trials=plan.trials, **options)


def test_workers_wait_for_each_other_at_a_rung(tmp_path):
    """Each has half of the first bracket: what the first has trained can go on once the second is there."""
    one, other = study(tmp_path), study(tmp_path)
    mine, yours = numbers(one.claim(5)), numbers(other.claim(4))
    scores = {n: float(n) for n in (*mine, *yours)}
    assert one.report({n: [scores[n]] for n in mine}) == set()
    assert one.pruner.waiting == dict.fromkeys([*mine, *yours], 1)
    one.release(mine)
    assert numbers(one.claim(99)) == list(
        range(9, 17)
    )  # those of other brackets, no one that waits
    assert one.claim(99) == [] and one.waiting()
    assert other.report({n: [scores[n]] for n in yours}) == set(yours)  # 0, 1 and 2 are better
    other.finish([pruned(n, scores[n]) for n in yours])
    assert sorted(numbers(one.claim(99))) == sorted(mine)
    assert one.report({n: [scores[n]] for n in mine}) == {3, 4}


def test_a_decision_stands(tmp_path):
    """Whatever is stored later of what was stopped, such as the mean of its executions."""
    one = study(tmp_path)
    claimed = numbers(one.claim(9))
    out = one.report({n: [float(n)] for n in claimed})
    assert out == set(range(3, 9))
    for number in out:
        one.finish([pruned(number, -1.0)])
    assert one.report({n: [float(n)] for n in (0, 1, 2)}) == set()
    assert one.report({n: [float(n), 1.0, 1.0] for n in (0, 1, 2)}) == {1, 2}


def test_the_larger_may_be_the_better(tmp_path):
    worker = study(tmp_path, objective=keras_tuner.Objective("val_accuracy", "max"))
    claimed = numbers(worker.claim(9))
    assert worker.report({n: [float(n)] for n in claimed}) == set(range(6))


@pytest.mark.parametrize(
    ("argument", "values"),
    {
        "max_epochs": [0, -1, 2.0, "9", True, None],
        "factor": [1, 0, 2.5, "3", None],
        "hyperband_iterations": [-1, 1.5, "1", True],
    }.items(),
)
def test_wrong_arguments(tmp_path, argument, values):
    for value in values:
        given = {argument: value, "directory": tmp_path}
        refuses("Hyperband", argument, lambda g=given: Hyperband(build, "val_loss", **g))
    assert not list(tmp_path.iterdir())


def test_what_the_brackets_say_can_not_be_said_again(tmp_path):
    for name in ("max_trials", "sampler", "pruner"):
        with pytest.raises(
            TypeError, match=rf"Hyperband\(\) got an unexpected .*`{name}`, for its"
        ):
            Hyperband(build, "val_loss", **{name: None})
    with pytest.raises(ValueError, match="Hyperband: `objective` must be one. Received"):
        Hyperband(build, ["val_loss", "loss"])
    tuner = Hyperband(build, "val_loss", directory=tmp_path)
    with pytest.raises(TypeError, match="must be given by name. Received: 4 arguments"):
        tuner.search(np.ones((2, 6)), np.ones(2), 32, 5)


def test_epochs_that_are_not_used_are_told(tmp_path):
    heard = Counting()
    tuner = Hyperband(build, "val_loss", max_epochs=1, seed=0, directory=tmp_path, listener=heard)
    tuner.search(**{**arguments(shuffle=False), "epochs": 50})
    assert "epochs=50 is not used: a trial has up to max_epochs=1" in heard.notes
    assert set(map(len, curves(heard).values())) == {1}
