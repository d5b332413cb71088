"""Trials are claimed, end, are taken over and are looked up; whatever happens, none is lost or run twice."""

import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path

import keras_tuner
import optuna
import pytest
from keras_tuner.engine.trial import TrialStatus

from dlref.tuning.errors import SweepError
from dlref.tuning.storage import heartbeat
from dlref.tuning.study import Result
from dlref.tuning.trials.load_sweep import load
from tests.tuning.studies import failed, finished, make, numbers, optunas, space

KILLING = [sys.executable, "-m", "tests.tuning.killing"]
SOON = {
    **os.environ,
    "KERAS_BACKEND": "jax",
}  # starts in half of TensorFlow's time; nothing is trained


def stored(study):
    file = Path(study._project_dir) / "study.sqlite3"
    return optuna.load_study(study_name=None, storage=optunas(f"sqlite:///{file}"))


def test_claimed_trials_are_running_with_their_values_in_optuna(tmp_path):
    study = make(tmp_path)
    trials = study.claim(3)
    assert numbers(trials) == [0, 1, 2]
    for trial, row in zip(trials, stored(study).trials, strict=True):
        values = trial.hyperparameters.values
        assert trial.status == row.state.name == "RUNNING"
        assert row.user_attrs["values"] == values
        assert row.params == {name: values[name] for name in values if name != "epochs"}
        assert row.distributions["learning_rate"].log
        assert row.distributions["batch_size"].choices == (32, 64, 128, 256)


def test_results_are_stored_as_optuna_shows_them(tmp_path):
    study = make(tmp_path)
    study.claim(3)
    nan = float("nan")
    diverged = Result(1, "diverged", {"val_loss": [2.0, nan]}, {}, None, "diverged: loss was nan")
    study.finish([finished(0, 0.5, population="1 (3 trials)"), diverged, failed(2)])
    good, bad, broken = stored(study).trials
    assert (good.state.name, good.value, good.intermediate_values) == (
        "COMPLETE",
        0.5,
        {0: 1.5, 1: 0.5},
    )
    assert good.user_attrs["population"] == "1 (3 trials)"
    assert (bad.state.name, bad.user_attrs["status"]) == ("FAIL", "diverged")
    assert bad.user_attrs["curves"] == {"val_loss": [2.0, "nan"]} and math.isnan(
        bad.intermediate_values[1]
    )
    assert broken.user_attrs["reason"] == "ValueError: no"
    assert broken.user_attrs["traceback"] == "Traceback ..."
    assert [t.status for t in study.trials.values()] == ["COMPLETED", "FAILED", "FAILED"]
    assert study.trials["2"].message == "ValueError: no\n\nTraceback ..."


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("direction", ["min", "max"])
def test_an_objective_that_is_no_number_is_never_best(tmp_path, value, direction):
    study = make(tmp_path, objective=keras_tuner.Objective("val_loss", direction))
    study.claim(2)
    study.finish([finished(0, value, curves={}), finished(1, 3.0)])
    assert [trial.score for trial in study.get_best_trials(5)] == [3.0]
    assert load(tmp_path / "study").trials[0].status == "diverged"
    assert "val_loss was" in load(tmp_path / "study").trials[0].reason


def test_a_result_without_the_objective_has_failed(tmp_path):
    study = make(tmp_path)
    study.claim(2)
    study.finish([finished(0, metrics={"loss": 1.0}), finished(1)])
    assert "'val_loss' must be one of" in study.load(0).message
    assert numbers(study.get_best_trials(5)) == [1]


def test_a_second_result_is_dropped(tmp_path):
    first, second = make(tmp_path), make(tmp_path)
    first.claim(2)
    first.finish([finished(0, 1.0)])
    first.finish([finished(0, 7.0)])
    first.release([1])
    assert numbers(second.claim(1)) == [1]
    first.finish([finished(1, 8.0)])
    second.finish([finished(1, 2.0)])
    assert [trial.score for trial in second.trials.values()] == [1.0, 2.0]


def test_workers_share_the_trials(tmp_path):
    first, second = make(tmp_path, max_trials=5), make(tmp_path, max_trials=5)
    assert numbers(first.claim(3)) == [0, 1, 2]
    assert numbers(second.claim(3)) == [3, 4]
    assert not second.claim(1) and second.waiting()
    first.finish([finished(number) for number in (0, 1, 2)])
    assert not second.claim(1) and not second.waiting()
    second.finish([finished(3), finished(4)])
    assert not first.waiting() and first.remaining_trials() == 0


def test_released_trials_come_first_with_their_numbers_and_values(tmp_path):
    study, other = make(tmp_path), make(tmp_path)
    values = [trial.hyperparameters.values for trial in study.claim(4)]
    study.finish([finished(0)])
    study.release(study.read())
    again = other.claim(5)
    assert numbers(again) == [1, 2, 3, 4, 5]
    assert [trial.hyperparameters.values for trial in again[:3]] == values[1:]


