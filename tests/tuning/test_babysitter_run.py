"""The directory of a run, the arguments of the babysitter, and the command where there is no run."""

import json
import re
import subprocess
import sys
import time

import keras
import numpy as np
import pytest
from click.testing import CliRunner

from dlref.tuning import Babysitter
from dlref.tuning.babysitting.advice import Advice
from dlref.tuning.babysitting.event_log import EventLog
from dlref.tuning.babysitting.run_directory import RunDirectory, plain, read_events
from dlref_cli import main
from tests.processes import permissions
from tests.training import classifier, digits

WRONG = [
    ({"directory": 3}, TypeError, "`directory` must be a string"),
    ({"language": "de"}, ValueError, "`language` must be 'en' or 'ko'. Received: language='de'"),
    ({"data": np.ones(3)}, TypeError, "`data` must be a pair (x, y) of arrays, or None"),
    ({"data": (iter([]), np.ones(3))}, TypeError, "Received: an entry of type list_iterator"),
    ({"data": (np.ones((4, 2)), np.ones(3))}, ValueError, "as many examples. Received: [3, 4]"),
    ({"data": (np.ones((0, 2)), np.ones(0))}, ValueError, "Received: [0] examples"),
    ({"every": 0}, ValueError, "`every` must be an integer of at least 1"),
    ({"every": 2.0}, TypeError, "`every` must be an integer"),
    ({"subset": 0}, ValueError, "`subset` must be an integer of at least 1"),
    ({"check_subset": True}, ValueError, "`data` must be given for the check of a subset"),
    ({"check_subset": "yes"}, TypeError, "`check_subset` must be True or False"),
    ({"target_error": 1.5}, ValueError, "`target_error` must be a number in [0, 1]"),
    ({"stop_on_nan": 1}, TypeError, "`stop_on_nan` must be True or False"),
    ({"overwrite": None}, TypeError, "`overwrite` must be True or False"),
    ({"verbose": 2}, TypeError, "`verbose` must be True or False"),
]


@pytest.mark.parametrize(("arguments", "kind", "message"), WRONG, ids=lambda value: str(value)[:30])
def test_wrong_arguments(arguments, kind, message, tmp_path):
    with pytest.raises(kind) as raised:
        Babysitter(**{"directory": tmp_path / "run", **arguments})
    assert message in str(raised.value)
    assert not (tmp_path / "run").exists()


def fit(panda, epochs=1):
    x, y = digits(128)
    model = classifier()
    model.compile("sgd", "categorical_crossentropy", run_eagerly=True)
    return model.fit(x, y, epochs=epochs, verbose=0, callbacks=[panda])


def test_an_earlier_run_is_kept_unless_asked_otherwise(tmp_path):
    fit(Babysitter(tmp_path))
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ValueError, match="must not hold an earlier run, unless overwrite=True"):
        Babysitter(tmp_path)
    fit(Babysitter(tmp_path, overwrite=True))
    assert [e["kind"] for e in read_events(tmp_path)].count("started") == 1
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_second_fit_of_the_same_babysitter_goes_on(tmp_path):
    panda = Babysitter(tmp_path, overwrite=True)
    fit(panda)
    fit(panda)
    kinds = [event["kind"] for event in read_events(tmp_path)]
    assert kinds.count("started") == kinds.count("ended") == 2


def test_an_interrupted_fit_gives_its_directory_to_the_next(tmp_path):
    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise KeyboardInterrupt

    x, y = digits(64)
    model = classifier()
    model.compile("sgd", "categorical_crossentropy", run_eagerly=True)
    with pytest.raises(KeyboardInterrupt):
        model.fit(x, y, verbose=0, callbacks=[Babysitter(tmp_path), Interrupt()])
    fit(Babysitter(tmp_path, overwrite=True))
    assert json.loads((tmp_path / "state.json").read_text())["status"] == "finished"


