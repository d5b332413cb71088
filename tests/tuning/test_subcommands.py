"""What looks at a sweep that there is: status, best, export, replay, retest; and the dry run before there is one."""

import csv
import io
import json
from pathlib import Path

import keras
import numpy as np
import pytest
from click.testing import CliRunner
from rich.console import Console
from sklearn.datasets import load_iris

from dlref.tuning.command.dry_run import separating
from dlref.tuning.command.export_csv import cell, to_csv
from dlref.tuning.command.stale_models import Verdict, compare, verdict
from dlref.tuning.report.terminal_summary import best_table
from dlref.tuning.trials.load_sweep import load
from dlref.tuning.trials.records import Settings, Sweep, Trial
from dlref.tuning.tuner import Search
from dlref_cli import main

MODELS = Path(__file__).with_name("models.py")
FLOWERS = Path(__file__).parents[2] / "examples" / "flowers.py"


def run(*words):
    return CliRunner().invoke(main, ["sweep", *map(str, words)])


@pytest.fixture(scope="module")
def flowers(tmp_path_factory):
    """The data of the example, and a finished sweep over its model."""
    folder = tmp_path_factory.mktemp("flowers")
    x, y = load_iris(return_X_y=True)
    np.savez(folder / "flowers.npz", x=x.astype("float32"), y=y)
    options = ("--data", folder / "flowers.npz", "--directory", folder / "sweep")
    bound = ("--subject-to", "parameters<=150")
    result = run(f"{FLOWERS}:build", *options, *bound, "--trials", 6, "--epochs", 8, "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    return folder


def test_status(flowers):
    result = run("status", flowers / "sweep")
    assert result.exit_code == 0, result.output
    best = load(flowers / "sweep").best[0]
    assert "random search for max:val_accuracy, seed 0" in result.output
    assert "6/6 trials: 6 finished" in result.output
    assert f"{best.number} │" in result.output and f"{best.values['momentum']:.5g}" in result.output
    told = json.loads(run("status", flowers / "sweep", "--json").stdout)
    assert told["asked"] == 6 and told["trials"]["finished"] == 6 and told["trials"]["running"] == 0
    assert told["best"]["trial"] == best.number and told["best"]["feasible"]


def test_best_is_shown_and_saved(flowers):
    best = load(flowers / "sweep").best[0]
    result = run("best", flowers / "sweep", "--save", flowers / "best.keras")
    assert result.exit_code == 0, result.output
    lines = dict(line.split() for line in result.stdout.splitlines() if len(line.split()) == 2)
    assert lines["trial"] == str(best.number) and float(lines["parameters"]) <= 150
    assert float(lines["momentum"]) == pytest.approx(best.values["momentum"], rel=1e-4)
    assert "one_minus" not in result.output
    model = keras.saving.load_model(flowers / "best.keras", safe_mode=True)
    with np.load(flowers / "flowers.npz") as data:
        loss, accuracy = model.evaluate(data["x"], data["y"], verbose=0)
    assert accuracy == pytest.approx(best.metrics["accuracy"], abs=0.1) and np.isfinite(loss)
    told = json.loads(run("best", flowers / "sweep", "--json").stdout)
    assert (told["trial"], told["values"]) == (best.number, best.values)


def test_export(flowers, tmp_path):
    result = run("export", "csv", flowers / "sweep")
    assert result.exit_code == 0 and result.stdout_bytes.count(b"\r\n") == 7
    rows = list(csv.DictReader(io.StringIO(result.stdout_bytes.decode(), newline="")))
    for row, trial in zip(rows, load(flowers / "sweep").trials, strict=True):
        assert (int(row["trial"]), row["status"]) == (trial.number, "finished")
        assert float(row["learning_rate"]) == trial.values["learning_rate"]  # to the last digit
        assert float(row["val_loss"]) == trial.metrics["val_loss"]
        assert int(row["epochs"]) == 8 and int(row["best_epoch"]) == trial.best_epoch
    file = tmp_path / "trials.csv"
    assert run("export", "csv", flowers / "sweep", "--output", file).exit_code == 0
    assert file.read_bytes() == result.stdout_bytes


def sweep_of(trials):
    found = {"identity": {}, "space": [], "versions": {}, "started": "", "backend": "jax"}
    settings = Settings("digits", None, 3, 1, 0, ".", "max:val_accuracy", **found)
    return Sweep(settings, trials)


def test_texts_in_a_table_are_no_formulas_and_stay_in_their_cells():
    evil = '=HYPERLINK("http://evil.example")'
    trials = [
        Trial(0, "finished", 0.5, {"kind": 'a,b\n"c"', "rate": -0.1}, "", metrics={"m": 0.1}),
        Trial(1, "failed", None, {"kind": evil}, "ValueError: no\n\nTraceback"),
    ]
    first, second = csv.DictReader(io.StringIO(to_csv(sweep_of(trials)), newline=""))
    assert (first["kind"], first["rate"], first["m"]) == ('a,b\n"c"', "-0.1", "0.1")
    assert (second["kind"], second["rate"]) == (f"'{evil}", "")
    assert second["reason"] == "ValueError: no"
    assert [cell(text) for text in ("@a", "+1", "-1", "\tx", "a=b")] == [
        *("'@a", "'+1", "'-1", "'\tx", "a=b")
    ]


@pytest.mark.parametrize("form", ["replay", "--replay"])
def test_replay_gives_the_recorded_result(flowers, form):
    words = ["replay", flowers / "sweep", 2]
    if form == "--replay":
        words = ["digits", "--directory", flowers / "sweep", "--replay", 2]
    before = load(flowers / "sweep")
    result = run(*words)
    assert result.exit_code == 0, result.output
    assert "Trial 2 gives the recorded result again." in result.output
    assert load(flowers / "sweep") == before


def test_replay_of_what_was_trained_alone_and_of_what_failed(sweep, tmp_path):
    for function, status in (("build", "finished"), ("diverges", "diverged"), ("raises", "failed")):
        directory = tmp_path / function
        sweep(function, "--directory", directory, "--trials", 2)
        result = run("replay", directory, 1)
        assert result.exit_code == 0, result.output
        assert f"│ {status} │ {status} │" in " ".join(result.output.split()), result.output


def test_another_result_is_found(flowers, monkeypatch):
    def loses_an_example(self, number, x, y, **arguments):
        return replayed(self, number, x[1:], y[1:], **arguments)

    replayed = Search.replay
    monkeypatch.setattr(Search, "replay", loses_an_example)
    result = run("replay", flowers / "sweep", 0)
    assert result.exit_code == 3, result.output
    assert "Trial 0 gives another result: " in result.output and "val_loss" in result.output


WRONG = [  # what is asked of the sweep, what the error says
    (("replay", "sweep", 17), "there is no trial 17 in"),
    (
        ("best", "sweep", "--save", "x.h5"),
        "--save must be a file that ends in .keras, or in .weights.h5 ",
    ),
    (("status", "nowhere"), "nowhere holds no sweep"),
    (
        ("retest", "sweep", "--data", "nowhere.npz"),
        "nowhere.npz must be a .npz, .csv or .parquet file",
    ),
    (("retest", "sweep", "--data", "narrow.npz"), "does not fit the model"),
    (("retest", "sweep", "--data", "tiny.npz"), "the development set must hold at least 4"),
]


@pytest.mark.parametrize(("words", "message"), WRONG)
def test_mistakes_are_named(flowers, monkeypatch, words, message):
    monkeypatch.chdir(flowers)
    np.savez("narrow.npz", x=np.ones((50, 3)), y=np.zeros(50, int))
    np.savez("tiny.npz", x=np.ones((10, 4)), y=np.zeros(10, int))
    result = run(*words)
    assert result.exit_code == 2, (result.output, result.exception)
    assert message in " ".join(result.output.split()) and "Traceback" not in result.output


def test_a_sweep_by_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("sweeps/digits").mkdir(parents=True)
    Path("sweeps/digits/sweep.json").write_text("{}")
    result = run("status", "digits")
    assert result.exit_code == 2 and "Did you mean sweeps/digits?" in result.output


def test_a_model_that_has_changed_is_not_replayed(flowers, tmp_path):
    (tmp_path / "model.py").write_text(FLOWERS.read_text())
    options = ("--data", flowers / "flowers.npz", "--directory", tmp_path / "sweep")
    run(f"{tmp_path}/model.py:build", *options, "--trials", 1, "--epochs", 1, "--quiet")
    (tmp_path / "model.py").write_text(FLOWERS.read_text() + "# changed\n")
    result = run("replay", tmp_path / "sweep", 0)
    assert result.exit_code == 2 and "model.py:build has changed since the sweep" in result.output
    (tmp_path / "model.py").unlink()
    result = run("replay", tmp_path / "sweep", 0)
    assert (
        result.exit_code == 2 and "model.py is not here. Run this where the sweep" in result.output
    )


def noisy(x, y, labels):
    rng = np.random.default_rng(1)
    order = rng.permutation(4 * len(x))
    x = np.repeat(x, 4, axis=0) + rng.normal(0, 0.1, (4 * len(x), 4)).astype("float32")
    return {"x": x[order], "y": (np.repeat(y, 4)[order] + labels) % 3}


def test_retest_tells_data_like_before_from_others(flowers, tmp_path):
    with np.load(flowers / "flowers.npz") as data:
        np.savez(tmp_path / "same.npz", **noisy(data["x"], data["y"], labels=0))
        np.savez(tmp_path / "other.npz", **noisy(data["x"], data["y"], labels=1))
    same = run("retest", flowers / "sweep", "--data", tmp_path / "other.npz", "--top", 2)
    assert same.exit_code == 3, same.output
    assert "have gone stale: training on the new data improves them" in same.output
    words = (
        "--data",
        tmp_path / "same.npz",
        "--top",
        1,
        "--json",
        "--save",
        tmp_path / "new.keras",
    )
    result = run("retest", flowers / "sweep", *words)
    told = json.loads(result.stdout)
    (row,) = told["trials"]
    assert row["trial"] == load(flowers / "sweep").best[0].number
    assert row["stored"]["low"] < row["stored"]["value"] < row["stored"]["high"]
    assert result.exit_code == (3 if told["stale"] else 0) and told["overtaken_by"] == []
    assert keras.saving.load_model(tmp_path / "new.keras", safe_mode=True).count_params() <= 150


def test_what_chance_explains_is_not_stale():
    rng = np.random.default_rng(0)
    false_alarms = 0
    for _ in range(400):
        values = 0.9 + 0.02 * rng.standard_normal((10, 20))
        rows = compare(list(range(5)), [0.9] * 5, list(values[:5]), list(values[5:]), sign=1)
        false_alarms += bool(verdict(rows, list(values[5:]), sign=1).weights)
        assert sorted(row.rank for row in rows) == [1, 2, 3, 4, 5]
    assert false_alarms <= 0.05 * 400  # one-sided, so 2.5 % on average
    better = [values + 0.1 * (k == 2) for k, values in enumerate(values[5:])]
    rows = compare(list("abcde"), [0.9] * 5, list(values[:5]), better, sign=1)
    assert verdict(rows, better, sign=1) == Verdict(["c"], [], ["c"]) and rows[2].rank == 1
    worse = compare(list("abcde"), [0.9] * 5, list(values[:5]), better, sign=-1)
    assert verdict(worse, better, sign=-1) == Verdict([], ["c"], []) and worse[2].rank == 5


def test_hyperparameters_are_stale_where_training_again_is_worse_or_diverges():
    good = np.linspace(0.88, 0.92, 20)
    again = [np.full(20, np.nan), good - 0.3, good + 0.001]
    rows = compare([4, 7, 9], [0.9] * 3, [good] * 3, again, sign=1)
    assert [row.rank for row in rows] == [3, 2, 1]
    assert verdict(rows, again, sign=1) == Verdict([9], [4, 7], [7, 9])
    holds = [good, good + 0.001 * (-1) ** np.arange(20)]
    assert not verdict(compare([1, 2], [0.9] * 2, [good] * 2, holds, sign=1), holds, sign=1)


def test_a_trial_that_diverges_on_new_data_is_told_and_not_the_end(flowers, tmp_path):
    with np.load(flowers / "flowers.npz") as data:
        np.savez(tmp_path / "large.npz", x=data["x"] * np.float32(1e20), y=data["y"])
    result = run("retest", flowers / "sweep", "--data", tmp_path / "large.npz", "--top", 2)
    assert result.exit_code == 3, result.output
    assert "or diverges" in result.output and "Search again on the new data." in result.output


def test_a_dry_run_shows_and_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(
        "digits", "--trials", 8, "--dry-run", "--storage", "postgresql://u:secret@nowhere/d"
    )
    assert result.exit_code == 0, (result.output, result.exception)
    assert list(tmp_path.iterdir()) == []
    text = " ".join(result.output.split())
    for part in (
        *("learning_rate │ 0.0001 ... 1 │ log", "momentum │ 0.9 ... 0.999 │ 1 - momentum on log"),
        *(
            "batch_size │ 32 ... 256 │ log, times 2",
            "hidden_units │ 50 ... 100 │ linear, steps of 1",
        ),
        *("│ together │ layers 4, batch_size 256 │", "FLOP a trial", "Free memory:"),
    ):
        assert part in text, part
    assert "secret" not in text


def test_a_dry_run_says_what_is_trained_alone_and_what_cannot_be_built(data):
    result = run(f"{MODELS}:sometimes", "--data", data, "--trials", 12, "--dry-run")
    assert result.exit_code == 0, result.output
    text = " ".join(result.output.split())
    assert "one by one: the model runs eagerly" in text
    assert "not at all: ValueError: </script>" in text
    result = run(f"{MODELS}:raises", "--data", data, "--dry-run")
    assert result.exit_code == 1 and "No model could be built." in result.output
    result = run(f"{MODELS}:Conditional", "--data", data, "--dry-run", "--trials", 3)
    assert "learning_rate" in result.output


def test_what_separates_groups():
    groups = [[{"a": 1, "b": 1}, {"a": 1, "b": 2}], [{"a": 2, "b": 1, "c": 0}]]
    assert separating(groups) == ["a", "c"]
    assert separating([[{"a": 1}], [{"a": 1}]]) == []


@pytest.mark.parametrize(
    ("width", "first"),
    [(120, "trial ┃ val_accuracy ┃ rate ┃ a_long_name"), (45, "trial ┃ 1 ┃ * 0")],
)
def test_a_table_that_is_too_wide_is_turned(width, first):
    values = [{"rate": 0.1, "a_long_name": "a value that is long"}, {"rate": 0.5, "a_long_name": 3}]
    trials = [
        Trial(i, "finished", 0.5, v, "", metrics={"val_accuracy": 0.5}, feasible=i == 1)
        for i, v in enumerate(values)
    ]
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(best_table(sweep_of(trials), console))
    lines = console.file.getvalue().splitlines()
    assert first in " ".join(lines[2].split())
    assert all(len(line) <= width for line in lines) and "a value that is long" in "".join(lines)


def test_a_subcommand_s_name_as_a_target():
    result = run("./status")
    assert result.exit_code == 2
    assert "'./status' must be `digits`, FILE.py:FUNCTION such as model.py:build" in result.output


SUBCLASS = """
import keras

class Net(keras.Model):
    def __init__(self, optimizer):
        super().__init__()
        self.hidden, self.out = keras.layers.Dense(4), keras.layers.Dense(3, "softmax")

    def call(self, x):
        return self.out(self.hidden(x))

def build(hp):
    model = Net(keras.optimizers.SGD(hp.Float("rate", 0.01, 0.1)))
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
"""


def test_of_a_model_that_keras_cannot_save_the_weights_are_saved(flowers, tmp_path):
    (tmp_path / "net.py").write_text(SUBCLASS)
    (tmp_path / "best.keras").write_text("kept")
    options = "--data", flowers / "flowers.npz", "--trials", 2, "--epochs", 1, "--quiet"
    result = run(f"{tmp_path}/net.py:build", *options, "--directory", tmp_path / "sweep")
    assert result.exit_code == 0, result.output
    result = run("best", tmp_path / "sweep", "--save", tmp_path / "best.keras")
    assert result.exit_code == 2 and "override `get_config()`" in result.output, result.output
    assert (tmp_path / "best.keras").read_text() == "kept"
    result = run("best", tmp_path / "sweep", "--save", tmp_path / "best.weights.h5")
    assert result.exit_code == 0 and (tmp_path / "best.weights.h5").stat().st_size > 1000
    assert not list(tmp_path.glob(".best*"))
