"""The directory of a run: what the training process and a terminal tell each other, in plain files.

- `state.json`: what the run is doing, replaced as a whole;
- `events.jsonl`: everything that happened, a line each;
- `commands/`: what a terminal asks for, a file each, and `answers/`: what came of it;
- `lock`: held by the process that trains. The kernel frees it the moment that process ends, however it ends.

The other side is `dlref_cli/babysit.py`, which reads and writes the same files without importing Keras.
"""

import contextlib
import json
import math
import os
import shutil
import socket
import time
from pathlib import Path
from typing import Any

from dlref._stored import reading

try:
    import fcntl
except ImportError:  # Windows: a run is known by the age of its state alone
    fcntl = None

FILES = ("state.json", "events.jsonl", "lock", "babysitter.html")
FOLDERS = ("commands", "answers")
LARGEST = 64 * 1024  # bytes of a command
PATIENCE = 1.0  # seconds, for a terminal that is just looking whether the lock is held
_OPEN: dict[str, "RunDirectory"] = {}


class RunDirectory:
    """The directory of one run, which one process holds at a time.

    Args:
        path: the directory, made where it is missing.
        overwrite: whether to remove an earlier run in it. Defaults to False.

    Raises:
        ValueError: if it holds an earlier run, or another process that trains.

    Example:
        >>> run = RunDirectory(getfixture("tmp_path") / "run")
        >>> run.open()
        >>> run.record("sample", step=1, loss=float("nan"))
        >>> [event["loss"] for event in read_events(run.path)]
        ['nan']
        >>> run.close()
    """

    def __init__(self, path: str | os.PathLike[str], overwrite: bool = False) -> None:
        self.path, self.overwrite = Path(path), overwrite
        self.lock: int | None = None
        if not overwrite and (self.path / "events.jsonl").exists():
            raise ValueError(
                "Babysitter: `directory` must not hold an earlier run, unless overwrite=True. "
                f"Received: directory={str(path)!r}."
            )

    def open(self) -> None:
        """Takes the directory; what an earlier run left in it goes where `overwrite` says so."""
        self.path.mkdir(parents=True, exist_ok=True)
        key = str(self.path.resolve())
        if key in _OPEN:  # a fit that was interrupted in this process
            _OPEN[key].close()
        self.lock = _take(self.path / "lock")
        if self.overwrite:
            for name in FILES:
                if name != "lock":
                    (self.path / name).unlink(missing_ok=True)
            self.overwrite = False  # a second fit goes on
        for name in FOLDERS:
            shutil.rmtree(self.path / name, ignore_errors=True)
            (self.path / name).mkdir()
        _OPEN[key] = self

    def close(self) -> None:
        """Gives the directory back."""
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None
        _OPEN.pop(str(self.path.resolve()), None)

    def record(self, kind: str, **values: Any) -> None:
        """Appends a line to `events.jsonl`."""
        line = json.dumps(plain({"kind": kind, "time": round(time.time(), 3), **values}))
        with (self.path / "events.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def write_state(self, state: dict[str, Any]) -> None:
        """Replaces `state.json`."""
        who = {"pid": os.getpid(), "host": socket.gethostname(), "updated": time.time()}
        write_json(self.path / "state.json", state | who)

    def commands(self) -> list[tuple[str, Any]]:
        """Takes what the terminals ask for, oldest first: names, and contents or the errors in reading them."""
        taken = []
        for path in sorted((self.path / "commands").glob("*.json")):
            try:
                with reading(path, "a command"):
                    if path.stat().st_size > LARGEST:
                        raise ValueError(f"It must have at most {LARGEST} bytes.")
                    content: Any = json.loads(path.read_text("utf-8"))
            except (OSError, ValueError) as error:
                content = error
            with contextlib.suppress(OSError):  # of what is no file: it keeps no other waiting
                path.unlink(missing_ok=True)
            taken.append((path.stem, content))
        return taken

    def answer(self, name: str, content: dict[str, Any]) -> None:
        """Tells the terminal that asked."""
        write_json(self.path / "answers" / f"{name}.json", content)


def read_events(path: Path) -> list[dict[str, Any]]:
    """The lines of `events.jsonl`; one that is no event, such as the last of a killed process, does not count."""
    events = []
    for line in (path / "events.jsonl").read_bytes().splitlines():
        with contextlib.suppress(ValueError, RecursionError):
            event = json.loads(line.decode("utf-8"))
            events += [event] if isinstance(event, dict) and "kind" in event else []
    return events


def write_json(path: Path, content: Any) -> None:
    """Writes a file whole or not at all: a reader never sees half of it."""
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(json.dumps(plain(content)), encoding="utf-8")
    os.replace(temporary, path)


def plain(value: Any) -> Any:
    """The value as JSON has it: NaN and infinities, which it has not, as the strings that `float` reads."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _take(path: Path) -> int | None:
    """The lock, as the number of an open file."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    until = time.monotonic() + PATIENCE
    while fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError as error:
            if time.monotonic() > until:
                os.close(file)
                raise ValueError(
                    "Babysitter: `directory` must not be in use by another process that trains. "
                    f"Received: directory={str(path.parent)!r}."
                ) from error
            time.sleep(0.05)
        except OSError:  # this file system knows no locks
            break
    return file
