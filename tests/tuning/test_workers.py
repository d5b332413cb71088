"""Several workers on one machine: real processes, which are killed and interrupted."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dlref.tuning.command import hardware
from dlref.tuning.trials.load_sweep import load
from tests.processes import ENVIRONMENT

DLREF = [sys.executable, "-m", "dlref_cli"]


class Sweep:
    """A sweep with two workers, whose events and processes can be looked at."""

    def __init__(self, command, directory, function, *options):
        self.directory, self.log = directory, directory.parent / "log.jsonl"
        words = command(function, "--workers", 2, "--log-json", self.log, *options)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        self.process = subprocess.Popen(DLREF + words, env=ENVIRONMENT, **pipes)

    def events(self, name):
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [event for event in map(json.loads, lines) if event["event"] == name]

    def wait_for(self, name, count=1):
        end = time.monotonic() + 120
        while len(self.events(name)) < count:
            assert self.process.poll() is None and time.monotonic() < end, self.end()[0]
            time.sleep(0.05)

    def workers(self):
        """The process ids of the workers, by number."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(child) for child in children.split()]

    def end(self):
        output, _ = self.process.communicate(timeout=120)
        return output, self.process.returncode


@pytest.fixture
def start(command, tmp_path):
    started = []

    def run(function, *options):
        started.append(Sweep(command, tmp_path / "sweep", function, *options))
        return started[-1]

    yield run
    for sweep in started:
        sweep.process.kill()
        sweep.process.communicate()


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except OSError:
        return True


def wait_until_gone(pids):
    end = time.monotonic() + 30
    while not all(map(gone, pids)):
        assert time.monotonic() < end
        time.sleep(0.1)


def test_the_others_take_over_the_trials_of_a_worker_that_was_killed(start, sweep, tmp_path):
    running = start("Slow", "--trials", 6)
    running.wait_for("epoch", 2)
    os.kill(running.workers()[0], signal.SIGKILL)
    output, code = running.end()
    assert code == 0, output
    assert "worker 0 was killed by signal 9" in output
    assert [event["worker"] for event in running.events("worker_ended")] == [0, 1]
    found = load(tmp_path / "sweep")
    assert [trial.status for trial in found.trials] == ["finished"] * 6
    ended = sorted(event["trial"] for event in running.events("trial"))
    assert ended == [0, 1, 2, 3, 4, 5]  # none twice
    assert {event["worker"] for event in running.events("trial")} >= {1}

    alone = tmp_path / "alone"
    assert sweep("Slow", "--trials", 6, "--directory", alone).exit_code == 0
    assert [(t.values, t.score) for t in load(alone).trials] == [
        (t.values, t.score) for t in found.trials
    ]


def test_sigterm_ends_all_workers_and_keeps_what_has_ended(start, tmp_path):
    running = start("Slow", "--trials", 9)
    running.wait_for("trial", 2)
    workers = running.workers()
    assert len(workers) == 2
    sent = time.monotonic()
    running.process.send_signal(signal.SIGTERM)
    output, returned = running.end()
    assert returned == 143, output
    assert time.monotonic() - sent < 10  # less than 5 where nothing else runs
    assert all(map(gone, workers))
    found = load(tmp_path / "sweep")
    ended = [trial for trial in found.trials if trial.status == "finished"]
    assert len(ended) >= 2 and f"{len(ended)} of 9 trials are kept" in output
    assert {trial.status for trial in found.trials} <= {"finished", "waiting"}
    assert "died" not in output and "killed" not in output


def test_workers_end_when_their_parent_was_killed(start):
    running = start("Slow", "--trials", 9)
    running.wait_for("trial")
    workers = running.workers()
    running.process.kill()
    wait_until_gone(workers)


def test_when_all_workers_die_the_sweep_breaks_off(start, tmp_path):
    output, code = start("Deadly").end()
    assert code == 1, output
    assert "all 2 workers died; worker 0 last said: this is the end" in output
    assert "What has ended is kept. Go on with:" in output
    assert "Traceback" not in output


def test_which_gpus_there_are(monkeypatch, tmp_path):
    for named, found in [("0,1", ["0", "1"]), ("", []), ("-1", []), ("GPU-1a, 3", ["GPU-1a", "3"])]:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", named)
        assert hardware.gpus() == found
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    query = tmp_path / "nvidia-smi"
    query.write_text("#!/bin/sh\nprintf '0\\n1\\n2\\n'\n")
    query.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert hardware.gpus() == ["0", "1", "2"]
    query.write_text("#!/bin/sh\necho 'no devices were found' >&2\nexit 9\n")
    assert hardware.gpus() == []
