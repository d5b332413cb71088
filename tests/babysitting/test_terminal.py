"""A training in one process, and `dlref babysit` in others, as a user has them in two terminals."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dlref.tuning.babysitting.run_directory import RunDirectory
from tests.processes import ENVIRONMENT

PROGRAM = Path(__file__).with_name("training.py")
UTF_8 = {**ENVIRONMENT, "PYTHONIOENCODING": "utf-8"}
PATIENCE = 120  # seconds, on a machine with other work


def babysit(*words):
    """Runs `dlref babysit`."""
    program = [sys.executable, "-m", "dlref_cli", "babysit", *map(str, words)]
    return subprocess.run(program, env=UTF_8, capture_output=True, text=True)


def until(condition):
    """Waits for it."""
    end = time.monotonic() + PATIENCE
    while not (result := condition()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return result


def state(run):
    try:
        return json.loads((run / "state.json").read_text())
    except FileNotFoundError:
        return {}


@pytest.fixture
def training(tmp_path):
    """Starts a training and waits until it has come to its second epoch."""
    started = []

    def start(*words):
        run = tmp_path / "run"
        process = subprocess.Popen(
            [sys.executable, str(PROGRAM), str(run), *words],
            env=UTF_8,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        until(lambda: process.poll() is not None or state(run).get("epoch", 0) >= 2)
        assert process.poll() is None, process.communicate()[0]
        return run, process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_run_is_looked_at_changed_and_ended_from_another_process(training):
    run, process = training()
    shown = babysit(run)
    assert shown.returncode == 0 and "running, epoch" in shown.stdout, shown.stderr
    assert "learning_rate 1e-05" in shown.stdout and "val_accuracy" in shown.stdout
    until(lambda: "too low" in babysit(run).stdout)
    before = state(run)["logs"]["loss"]

    changed = babysit(run, "--set", "learning_rate=0.02", "--set", "drop.rate=0.1")
    assert changed.returncode == 0, changed.stderr
    assert "learning_rate: 1e-05 -> 0.02, after update" in changed.stdout
    assert "drop.rate: 0.5 -> 0.1" in changed.stdout and "compiles" in changed.stdout
    until(lambda: state(run)["logs"]["loss"] < before / 4)  # it learns now
    assert "too low" not in babysit(run).stdout

    wrong = babysit(run, "--set", "momentum=1.5")
    assert wrong.returncode == 2 and "`momentum` must be a number in [0, 1]" in wrong.stderr
    listed = babysit(run, "--list").stdout.splitlines()
    assert {"learning_rate = 0.02", "drop.rate = 0.1", "momentum = 0.9", "clipnorm = none"} < set(
        listed
    )

    ended = babysit(run, "--stop")
    assert ended.returncode == 0 and "The run is ending" in ended.stdout, ended.stderr
    output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0 and "ended after" in output
    assert "[babysitter] The loss hardly falls" in output
    assert "stopped, as asked" in babysit(run).stdout
    page = (run / "babysitter.html").read_text()
    assert "learning_rate = 0.02" in page and "drop.rate = 0.1" in page


def test_a_killed_run_is_known_to_be_dead_and_its_page_can_be_drawn(training):
    run, process = training("ko")
    process.send_signal(signal.SIGKILL)
    process.wait()
    shown = babysit(run)
    assert "말없이 끝남" in shown.stdout and shown.returncode == 0
    assert "ended without a word" in babysit(run, "--language", "en").stdout
    refused = babysit(run, "--set", "learning_rate=0.1")
    assert refused.returncode == 2 and "실행 중이 아닙니다" in refused.stderr
    assert not list((run / "commands").iterdir())
    assert not (run / "babysitter.html").exists()
    drawn = babysit(run, "--page")
    assert drawn.returncode == 0, drawn.stderr
    assert "Plotly" in (run / "babysitter.html").read_text()


def test_a_second_training_is_refused_and_what_is_not_answered_is_not_done_later(training):
    run, process = training()
    with pytest.raises(ValueError, match="`directory` must not be in use by another process"):
        RunDirectory(run, overwrite=True).open()
    assert "running, epoch" in babysit(run).stdout

    process.send_signal(signal.SIGSTOP)
    refused = babysit(run, "--set", "learning_rate=0.5", "--timeout", "0.5")
    assert refused.returncode == 2 and "did not answer within 0.5 seconds" in refused.stderr
    process.send_signal(signal.SIGCONT)
    step = state(run)["step"]
    until(lambda: state(run)["step"] > step)
    assert state(run)["changes"] == [] and babysit(run, "--stop").returncode == 0
    process.communicate(timeout=PATIENCE)
