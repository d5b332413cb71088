"""The durable steps of a process, seen from outside the library: numbered, and failed.

Python tells an audit hook of every file that it opens, renames or removes and of every folder that it makes, just
before. Two steps it does not see: a commit, before which SQLAlchemy's `do_commit` is called, and a file of weights that
HDF5 writes in C, for which Keras calls `save_weights`.
"""

import errno
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.durability.databases import LOST, SERVER_FAULTS, database_error, lost

WRITES = os.O_CREAT | os.O_TRUNC | os.O_APPEND
ERRORS = {"disk-full": errno.ENOSPC, "io-error": errno.EIO, "read-only": errno.EROFS}
KILLS = ("kill-before", "kill-after")
FOLDERS = {"checkpoints": "checkpoint", "weights": "weights", "workers": "lock"}
COMMITS = {  # by the function of dlref that asked for it
    **{"begin": "study", "describe": "settings", "claim": "claim", "beat": "heartbeat"},
    **{"record_lineages": "exchange"},
    **{"finish": "result", "report": "pruner", "release": "release", "_repeat": "tables"},
}
FILES = {"report": "report", "commands": "commands", "study": "database", "trial": "weights"}


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and at which step; `step` 0 is none.

    Args:
        kind: "kill-before", "kill-after", one of `ERRORS`, or a fault of a server.
        step: counted from 1.
    """

    kind: str = "none"
    step: int = 0


class Steps:
    """Numbers the steps of this process, and fails one of them.

    Args:
        directory: of the sweep; what happens elsewhere is no step.
        fault: what goes wrong.
        log: gets a line for each step, before it is taken.
        server: of PostgreSQL, if that is the storage.
    """

    def __init__(self, directory: Path, fault: Fault, log: Path, server: Any = None) -> None:
        self.directory, self.fault, self.server = str(directory.resolve()), fault, server
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.count, self._inside = 0, False

    def watch(self) -> None:
        """From now on every step counts."""
        import keras
        from sqlalchemy import Connection, Engine, event
        from sqlalchemy.engine.default import DefaultDialect

        sys.addaudithook(self._audit)
        save, commit, begun = keras.Model.save_weights, DefaultDialect.do_commit, []

        def save_weights(model: Any, path: Any, *args: Any, **kwargs: Any) -> None:
            self.take(
                "weights", f"write {Path(path).name}", lambda: save(model, path, *args, **kwargs)
            )

        def do_commit(dialect: Any, connection: Any) -> None:
            if not begun or begun.pop():
                self.take(committer(), "commit", lambda: commit(dialect, connection), connection)
            else:
                commit(dialect, connection)

        def on_commit(connection: Connection) -> None:
            begun.append(connection.get_execution_options().get("dlref_write", True))

        keras.Model.save_weights, DefaultDialect.do_commit = save_weights, do_commit
        event.listen(Engine, "commit", on_commit)

    def take(self, kind: str, what: str, act: Callable[[], None], connection: Any = None) -> None:
        """One step that is a call: it fails before or after."""
        if self._is_next(kind, what):
            self._fail(connection)
            act()
            self._kill()
            if self.fault.kind == LOST and connection is not None:
                raise lost(connection)
        else:
            act()

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        if self._inside or not (found := self._changed(event, args)):
            return
        self._inside = True  # what this does itself is no step
        try:
            if self._is_next(kind_of(found), f"{event} {os.path.basename(found)}"):
                self._fail(None)
                sys.setprofile(lambda *_: self._kill())  # at the next call or return
        finally:
            self._inside = False

    def _changed(self, event: str, args: tuple[Any, ...]) -> str:
        """The path that is about to change, or nothing."""
        if event not in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"):
            return ""
        path = args[1] if event == "os.rename" else args[0]
        if not isinstance(path, str | os.PathLike):
            return ""
        path = os.path.abspath(os.fspath(path))
        if not path.startswith(self.directory):
            return ""
        there = os.path.lexists(path)
        changes = {
            "open": event == "open" and bool(args[2] & WRITES),
            "os.rename": True,
            "os.remove": there,
            "os.mkdir": not there,
            "os.rmdir": there,
        }
        return path if changes[event] else ""

    def _is_next(self, kind: str, what: str) -> bool:
        self.count += 1
        os.write(self.log, f"{self.count}\t{kind}\t{what}\n".encode())
        return self.count == self.fault.step

    def _fail(self, connection: Any) -> None:
        kind = self.fault.kind
        if kind == "kill-before":
            self._kill()
        if kind in ERRORS and connection is not None:
            raise database_error(kind, connection)
        if kind in ERRORS:
            raise OSError(ERRORS[kind], os.strerror(ERRORS[kind]))
        if kind in SERVER_FAULTS and connection is not None and self.server is not None:
            SERVER_FAULTS[kind](self.server, connection.dbapi_connection)

    def _kill(self) -> None:
        if self.fault.kind in KILLS:
            os.kill(os.getpid(), signal.SIGKILL)


def committer() -> str:
    """What the transaction is for: the function of dlref that asked for it says so."""
    frame: Any = sys._getframe(1)
    while frame:
        if "/dlref/tuning/" in frame.f_code.co_filename and frame.f_code.co_name in COMMITS:
            name = frame.f_code.co_name
            if name != "_repeat" or frame.f_back.f_code.co_name == "__init__":
                return COMMITS[name]
        frame = frame.f_back
    return "study"


def kind_of(path: str) -> str:
    """What a file is of."""
    parts = Path(path).parts[-2:]
    if parts[0] in FOLDERS or parts[1] in FOLDERS:
        return FOLDERS.get(parts[0]) or FOLDERS[parts[1]]
    word = parts[1].partition(".")[0].partition("_")[0].partition("-")[0]
    return FILES.get(word, "weights" if parts[0].startswith("trial_") else "settings")
