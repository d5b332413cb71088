"""Which workers are alive: at once on one machine, by heartbeats across machines.

Each worker holds a lock on a file of its own; the kernel frees it the moment the process ends, `kill -9` included.
Another process of the same machine that can take the lock knows that the worker is dead. For a worker on another
machine, and where files cannot be locked, what counts is when it last wrote a heartbeat.
"""

import os
import socket
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from dlref.tuning.storage.lock_files import fcntl, place_of, take
from dlref.tuning.storage.whole_files import written_whole

BEAT_SECONDS = 15.0
GRACE_SECONDS = 60.0  # without a heartbeat
START = uuid4().hex[:8]  # tells processes with the same id apart: process ids come again


class Worker:
    """One search of this process, as the storage names it.

    Args:
        directory: where the lock files lie; made where it is missing.

    Example:
        >>> first, second = Worker(getfixture("tmp_path")), Worker(getfixture("tmp_path"))
        >>> token = first.token
        >>> second.is_dead(token, seconds=0)
        False
        >>> first.close()
        >>> second.is_dead(token, seconds=0)
        True
    """

    def __init__(self, directory: Path) -> None:
        self.directory, self.lock = directory, uuid4().hex[:12]
        self.path = directory / f"{self.lock}.lock"
        self.place = ""
        self.file: int | None = None
        if fcntl is not None:
            with written_whole(self.path) as temporary:  # nobody finds it before it is locked
                self.place = place_of(directory)
                file = os.open(temporary, os.O_RDWR | os.O_CREAT, 0o644)
                self.file = file if take(file) else None
                os.write(file, self.place.encode())
            self._shut = weakref.finalize(self, _shut, self.path, file)
        _WORKERS.add(self)

    @property
    def token(self) -> dict[str, Any]:
        """What a trial says of the worker that holds it."""
        name = f"{socket.gethostname()}:{os.getpid()}"
        place = self.place if self.file is not None else ""
        token = {"name": name, "process": process(), "lock": self.lock, "place": place}
        return token | {"oom_kills": oom_kills()}

    def is_dead(self, token: dict[str, Any] | None, seconds: float) -> bool:
        """Whether the worker with that token is no more.

        Args:
            token: of the worker, or None if the trial names none.
            seconds: since its last heartbeat.
        """
        if token is None or token.get("place") != self.place or not self.place or fcntl is None:
            return seconds > GRACE_SECONDS
        path = self.directory / f"{token['lock']}.lock"
        try:
            file = os.open(path, os.O_RDWR)
        except OSError:
            return True
        try:
            if take(file):
                path.unlink(missing_ok=True)
                return True
            return False
        finally:
            os.close(file)

    def ran_out_of_memory(self, token: dict[str, Any] | None) -> bool:
        """Whether the system has killed a process for its memory since that dead worker took its trials."""
        before = (token or {}).get("oom_kills")
        here = token is not None and token.get("place") == self.place
        return here and before is not None and oom_kills() > before

    def close(self) -> None:
        """Gives the lock back."""
        if self.file is not None:
            self.file = None
            self._shut()


def _shut(path: Path, file: int) -> None:
    path.unlink(missing_ok=True)
    os.close(file)


def oom_kills() -> int:
    """How many processes Linux has killed since it started because there was no memory left; 0 where nobody counts."""
    try:
        lines = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)


def process() -> str:
    """This process, and no other one, forked ones included."""
    return f"{os.getpid()}:{START}"


class Heartbeat:
    """Calls `beat` every few seconds, in a thread that ends with the process."""

    def __init__(self, beat: Callable[[], Any], seconds: float = BEAT_SECONDS) -> None:
        self._stopped = threading.Event()
        method = weakref.WeakMethod(beat)  # a search that nobody uses any more may go
        self._thread = threading.Thread(
            target=_beat, args=(method, self._stopped, seconds), name="dlref-heart", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()


def _beat(method: Any, stopped: threading.Event, seconds: float) -> None:
    while not stopped.wait(seconds):
        beat = method()
        if beat is None:
            return
        beat()
        del beat


_WORKERS: weakref.WeakSet[Worker] = weakref.WeakSet()


def _forget() -> None:
    """A forked child does not keep its parent's locks."""
    for worker in _WORKERS:
        if worker.file is not None:
            worker._shut.detach()
            os.close(worker.file)
            worker.file = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
