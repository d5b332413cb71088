"""Many workers on one PostgreSQL server, of which one is killed again and again.

Each is `dlref sweep` in a process of its own, over tiny models, so that most of a trial is bookkeeping. The first is
never killed: its memory is watched. Then bookkeeping alone is timed, of one worker and of as many as there were.

`python -m tests.durability.many_workers` ends with 1 if a trial is missing or still open, if a worker failed, if a
connection is left, if memory has grown, or if a trial's bookkeeping takes more than twice as long as with one worker.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import keras
import keras_tuner
import numpy as np
import psycopg

from benchmarks.bookkeeping import BULK, lecture_study, run
from benchmarks.report import machine
from dlref.tuning import log_uniform
from dlref.tuning.trials.load_sweep import load
from tests.durability.databases import postgresql
from tests.processes import ENVIRONMENT

MODEL = f"{Path(__file__).resolve()}:build"
OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
THERE = "SELECT count(*) FROM pg_tables WHERE tablename = 'trials'"
ENDED = "SELECT count(*) FROM trials WHERE state IN ('COMPLETE', 'PRUNED', 'FAIL')"
GROWTH = 1.1  # of memory from the second quarter of a worker's life to the last, what is allowed
SLOWER = 2.0  # and of the bookkeeping of a trial among many workers
BULKS = 16  # of trials that each worker claims and finishes when bookkeeping is timed


def build(hp: keras_tuner.HyperParameters) -> keras.Model:
    """What the sweep trains."""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(log_uniform(hp, "learning_rate", 0.01, 1.0)), loss)
    return model


class Workers:
    """Processes that are started again when they die, as a cluster does.

    Args:
        count: how many.
        folder: of the sweep, its data and what the workers print.
        url: of the database.
        trials: of the sweep.
    """

    def __init__(self, count: int, folder: Path, url: str, trials: int) -> None:
        self._log = (folder / "workers.log").open("wb")
        shared = ("--data", folder / "data.npz", "--directory", folder / "sweep", "--storage", url)
        options = ("--trials", trials, "--epochs", 1, "--objective", "val_loss", "--quiet")
        words = [sys.executable, "-m", "dlref_cli", "sweep", MODEL, *shared, *options]
        self._command = list(map(str, words))
        self.running = [self._start() for _ in range(count)]

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, env=ENVIRONMENT, stdout=self._log, stderr=self._log)

    def kill(self, number: int) -> None:
        """Kills one, and starts another in its place."""
        self.running[number].kill()
        self.running[number].wait()
        self.running[number] = self._start()


def memory(pid: int) -> float:
    """MB that a running process holds."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS")), 0.0)


def sweep(url: str, folder: Path, words: argparse.Namespace) -> dict[str, Any]:
    """Kills and looks until all trials have ended."""
    workers = Workers(words.workers, folder, url, words.trials)
    began, kills, connections, held = time.monotonic(), 0, [0], list[float]()
    turn = cycle(range(1, words.workers))
    with psycopg.connect(url, autocommit=True) as connection:

        def count(statement: str) -> int:
            return connection.execute(statement).fetchone()[0]  # type: ignore[index]

        while workers.running[0].poll() is None:
            time.sleep(0.5)
            ended = count(ENDED) if count(THERE) else 0
            connections.append(count(OTHERS))
            if ended:
                held.append(memory(workers.running[0].pid))
            if time.monotonic() - began > words.every * (kills + 1) and 0 < ended < words.trials:
                kills += 1
                workers.kill(next(turn))
                print(f"{ended} trials, {kills} kills", file=sys.stderr, flush=True)
        seconds = time.monotonic() - began
        codes = [process.wait() for process in workers.running]
        end = time.monotonic() + 10  # the server notices a moment later
        while (left := count(OTHERS)) and time.monotonic() < end:
            time.sleep(0.5)
    found = load(str(folder / "sweep"), storage=url)
    quarters = [statistics.median(part) for part in np.array_split(held, 4)]
    return {
        "seconds": round(seconds),
        "kills": kills,
        "trials": dict(Counter(trial.status for trial in found.trials)),
        "numbers": len({trial.number for trial in found.trials}),
        "workers that had trials": len({trial.worker for trial in found.trials}),
        "exit codes": sorted(set(codes)),
        "connections at most": max(connections),
        "connections left": left,
        "MB of the first worker, by quarters of its life": [round(float(mb)) for mb in quarters],
    }


def bookkeeping(server: Any, folder: Path, workers: int) -> float:
    """Milliseconds from one trial that has been claimed and finished to the next."""
    url = server.new_database(f"of_{workers}")
    place = str(folder / f"of_{workers}")
    study = lecture_study(place, BULK * (1 + BULKS * workers), url)
    study.claim(1)
    study.close()
    words = [sys.executable, "-m", __spec__.name, "--bookkeeping", url, place]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(words, env=ENVIRONMENT, **pipes) for _ in range(workers)]
    for process in started:
        assert process.stdout and process.stdout.readline() == "ready\n"
    began = time.perf_counter()
    for process in started:
        assert process.stdin
        process.stdin.close()
    assert not any(process.wait() for process in started)
    return 1000 * (time.perf_counter() - began) / (BULK * BULKS * workers)


def worker(url: str, folder: str) -> None:
    """Claims and finishes trials, once it is told to."""
    study = lecture_study(folder, 10**6, url)
    print("ready", flush=True)
    sys.stdin.read()
    for _ in range(BULKS):
        run(study, BULK)
    study.close()


def faults(found: dict[str, Any], trials: int) -> Iterator[str]:
    """What is wrong with it."""
    if found["trials"] != {"finished": trials} or found["numbers"] != trials:
        yield "not every trial was finished once"
    if found["exit codes"] != [0]:
        yield "a worker failed"
    if found["connections left"]:
        yield "a connection was left"
    _, second, _, last = found["MB of the first worker, by quarters of its life"]
    if last > GROWTH * second:
        yield "memory has grown"
    alone, among = found["ms of bookkeeping a trial"].values()
    if among > SLOWER * alone:
        yield "bookkeeping is slower among many workers"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.durability.many_workers")
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--every", type=float, default=20, help="seconds between two kills")
    parser.add_argument("--out", type=Path, help="the file for what was found")
    parser.add_argument("--bookkeeping", nargs=2, help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.bookkeeping:
        worker(*words.bookkeeping)
        return 0
    random = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as name, postgresql() as server:
        folder = Path(name)
        x = random.normal(size=(48, 4)).astype("float32")
        np.savez(folder / "data.npz", x=x, y=(x @ random.normal(size=(4, 3))).argmax(1))
        found = sweep(server.new_database("sweep"), folder, words)
        times = {
            f"{n} workers": round(bookkeeping(server, folder, n), 3) for n in (1, words.workers)
        }
        found["ms of bookkeeping a trial"] = times
        if found["exit codes"] != [0]:
            print((folder / "workers.log").read_text()[-3000:], file=sys.stderr)
    wrong = list(faults(found, words.trials))
    found |= {"workers": words.workers, "seconds between kills": words.every, "wrong": wrong}
    text = json.dumps({"machine": machine(), "results": [found]}, indent=1)
    print(text)
    if words.out:
        words.out.write_text(text + "\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