def test_reloading_in_the_same_process_goes_on_with_what_was_left(tmp_path):
    study = make(tmp_path)
    study.claim(2)
    again = make(tmp_path, seed=None)
    again.reload()
    assert again.seed == 0
    assert numbers(again.claim(1)) == [0]


def test_another_seed_objective_or_study_is_refused(tmp_path):
    make(tmp_path).claim(1)
    with pytest.raises(SweepError, match="seed must be 0, .*Received: 1"):
        make(tmp_path, seed=1).claim(1)
    with pytest.raises(SweepError, match="is for min:val_loss. Received: objective max:"):
        make(tmp_path, objective=keras_tuner.Objective("val_loss", "max")).claim(1)
    url = f"sqlite:///{tmp_path / 'mine.sqlite3'}"
    optuna.create_study(study_name="study", storage=optunas(url))
    with pytest.raises(SweepError, match="not made by dlref"):
        make(tmp_path, storage=url).claim(1)


def test_what_only_some_models_declare_is_drawn_as_if_it_had_been_known(tmp_path):
    known = make(tmp_path, "known", hyperparameters=space(a=("Float", 0, 1), b=("Float", 0, 1)))
    found = make(tmp_path, "found", hyperparameters=space(a=("Float", 0, 1)))
    expected = [trial.hyperparameters.values for trial in known.claim(4)]
    trials = found.claim(2)
    for trial in trials:
        trial.hyperparameters.Float("b", 0, 1)
    found.finish([finished(0), finished(1)])
    trials += found.claim(2)
    assert [trial.hyperparameters.values for trial in trials] == expected
    assert stored(found).trials[0].params == expected[0]
    assert [trial.raw for trial in load(tmp_path / "found").trials] == expected
    other = make(tmp_path, "found", hyperparameters=None)
    assert other.claim(1)[0].hyperparameters.values.keys() == {"a", "b"}


def test_new_entries_are_refused_or_have_their_default(tmp_path):
    study = make(tmp_path, "fixed", tune_new_entries=False)
    (trial,) = study.claim(1)
    assert trial.hyperparameters.Float("new", 0.25, 1.0) == 0.25
    study = make(tmp_path, "closed", allow_new_entries=False)
    (trial,) = study.claim(1)
    trial.hyperparameters.Float("new", 0.25, 1.0)
    with pytest.raises(RuntimeError, match="allow_new_entries"):
        study.finish([finished(0)])


def test_failed_trials_are_retried_and_diverged_ones_are_not(tmp_path):
    study = make(tmp_path, max_retries_per_trial=1)
    study.claim(2)
    study.finish([failed(0), failed(1, "diverged: loss was nan", "diverged")])
    assert study.trials["0"].status == TrialStatus.INVALID
    assert numbers(study.claim(1)) == [0]
    study.finish([finished(0)])
    assert (study.trials["0"].status, study.trials["0"].message) == ("COMPLETED", None)
    assert numbers(study.claim(1)) == [2]


def test_failures_in_a_row_stop_the_search(tmp_path):
    study = make(tmp_path, max_consecutive_failed_trials=2)
    study.claim(4)
    study.finish([failed(0), finished(1), failed(2)])
    with pytest.raises(RuntimeError, match="exceeded the limit of 2.\nValueError: no"):
        study.finish([failed(3)])
    assert study.trials["3"].status == "FAILED"


def test_bounds_come_before_the_objective(tmp_path):
    study = make(tmp_path, subject_to=["latency_ms<=100", "auc>0.5"])
    study.claim(4)
    measured = [(1.0, 200, 0.9), (2.0, 100, 0.9), (3.0, 50, 0.5), (4.0, 50, 0.6)]
    study.finish(
        [
            finished(i, score, metrics={"val_loss": score, "latency_ms": time, "auc": auc})
            for i, (score, time, auc) in enumerate(measured)
        ]
    )
    assert numbers(study.get_best_trials(4)) == [1, 3, 0, 2]
    assert [trial.feasible for trial in load(tmp_path / "study").trials] == [
        False,
        True,
        False,
        True,
    ]
    kept = [all(c <= 0 for c in t.system_attrs["constraints"]) for t in stored(study).trials]
    assert kept == [False, True, False, True]


def test_several_objectives(tmp_path):
    objectives = [keras_tuner.Objective("val_loss", "min"), keras_tuner.Objective("auc", "max")]
    study = make(tmp_path, objective=objectives)
    study.claim(3)
    for number, (loss, auc) in enumerate([(1.0, 0.5), (2.0, 0.9), (2.0, 0.4)]):
        study.finish([finished(number, metrics={"val_loss": loss, "auc": auc})])
    assert [trial.number for trial in stored(study).best_trials] == [0, 1]
    sweep = load(tmp_path / "study")
    assert [trial.scores for trial in sweep.best] == [(1.0, 0.5), (2.0, 0.9), (2.0, 0.4)]
    assert [trial.score for trial in study.get_best_trials(3)] == [0.5, 1.1, 1.6]


