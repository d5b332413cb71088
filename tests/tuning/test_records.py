"""What is read of a sweep: finished or running, whole or damaged, here or in a database."""

import json
import subprocess
import sys
from dataclasses import asdict, replace

import pytest

from dlref.tuning.command.sweep_directory import open_directory, remove
from dlref.tuning.errors import SweepError
from dlref.tuning.trials.load_sweep import load, read_settings
from dlref.tuning.trials.records import Settings, Sweep, Trial
from tests.tuning.studies import WITHOUT_KERAS, failed, finished, make, numbers

DAMAGE = [b"", b"{", b"[]", b'{"target": "digits"}', b"\xff"]


def settings(directory, **changes):
    found = Settings(
        target="digits",
        data=None,
        trials=9,
        epochs=2,
        seed=0,
        directory=str(directory),
        objective="min:val_loss",
        backend="tensorflow",
        identity={"model": "build 1", "data": "2"},
        space=[{"class_name": "Float", "config": {"name": "width", "min_value": 0.0}}],
        versions={"keras": "3"},
        started="2026-01-01",
    )
    return replace(found, **changes)


def begin(directory, **options):
    """A sweep in a directory, and its study."""
    open_directory(settings(directory), overwrite=False)
    return make(directory.parent, directory.name, **options)


def test_a_running_sweep(tmp_path):
    study = begin(tmp_path / "sweep")
    trials = study.claim(4)
    study.finish(
        [finished(0, 2.0, seconds=1.5, weights="weights/a.npz 3"), finished(1, 1.0), failed(2)]
    )
    study.release([3])
    study.claim(2)
    sweep = load(tmp_path / "sweep")
    assert [t.status for t in sweep.trials] == [
        "finished",
        "finished",
        "failed",
        "running",
        "running",
    ]
    assert [t.number for t in sweep.best] == [1, 0]
    assert [t.number for t in sweep.failures] == [2] and len(sweep.ended) == 3
    first = sweep.trials[0]
    assert first.curves["val_loss"] == [3.0, 2.0] and first.metrics == {"val_loss": 2.0}
    assert (first.seconds, first.best_epoch, first.weights) == (1.5, 1, "weights/a.npz 3")
    assert first.raw == trials[0].hyperparameters.values
    assert first.values["momentum"] == 1 - first.raw["one_minus_momentum"]
    assert sweep.trials[2].reason == "ValueError: no" and "Traceback" in sweep.trials[2].message
    assert sweep.trials[4].worker.rpartition(":")[2].isdigit()
    assert [hp["config"]["name"] for hp in sweep.space][:2] == [
        "learning_rate",
        "one_minus_momentum",
    ]
    assert sweep.names[:2] == ["learning_rate", "momentum"]


def test_a_sweep_that_was_moved(tmp_path):
    study = begin(tmp_path / "sweep")
    study.claim(1)
    study.finish([finished(0)])
    study.close()
    (tmp_path / "sweep").rename(tmp_path / "moved")
    sweep = load(tmp_path / "moved")
    assert len(sweep.best) == 1 and sweep.settings.directory == str(tmp_path / "moved")


def test_a_directory_with_a_name_that_means_something_in_a_url(tmp_path):
    directory = tmp_path / "100% {mine}? #1 &x=%20"
    begin(directory).claim(2)
    assert len(load(directory).trials) == 2
    assert [path.name for path in tmp_path.iterdir()] == [directory.name]


def test_a_sweep_that_has_no_trial_yet(tmp_path):
    open_directory(settings(tmp_path / "sweep"), overwrite=False)
    assert load(tmp_path / "sweep").trials == []


def test_a_search_that_the_command_did_not_start(tmp_path):
    study = make(tmp_path)
    study.claim(1)
    study.finish([finished(0)])
    sweep = load(tmp_path / "study")
    assert (sweep.settings.objective, sweep.settings.search) == ("min:val_loss", "RandomSampler")
    assert sweep.best[0].score == 1.0


@pytest.mark.parametrize("content", DAMAGE)
def test_damaged_settings_are_named(tmp_path, content):
    begin(tmp_path / "sweep")
    (tmp_path / "sweep" / "sweep.json").write_bytes(content)
    with pytest.raises(SweepError, match="sweep.json must be the settings of a sweep"):
        load(tmp_path / "sweep")


def test_no_sweep(tmp_path):
    with pytest.raises(SweepError, match="holds no sweep"):
        load(tmp_path)
    assert read_settings(tmp_path) is None


def test_a_database(tmp_path, postgresql, monkeypatch):
    open_url = postgresql.new_database("records")
    secret = open_url.replace("postgres@", "ada:secret@")
    shown = open_url.replace("postgres@", "ada:***@")
    here = settings(tmp_path / "sweep", storage=shown)
    open_directory(here, overwrite=False, storage=secret)
    study = make(tmp_path, "sweep", storage=secret)
    study.describe(asdict(here))
    study.claim(2)
    study.finish([finished(0)])
    assert len(load(tmp_path / "sweep", storage=secret).trials) == 2
    assert load(secret).settings == load(secret, "sweep").settings == here
    with pytest.raises(SweepError, match="refuses the user or the password"):
        load(tmp_path / "sweep")
    monkeypatch.setenv("DLREF_STORAGE", secret)
    assert len(load(tmp_path / "sweep").best) == 1
    with pytest.raises(SweepError, match="holds no study named 'other'") as raised:
        load(secret, "other")
    assert "secret" not in str(raised.value)
    make(tmp_path, "second", storage=secret).claim(1)
    with pytest.raises(SweepError, match="several studies: sweep, second"):
        load(secret)
    with pytest.raises(SweepError, match="seed is 0 there and 1 here"):  # on another machine
        open_directory(replace(here, directory=str(tmp_path / "b/sweep"), seed=1), False, secret)
    assert "secret" not in (tmp_path / "sweep/sweep.json").read_text()
    study.finish([finished(1)])
    study.close()
    open_directory(here, overwrite=True, storage=secret)
    assert load(tmp_path / "sweep").trials == []


