"""The options of a sweep, each with its effect on a real one."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.datasets import load_iris

from dlref.tuning.command.inputs import Data
from dlref.tuning.command.options import Inputs
from dlref.tuning.command.run_search import fit_arguments
from dlref.tuning.errors import SweepError
from dlref.tuning.storage import storage
from dlref.tuning.study import Study
from dlref.tuning.trials.load_sweep import load
from dlref.tuning.trials.records import Settings
from dlref_cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def flowers(tmp_path):
    """Runs the example's file, or with `toml=False` its model; the options win."""
    for name in ("sweep.toml", "flowers.py"):
        shutil.copy(EXAMPLES / name, tmp_path)
    x, y = load_iris(return_X_y=True)
    np.savez(tmp_path / "flowers.npz", x=x.astype("float32"), y=y)

    def run(*options, toml=False):
        target = (tmp_path / "sweep.toml",)
        if not toml:
            target = (f"{tmp_path / 'flowers.py'}:build", "--data", tmp_path / "flowers.npz")
        fixed = ("--directory", tmp_path / "sweep", "--trials", 6, "--epochs", 2)
        return CliRunner().invoke(main, ["sweep", *map(str, (*target, *fixed, *options))])

    return run


def test_the_example_file_and_what_wins_over_it(flowers, tmp_path):
    result = flowers("--workers", 1, toml=True)
    assert result.exit_code == 0, result.output
    found = load(tmp_path / "sweep")
    settings = found.settings
    assert (settings.trials, settings.epochs, settings.workers) == (6, 2, 1)  # from the command
    assert (settings.search, settings.early_stopping) == ("coarse-to-fine", 5)  # from the file
    assert settings.subject_to == ["parameters<=150"] and len(found.trials) == 6
    assert "zooms in:\n  learning_rate" in result.output
    best = found.best[0]
    assert best.feasible and best.metrics["parameters"] <= 150 and best.values["units"] <= 18


def test_bounds_come_first_and_what_does_not_keep_them_is_marked(flowers, tmp_path):
    result = flowers("--subject-to", "parameters<=100", "--subject-to", "latency_ms<=10000")
    assert result.exit_code == 0, result.output
    found = load(tmp_path / "sweep")
    kept = [trial.metrics["parameters"] <= 100 for trial in found.best]
    assert kept == sorted(kept, reverse=True) and set(kept) == {True, False}
    assert all(0 < trial.metrics["latency_ms"] < 10_000 for trial in found.best)
    assert "* not parameters<=100 and latency_ms<=10000" in result.output
    marked = [line for line in result.output.splitlines() if "│" in line and "* " in line]
    assert len(marked) == kept.count(False)


def test_several_objectives_are_a_trade_off(flowers, tmp_path):
    options = ("--objective", "val_accuracy", "--objective", "parameters")
    result = flowers(*options, "--search", "nsga2")
    assert result.exit_code == 0, result.output
    found = load(tmp_path / "sweep")
    assert found.settings.objectives == ["max:val_accuracy", "min:parameters"]
    pairs = [(t.metrics["val_accuracy"], t.metrics["parameters"]) for t in found.best]
    assert [t.scores for t in found.best] == pairs
    assert not any(a > pairs[0][0] and p < pairs[0][1] for a, p in pairs)
    result = CliRunner().invoke(main, ["sweep", "best", str(tmp_path / "sweep")])
    assert "val_accuracy ┃ parameters" in result.output


def test_an_objective_that_is_measured_and_not_reported(flowers, tmp_path):
    assert flowers("--objective", "latency_ms", "--trials", 3).exit_code == 0
    scores = [trial.score for trial in load(tmp_path / "sweep").best]
    assert len(scores) == 3 and 0 < scores[0] <= scores[1] <= scores[2]


def test_executions_are_averaged_and_trials_that_stop_improving_end(flowers, tmp_path):
    options = ("--executions-per-trial", 2, "--early-stopping", 1, "--epochs", 12)
    assert flowers(*options, "--objective", "val_loss").exit_code == 0
    found = load(tmp_path / "sweep")
    lengths = [len(trial.curves["val_loss"]) for trial in found.trials]
    assert min(lengths) < 12 and found.settings.executions_per_trial == 2


