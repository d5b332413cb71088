"""Real sweeps on real data, and what must not stop them."""

import json

import pytest
from click.testing import CliRunner

from dlref.tuning.trials.load_sweep import load
from dlref_cli import main

FAILING = [  # the model, how its trials end, what the reason says
    ("diverges", "diverged", "loss was nan in epoch 1, batch"),
    ("raises", "failed", "ValueError: </script>"),
    ("exits", "failed", "SystemExit: enough"),
    ("is_no_model", "failed", "FatalTypeError: build: it must return a compiled keras.Model"),
    ("does_not_fit", "failed", "ValueError: "),
    ("Infinite", "diverged", "val_accuracy was inf"),
]
OTHER = [  # what is asked for where `build` was swept, what the refusal says
    (("build", "--epochs", 2), "epochs is 1 there and 2 here"),
    (("build", "--seed", 1), "seed is 0 there and 1 here"),
    (("build", "--objective", "val_loss"), "max:val_accuracy there and min:val_loss"),
    (("Conditional",), "the search space differs in learning_rate, one_minus_momentum"),
    (("Slow",), "the model's code has changed"),
]
DAMAGE = {
    "sweep.json": [b"", b"{", b"null", b"[]", b'{"target": 1}', b"\xff\xfe"],
    "study.sqlite3": [b"{", b"\xff\xfe", b"SQLite format 3\0", b"SQLite format 3\0" + bytes(5000)],
}


def results(directory):
    return [(trial.number, trial.values, trial.score) for trial in load(directory).trials]


def test_digits(tmp_path):
    options = ["--trials", "2", "--epochs", "2", "--directory", str(tmp_path)]
    result = CliRunner().invoke(main, ["sweep", "digits", *options])
    assert result.exit_code == 0, result.output
    first, second = load(tmp_path).best
    assert first.score >= second.score > 0.0
    assert set(first.values) == {
        *("learning_rate", "momentum", "hidden_units", "layers"),
        *("batch_size", "decay_rate", "keep_prob"),
    }
    assert 0.9 <= first.values["momentum"] <= 0.999
    assert f"{first.values['momentum']:.5g}" in result.output
    assert "one_minus" not in result.output
    assert (tmp_path / "report.html").stat().st_size > 1000


