"""A signal to a real process, and the same command again."""

import os
import shlex
import signal
import subprocess
import sys
import time

import pytest

from dlref.tuning.trials.load_sweep import load
from dlref_cli.signals import Interruption
from tests.processes import ENVIRONMENT

DLREF = [sys.executable, "-m", "dlref_cli"]


def start(words):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(DLREF + words, env=ENVIRONMENT, **pipes)


def results(directory):
    return [(trial.number, trial.values, trial.score) for trial in load(directory).trials]


def interrupt(process, number):
    """Sends the signal in the middle of the third trial; returns the output and the seconds it took to end."""
    lines = [process.stdout.readline()]
    while "2/4 trial" not in lines[-1] and lines[-1]:
        lines.append(process.stdout.readline())
    time.sleep(0.5)
    sent = time.monotonic()
    process.send_signal(number)
    rest, _ = process.communicate(timeout=60)
    return "".join(lines) + rest, time.monotonic() - sent


def test_ctrl_c_keeps_what_has_ended_and_the_printed_command_goes_on(command, sweep, tmp_path):
    stopped, whole = tmp_path / "sweep", tmp_path / "whole"
    process = start(command("Slow"))
    output, seconds = interrupt(process, signal.SIGINT)
    assert process.returncode == 130, output
    assert "2 of 4 trials are kept" in output
    assert seconds < 10  # a fraction of one where nothing else runs
    statuses = [trial.status for trial in load(stopped).trials]
    assert statuses == ["finished", "finished", "waiting", "waiting"]
    before = results(stopped)[:2]

    printed = shlex.split(output.rstrip().splitlines()[-1])
    process = start(printed[printed.index("dlref") + 1 :])
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output
    assert sweep("Slow", "--directory", whole).exit_code == 0
    assert results(stopped)[:2] == before
    assert results(stopped) == results(whole)


def test_a_cluster_s_sigterm_ends_as_cleanly(command, tmp_path):
    process = start(command("Slow"))
    output, seconds = interrupt(process, signal.SIGTERM)
    assert process.returncode == 143, output
    assert seconds < 10  # a fraction of one where nothing else runs
    assert len(load(tmp_path / "sweep").best) == 2


def test_a_second_sigterm_does_not_disturb_the_ending_a_second_ctrl_c_does():
    with Interruption() as interruption:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        assert interruption.exit_code == 143
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)


def test_a_signal_that_other_code_swallows_is_raised_again():
    before = signal.getsignal(signal.SIGINT)
    with Interruption() as interruption:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(10)
        except KeyboardInterrupt:
            pass
        with pytest.raises(KeyboardInterrupt):
            interruption.check()
    assert interruption.exit_code == 143
    assert signal.getsignal(signal.SIGINT) is before