def test_keras_tuners_protocol(tmp_path):
    study = make(tmp_path, max_trials=2)
    trial = study.create_trial("a")
    assert study.create_trial("a") is trial
    with pytest.raises(ValueError, match="Objective value missing"):
        study.update_trial(trial.trial_id, {"unknown": 1.0})
    study.update_trial(trial.trial_id, {"val_loss": 2.0}, step=3)
    trial.status = TrialStatus.COMPLETED
    study.end_trial(trial)
    other = study.create_trial("a")
    study.end_trial(other.trial_id, TrialStatus.FAILED)
    assert study.create_trial("a").status == TrialStatus.STOPPED
    found = study.get_trial("00")
    assert (found.status, found.score, found.best_step) == ("COMPLETED", 2.0, 3)
    assert [t.trial_id for t in study.get_best_trials(3)] == ["0"]
    assert list(study.trials) == ["0", "1"] and len(study.trials) == 2
    with pytest.raises(KeyError):
        study.get_trial("2")


def die(study):
    """As if the process of this study had ended without a word."""
    study.session.worker.close()
    study.session.claims.clear()


def test_a_trial_that_takes_all_memory_is_run_alone_and_then_no_more(tmp_path, monkeypatch):
    kills = iter(range(100))
    monkeypatch.setattr(heartbeat, "oom_kills", lambda: next(kills))
    for _ in range(2):
        study = make(tmp_path, max_trials=4)
        assert numbers(study.claim(2)) == [0, 1]
        die(study)
    study = make(tmp_path, max_trials=4)
    assert numbers(study.claim(4)) == [2, 3]
    study.finish([finished(2), finished(3)])
    assert numbers(study.claim(4)) == [0]
    study.finish([finished(0)])
    assert numbers(study.claim(4)) == [1]
    die(study)
    assert make(tmp_path, max_trials=4).claim(4) == []
    assert [t.reason for t in load(tmp_path / "study").failures] == [
        "its worker died 3 times (out of memory?)"
    ]


def test_workers_that_are_killed_on_purpose_leave_a_population_whole(tmp_path):
    for _ in range(7):
        study = make(tmp_path, max_trials=4)
        assert numbers(study.claim(4)) == [0, 1, 2, 3]
        die(study)
    for _ in range(5):
        study = make(tmp_path, max_trials=4)
        assert numbers(study.claim(4))
        die(study)
    assert len(study.claim(4)) == 1


def test_erase(tmp_path):
    study = make(tmp_path)
    study.claim(2)
    study.finish([finished(0)])
    study.erase()
    assert len(study.trials) == 0
    assert numbers(study.claim(1)) == [0]


def run_killing(directory, *words):
    """What is left after workers have been killed again and again."""
    command = [*KILLING, str(directory), *map(str, words)]
    ended = subprocess.run(command, capture_output=True, text=True, env=SOON)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def check_survived(found, trials):
    assert found["kills"] > 0
    assert found["statuses"] == {"finished": trials}
    assert found["recorded_and_changed"] == []
    assert found["values_as_drawn"]


def test_200_kills_lose_nothing(tmp_path):
    check_survived(run_killing(tmp_path, "--kills", 200, "--trials", 400), 400)


def test_kills_of_three_workers_at_once(tmp_path):
    check_survived(run_killing(tmp_path, "--kills", 60, "--trials", 200, "--workers", 3), 200)


def test_kills_of_workers_and_of_the_server(tmp_path, postgresql):
    url = postgresql.new_database("kills")
    words = ["--kills", 40, "--trials", 200, "--workers", 3, "--storage", url]
    command = [*KILLING, str(tmp_path), *map(str, words)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=SOON, **pipes) as killing:
        while not (tmp_path / "log").exists() or (tmp_path / "log").stat().st_size < 500:
            time.sleep(0.05)
        postgresql.kill()
        time.sleep(0.5)
        postgresql.start()
        output, errors = killing.communicate(timeout=120)
    assert killing.returncode == 0, errors.decode()
    check_survived(json.loads(output.splitlines()[-1]), 200)


def test_a_worker_on_another_machine_is_dead_when_its_heart_stops(
    tmp_path, postgresql, monkeypatch
):
    url = postgresql.new_database("hearts")
    first = make(tmp_path / "here", storage=url)
    second = make(tmp_path / "there", storage=url)
    assert numbers(first.claim(2)) == [0, 1]
    assert numbers(second.claim(1)) == [2]
    first.session.beat()
    monkeypatch.setattr(heartbeat, "GRACE_SECONDS", 0.5)
    time.sleep(0.6)
    second.session.beat()
    assert numbers(second.claim(3)) == [0, 1, 3]
    first.finish([finished(0, 9.0)])
    second.finish([finished(number, 1.0) for number in range(4)])
    assert [trial.score for trial in second.trials.values()] == [1.0] * 4