def test_more_trials_go_on_as_if_never_stopped(sweep, tmp_path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert sweep("build", "--directory", whole, "--trials", 4).exit_code == 0
    assert sweep("build", "--directory", parts, "--trials", 2).exit_code == 0
    before = load(parts).trials
    result = sweep("build", "--directory", parts, "--trials", 4)
    assert "2 of 4 trials are there already" in result.output
    assert len(before) == 2 and load(parts).trials[:2] == before  # the seconds they took, too
    assert results(parts) == results(whole)


def test_a_finished_sweep_runs_nothing_and_shows_its_table(sweep, tmp_path):
    first = sweep("build")
    before = load(tmp_path / "sweep").trials
    again = sweep("build")
    assert again.exit_code == 0
    assert load(tmp_path / "sweep").trials == before
    assert first.output[first.output.index("Best") :] == again.output[again.output.index("Best") :]


@pytest.mark.parametrize(("model", "status", "reason"), FAILING)
def test_every_trial_fails(sweep, tmp_path, model, status, reason):
    result = sweep(model, "--trials", 5)
    assert result.exit_code == 1, result.output
    trials = load(tmp_path / "sweep").trials
    assert [trial.status for trial in trials] == [status] * 5
    assert all(reason in trial.reason for trial in trials)
    assert "5 of 5 trials failed" in result.output
    assert reason in result.output


def test_a_failed_trial_stops_nothing_and_is_never_best(sweep, tmp_path):
    result = sweep("sometimes", "--trials", 12)
    assert result.exit_code == 0, result.output
    found = load(tmp_path / "sweep")
    expected = {"good": "finished", "bad": "failed", "worse": "diverged"}
    assert [trial.status for trial in found.trials] == [
        expected[trial.values["kind"]] for trial in found.trials
    ]
    assert {trial.status for trial in found.trials} == set(expected.values())
    assert all(trial.values["kind"] == "good" for trial in found.best)


def test_a_build_that_fails_for_its_default_values(sweep, tmp_path):
    assert sweep("needs_luck", "--trials", 8).exit_code == 0
    found = load(tmp_path / "sweep")
    assert all((t.status == "finished") == t.values["lucky"] for t in found.trials)
    assert len({t.values.get("learning_rate") for t in found.best}) == len(found.best) > 1


def test_a_space_with_few_values_is_exhausted(sweep, tmp_path):
    result = sweep("Conditional", "--trials", 3)
    assert result.exit_code == 0
    kinds = [trial.values["optimizer"] for trial in load(tmp_path / "sweep").trials]
    assert kinds.count("adam") <= 1


@pytest.mark.parametrize("model", ["build"])
def test_another_sweep_in_the_directory_is_refused(sweep, tmp_path, model):
    assert sweep(model, "--trials", 1).exit_code == 0
    before = (tmp_path / "sweep" / "sweep.json").read_bytes()
    for words, message in OTHER:
        result = sweep(*words)
        assert result.exit_code == 2, result.output
        assert message in " ".join(result.output.split())
        assert "--overwrite" in result.output
    assert (tmp_path / "sweep" / "sweep.json").read_bytes() == before


def test_overwrite_deletes_the_sweep_and_nothing_else(sweep, tmp_path):
    directory = tmp_path / "sweep"
    assert sweep("build", "--trials", 2).exit_code == 0
    for name in ("thesis.tex", "trial_notes/thesis.tex"):
        (directory / name).parent.mkdir(exist_ok=True)
        (directory / name).write_text("mine")
    assert sweep("build", "--trials", 1, "--seed", 7, "--overwrite").exit_code == 0
    found = load(directory)
    assert (len(found.trials), found.settings.seed) == (1, 7)
    assert (directory / "thesis.tex").exists() and (directory / "trial_notes/thesis.tex").exists()


def test_a_foreign_project_is_left_alone(sweep, tmp_path):
    foreign = tmp_path / "sweep" / "oracle.json"
    foreign.parent.mkdir()
    foreign.write_text("{}")
    for options in ((), ("--overwrite",)):
        result = sweep("build", *options)
        assert result.exit_code == 2 and "holds oracle.json" in result.output
    assert foreign.read_text() == "{}"


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_file_is_named(sweep, tmp_path, name):
    assert sweep("build", "--trials", 1).exit_code == 0
    for content in DAMAGE[name]:
        (tmp_path / "sweep" / name).write_bytes(content)
        for words in (("build", "--trials", 1), None):
            report = ["report", str(tmp_path / "sweep")]
            result = sweep(*words) if words else CliRunner().invoke(main, report)
            assert result.exit_code == 2, (content, result.output, result.exception)
            assert name in result.output.replace("\n", "")
            assert (tmp_path / "sweep" / name).read_bytes() == content


def test_quiet_and_objective(sweep, tmp_path):
    result = sweep("build", "--quiet", "--objective", "min:val_loss", "--trials", 2)
    assert (result.exit_code, result.output) == (0, "")
    best, worst = load(tmp_path / "sweep").best
    assert best.score < worst.score


@pytest.mark.parametrize("objective", ["val_f2", "up:val_loss", "min:", ""])
def test_an_objective_without_direction_is_refused(sweep, objective):
    result = sweep("build", "--objective", objective)
    assert result.exit_code == 2
    assert "min:" in result.output and "max:" in result.output


def test_an_objective_the_model_does_not_report(sweep):
    result = sweep("build", "--objective", "max:val_f1", "--trials", 1)
    assert result.exit_code == 1
    assert "'val_f1' must be one of the values the model reports" in result.output
    assert "accuracy, loss, val_accuracy, val_loss" in result.output


def test_settings_say_how_to_repeat_the_sweep(sweep, tmp_path):
    assert sweep("build", "--trials", 1).exit_code == 0
    settings = json.loads((tmp_path / "sweep" / "sweep.json").read_text())
    assert settings["seed"] == 0
    assert {"python", "keras", "keras-tuner"} <= set(settings["versions"])
