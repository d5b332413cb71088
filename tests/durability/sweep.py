"""The small sweep, run in a process forked from one that has imported almost everything.

What is imported last starts the backend's threads, which no fork survives: so the children do it.
"""

import faulthandler
import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import keras_tuner  # noqa: F401
import numpy as np

import dlref.tuning.report.terminal_summary  # noqa: F401
from dlref.tuning.report.page import render
from dlref.tuning.trials.load_sweep import load
from tests.durability.steps import Fault, Steps
from tests.tuning.studies import finished, make

MODEL = Path(__file__).with_name("model.py")
SECONDS = 60  # after which a run is stuck
WORDS: dict[str, Any] = {
    **{"trials": 5, "epochs": 3, "seed": 4, "early_stopping": 1, "pruner": "median"},
    **{"objective": ("val_loss",), "quiet": True},
}
SEARCHES = {
    "random": {},
    "pbt": {"search": "pbt", "trials": 6, "epochs": 4, "pruner": "none", "early_stopping": None},
}


@dataclass(frozen=True)
class Run:
    """How a run ended.

    Attributes:
        code: its exit code; negative: the signal that killed it. None: it was stuck.
        steps: (number, kind, what) of each durable step.
        cpu: seconds.
        said: what it printed.
    """

    code: int | None
    steps: list[tuple[int, str, str]]
    cpu: float
    said: str


def prepare(folder: Path) -> None:
    """Makes the data, and this process ready to fork."""
    random = np.random.default_rng(0)
    x = random.normal(size=(48, 4)).astype("float32")
    np.savez(folder / "data.npz", x=x, y=(x @ random.normal(size=(4, 3))).argmax(1))
    if keras.backend.backend() == "jax":
        import jax

        for name, value in {
            "jax_compilation_cache_dir": str(folder / "compiled"),
            "jax_persistent_cache_min_compile_time_secs": 0,
            "jax_persistent_cache_min_entry_size_bytes": -1,
        }.items():
            jax.config.update(name, value)
    _warm_up(folder / "warm")
    gc.collect()
    gc.freeze()


def _warm_up(folder: Path) -> None:
    """What the first use of a database and of the report costs is paid once, and not by every child."""
    study = make(folder, max_trials=1)
    study.claim(1)
    study.finish([finished(0)])
    study.close()
    render(load(folder / "study"))


def run(
    directory: Path,
    fault: Fault,
    storage: str | None = None,
    server: Any = None,
    defect: Callable[[], None] | None = None,
    search: str = "random",
) -> Run:
    """Runs the sweep in `directory`, or goes on with it.

    Args:
        directory: of the sweep.
        fault: what goes wrong.
        storage: the URL of a server. Defaults to `None`: a SQLite file.
        server: of PostgreSQL, if that is the storage.
        defect: changes the library first. Defaults to `None`.
        search: one of `SEARCHES`. Defaults to `"random"`.
    """
    log, output = directory.with_suffix(".steps"), directory.with_suffix(".output")
    log.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        _work(directory, Steps(directory, fault, log, server), output, storage, defect, search)
    began, status, usage = time.monotonic(), None, None
    while True:
        pid, status, usage = os.wait4(child, os.WNOHANG)
        if pid:
            code = os.waitstatus_to_exitcode(status)
            break
        if time.monotonic() - began > SECONDS:
            os.kill(child, signal.SIGKILL)
            _, _, usage = os.wait4(child, 0)
            code = None
            break
        time.sleep(0.01)
    lines = [line.split("\t", 2) for line in log.read_text().splitlines()]
    steps = [(int(number), kind, what) for number, kind, what in lines]
    return Run(code, steps, usage.ru_utime + usage.ru_stime, output.read_text())


def _work(
    directory: Path,
    steps: Steps,
    output: Path,
    storage: str | None,
    defect: Callable[[], None] | None,
    search: str,
) -> None:
    """Never returns."""
    code = 3
    try:
        file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, 1)
        os.dup2(file, 2)
        faulthandler.dump_traceback_later(SECONDS - 5)  # where it is stuck
        from dlref.tuning.command import events, options, sweep
        from dlref.tuning.errors import SweepError
        from dlref.tuning.populations.training import checkpoint

        checkpoint.SHARE = float("inf")  # after every epoch
        _beat_with_the_epochs(events.Events)
        if defect:
            defect()
        words = {"target": f"{MODEL}:build", "data": str(directory.parent / "data.npz"), **WORDS}
        words |= SEARCHES[search]
        asked = options.Options(directory=str(directory), storage=storage, **words)
        steps.watch()
        try:
            code = sweep.run(asked, lambda: None)
        except SweepError as error:
            print(f"Error: {error}")
            code = 2
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _beat_with_the_epochs(events: Any) -> None:
    """Heartbeats come every 15 seconds, in a thread: here after every epoch, so that they have a number."""
    from dlref.tuning.trials import worker_session

    hearts: list[Any] = []
    said = events.epoch_ended

    class Heart:
        def __init__(self, beat: Callable[[], None]) -> None:
            hearts.append(beat)

        def stop(self) -> None:
            hearts.clear()

    def epoch_ended(self: Any, *args: Any) -> None:
        said(self, *args)
        for beat in hearts:
            beat()

    worker_session.Heartbeat = Heart  # type: ignore[misc]
    events.epoch_ended = epoch_ended