def test_reading_needs_no_keras(tmp_path):
    make(tmp_path).claim(1)
    code = f"{WITHOUT_KERAS}\nfrom dlref.tuning.trials.load_sweep import load\n"
    code += f"print(len(load({str(tmp_path / 'study')!r}).trials), 'keras' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.stdout == "1 False\n", ended.stderr


def test_the_command_that_goes_on():
    found = settings(
        "a b",
        objectives=["min:val_loss", "max:auc"],
        subject_to=["latency_ms<=100"],
        search="tpe",
        workers=2,
        storage="postgresql://ada:***@host/db",
        backend="jax",
    )
    assert found.command() == (
        "KERAS_BACKEND=jax DLREF_STORAGE='postgresql://ada:***@host/db' "
        "dlref sweep digits --trials 9 --epochs 2 --seed 0 "
        "--objective min:val_loss --objective max:auc --directory 'a b' "
        "--subject-to 'latency_ms<=100' --search tpe --workers 2"
    )
    assert settings("x").command().endswith("--objective min:val_loss --directory x")


def test_best_of_several_objectives():
    two = settings(".", objectives=["max:auc", "min:latency_ms"])
    pairs = [(0.9, 50), (0.8, 10), (0.7, 20), (0.9, 60), (0.99, 100), (0.6, 1)]
    trials = [Trial(i, "finished", s[0], {}, "", scores=s) for i, s in enumerate(pairs)]
    assert [t.number for t in Sweep(two, trials).best] == [4, 0, 1, 5, 3, 2]
    trials[4] = replace(trials[4], feasible=False)
    assert [t.number for t in Sweep(two, trials).best] == [0, 1, 5, 3, 2, 4]


def test_a_sweep_goes_on_with_more_trials_and_nothing_else(tmp_path):
    directory = tmp_path / "sweep"
    study = begin(directory)
    study.claim(1)
    study.finish([finished(0)])
    more = open_directory(settings(directory, trials=20, workers=3, versions={}), overwrite=False)
    assert (more.settings.trials, more.settings.versions, len(more.trials)) == (
        20,
        {"keras": "3"},
        1,
    )
    changes = {
        "seed": (1, "seed is 0 there and 1 here"),
        "objectives": (["max:auc"], "objectives is min:val_loss there and max:auc here"),
        "search": ("tpe", "search is random there and tpe here"),
        "identity": ({"model": "build 2", "data": "2"}, "the model's code has changed"),
        "space": ([], "the search space differs in width"),
    }
    for name, (value, message) in changes.items():
        with pytest.raises(SweepError, match=f"holds another sweep: {message}"):
            open_directory(settings(directory, **{name: value}), overwrite=False)
    with pytest.raises(SweepError, match="the data differ"):
        identity = {"model": "build 1", "data": "3"}
        open_directory(settings(directory, identity=identity), overwrite=False)


@pytest.mark.parametrize("state", ["failed", "diverged"])
def test_a_mended_model_runs_again_where_every_trial_had_failed(tmp_path, state):
    directory = tmp_path / "sweep"
    study = begin(directory)
    values = [t.hyperparameters.values for t in study.claim(3)]
    study.finish([failed(n, "no", state) for n in range(3)])
    study.close()
    mended = settings(directory, identity={"model": "build 2", "data": "2"})
    with pytest.raises(SweepError, match="seed is 0"):
        open_directory(replace(mended, seed=1), overwrite=False)
    sweep = open_directory(mended, overwrite=False)
    assert sweep.notes == (
        "the model's code has changed: all 3 trials had failed; they are run again.",
    )
    assert [t.hyperparameters.values for t in make(tmp_path, "sweep").claim(3)] == values


def test_only_a_sweeps_own_files_are_deleted(tmp_path):
    directory = tmp_path / "sweep"
    study = begin(directory)
    study.claim(1)
    (directory / "weights").mkdir()
    for name in ("thesis.tex", "weights/thesis.tex", "weights/0.weights.h5"):
        (directory / name).write_text("mine")
    with pytest.raises(SweepError, match="another process is at work"):
        remove(directory)
    study.close()
    remove(directory)
    left = sorted(str(p.relative_to(directory)) for p in directory.rglob("*") if p.is_file())
    assert left == ["thesis.tex", "weights/thesis.tex"]


@pytest.mark.parametrize("name", ["oracle.json", "study.sqlite3", "report.html"])
def test_a_foreign_project_is_left_alone(tmp_path, name):
    (tmp_path / name).write_text("{}")
    for overwrite in (False, True):
        with pytest.raises(SweepError, match=f"holds {name} but no sweep"):
            open_directory(settings(tmp_path), overwrite)
    assert (tmp_path / name).read_text() == "{}"


def test_settings_of_a_former_version_are_read(tmp_path):
    open_directory(settings(tmp_path / "sweep"), overwrite=False)
    file = tmp_path / "sweep" / "sweep.json"
    state = json.loads(file.read_text())
    for name in ("search", "objectives", "subject_to", "storage"):
        del state[name]
    file.write_text(json.dumps(state))
    assert load(tmp_path / "sweep").settings == settings(tmp_path / "sweep")
    assert numbers(make(tmp_path, "sweep").claim(1)) == [0]