def test_a_disk_that_fails_does_not_end_the_training(tmp_path, capsys, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    panda = Babysitter(tmp_path)
    monkeypatch.setattr(RunDirectory, "record", full)
    assert len(fit(panda, epochs=2).history["loss"]) == 2
    assert capsys.readouterr().out.count("No space left on device") == 1


def test_a_directory_that_vanishes_does_not_end_the_training(tmp_path):
    class Remove(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            for path in sorted((tmp_path / "run").rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
            (tmp_path / "run").rmdir()

    x, y = digits(64)
    model = classifier()
    model.compile("sgd", "categorical_crossentropy", run_eagerly=True)
    panda = Babysitter(tmp_path / "run", verbose=False, every=1)
    assert model.fit(x, y, verbose=0, callbacks=[Remove(), panda]).history["loss"]


def test_files_that_somebody_has_written_into_do_not_end_the_training(tmp_path, capsys):
    class Write(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            with (tmp_path / "events.jsonl").open("a") as file:
                file.write('{"kind": "advice"}\n')

    x, y = digits(64)
    model = classifier()
    model.compile("sgd", "categorical_crossentropy", run_eagerly=True)
    model.fit(x, y, verbose=0, callbacks=[Write(), Babysitter(tmp_path)])
    assert "must be the events of a run. Received: KeyError: 'epoch'" in capsys.readouterr().out
    result = CliRunner().invoke(main, ["babysit", str(tmp_path), "--page"])
    assert result.exit_code == 2 and "The page cannot be drawn: " in result.output


def test_numbers_that_json_has_not():
    values = {"a": float("nan"), "b": [float("inf"), -float("inf"), 1.0], 3: (None, "text")}
    assert plain(values) == {"a": "nan", "b": ["inf", "-inf", 1.0], "3": [None, "text"]}


def test_half_a_line_is_not_an_event(tmp_path):
    run = RunDirectory(tmp_path)
    run.open()
    run.record("sample", step=1)
    with (tmp_path / "events.jsonl").open("a") as file:
        file.write('{"kind": "sam')
    assert [event["step"] for event in read_events(tmp_path)] == [1]
    run.close()


def test_a_finding_is_said_once_until_it_changes(tmp_path, capsys):
    event_log = EventLog(RunDirectory(tmp_path), "en", aloud=True)
    event_log.start(settable={})

    def said(*shares):
        event_log.advise(
            [Advice("dead", "warning", {"layers": f"{s}%"}, (s,)) for s in shares],
            epoch=1,
            step=0,
        )
        return capsys.readouterr().out.count("[babysitter]")

    assert [said(50), said(50), said(), said(50), said(75), said(75)] == [1, 0, 0, 0, 1, 0]
    assert "75%" in event_log.state["advice"][0]["ko"]
    assert len([e for e in read_events(tmp_path) if e["kind"] == "advice"]) == 2
    event_log.end("finished")


class TestCommand:
    @staticmethod
    def run(*words):
        return CliRunner().invoke(main, ["babysit", *map(str, words)])

    def test_where_there_is_no_run(self, tmp_path):
        result = self.run(tmp_path)
        assert result.exit_code == 2 and "holds no run of a Babysitter" in result.output
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("content", ["", "[]", "{}", "\x00", '{"status": "running"}'])
    def test_a_state_that_is_damaged(self, content, tmp_path):
        (tmp_path / "state.json").write_text(content)
        result = self.run(tmp_path)
        assert result.exit_code == 2 and "state.json must be the state of a run" in result.output
        assert isinstance(result.exception, SystemExit)

    @pytest.mark.parametrize("word", ["learning_rate", "=1", "learning_rate=", ""])
    def test_what_set_takes(self, word, tmp_path):
        result = self.run(tmp_path, "--set", word)
        assert result.exit_code == 2 and "--set takes NAME=VALUE" in result.output

    def test_a_finished_run(self, tmp_path):
        fit(Babysitter(tmp_path))
        result = self.run(tmp_path)
        assert result.exit_code == 0 and ": finished, epoch 1 of 1, update 4" in result.output
        assert "No advice: the run looks healthy." in result.output
        assert str(tmp_path / "babysitter.html") in result.output
        assert "에포크 1/1" in self.run(tmp_path, "--language", "ko").output
        refused = self.run(tmp_path, "--stop")
        assert refused.exit_code == 2 and "is not running. Nothing was changed." in refused.output

    def test_imports_no_keras_and_answers_at_once(self, tmp_path):
        fit(Babysitter(tmp_path))
        code = (
            f"import sys; from dlref_cli import main; main(['babysit', {str(tmp_path)!r}], "
            "standalone_mode=False); print({'keras', 'dlref', 'numpy'} & set(sys.modules))"
        )
        seconds = []
        for _ in range(3):
            began = time.monotonic()
            ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
            seconds.append(time.monotonic() - began)
            assert ran.stdout.rstrip().endswith("set()"), ran.stderr
        assert min(seconds) < 1.5  # 0.1 on a machine that does nothing else


def test_a_directory_without_permission(tmp_path):
    tmp_path.chmod(0o500)
    with permissions(), pytest.raises(PermissionError, match=re.escape(f"{tmp_path}/run")):
        fit(Babysitter(tmp_path / "run"))