@pytest.mark.parametrize("pruner", ["median", "successive-halving", "hyperband"])
def test_pruners_end_trials(flowers, tmp_path, pruner):
    options = ("--pruner", pruner, "--search", "tpe", "--trials", 20, "--epochs", 9)
    result = flowers(*options, "--objective", "val_loss")
    assert result.exit_code == 0, result.output
    found = load(tmp_path / "sweep")
    pruned = [trial for trial in found.trials if trial.status == "pruned"]
    assert pruned and all(len(trial.curves["val_loss"]) < 9 for trial in pruned)
    assert all(len(trial.curves["val_loss"]) == 9 for trial in found.best)


def settings(**changes):
    found = {"identity": {}, "space": [], "versions": {}, "started": "", "backend": "jax"}
    return Settings(
        "digits", None, 3, 7, 0, ".", **{"objective": "min:val_loss", **found, **changes}
    )


def test_what_fit_is_called_with():
    data = Data(*map(np.array, ([1.0], [2], [3.0], [4])))
    plain = fit_arguments(Inputs(None, data, settings()))
    assert plain.keys() == {"epochs", "validation_data", "verbose"} and plain["epochs"] == 7
    found = fit_arguments(Inputs(None, data, settings(batch_size=48, early_stopping=3)))
    (stop,) = found["callbacks"]
    assert (found["batch_size"], stop.monitor, stop.patience) == (48, "val_loss", 3)
    assert stop.mode == "min"


def test_json_on_standard_output_alone(flowers):
    result = flowers("--log-json", "-")
    assert result.exit_code == 0, result.output
    told = [json.loads(line) for line in result.stdout.splitlines()]
    names = [event["event"] for event in told]
    assert names[:3] == ["started", "device", "claimed"] and names[-1] == "ended"
    assert sum(name == "trial" for name in names) == 6 and "epoch" in names
    assert told[0]["trials"] == 6 and told[-1]["finished"] == 6
    assert (
        told[-1]["best"]
        == max((event for event in told if event["event"] == "trial"), key=lambda e: e["score"])[
            "trial"
        ]
    )
    assert "Best trials of 6" in result.stderr


REFUSED = [  # options, what the error says
    (("--storage", "mysql://ada:secret@localhost/sweeps"), "`storage` must be a URL such as"),
    (("--storage", "postgresql://ada:secret@127.0.0.1:1/sweeps"), "cannot be used"),
    (("--subject-to", "latency_ms=100"), "--subject-to must be METRIC<=NUMBER"),
    (("--objective", "val_f1"), "must say whether it is to become small or large"),
    (("--objective", "loss", "--objective", "min:loss"), "--objective loss must be given once"),
    (("--objective", "loss", "--objective", "parameters", "--pruner", "median"), "takes one"),
    (("--log-json", "/nowhere/log"), "No such file or directory: '/nowhere/log'"),
    (("--workers", "0"), "must be a whole number from 1, or auto"),
    (("--search", "bayes"), "'bayes' is not one of 'random', 'coarse-to-fine', 'tpe'"),
    (("--replay", 3), "holds no sweep"),
]


@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_what_cannot_be_used_ends_with_2(flowers, monkeypatch, options, message):
    monkeypatch.setattr(storage, "AWAY_SECONDS", 0.1)
    result = flowers(*options)
    assert result.exit_code == 2, (result.output, result.exception)
    assert message in " ".join(result.output.split())
    assert "secret" not in result.output and "Traceback" not in result.output


def test_a_storage_that_breaks_in_the_middle_ends_with_1(flowers, tmp_path, monkeypatch):
    calls = []

    def breaks(self, results):
        calls.append(results)
        if len(calls) > 1:
            raise SweepError("study.sqlite3 cannot be used: there is no space left on the disk.")
        return finish(self, results)

    finish = Study.finish
    monkeypatch.setattr(Study, "finish", breaks)
    result = flowers()
    assert result.exit_code == 1, result.output
    assert "Error: study.sqlite3 cannot be used: there is no space left" in result.output
    assert "What has ended is kept. Go on with:" in result.output
    assert "Traceback" not in result.output
    monkeypatch.undo()
    kept = load(tmp_path / "sweep")
    assert 0 < len(kept.ended) < 6
    assert flowers().exit_code == 0
    assert load(tmp_path / "sweep").trials[kept.ended[0].number] == kept.ended[0]
