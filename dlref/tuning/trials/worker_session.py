"""One process at work on a study: the storage it has opened, and the trials it holds."""

import atexit
import contextlib
import shutil
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sql
from optuna.trial import TrialState

from dlref._stored import checked, reading
from dlref.tuning.errors import SweepError
from dlref.tuning.storage.dead_workers import find_leftovers
from dlref.tuning.storage.heartbeat import Heartbeat, Worker, process
from dlref.tuning.storage.lock_files import remove_free_locks
from dlref.tuning.storage.read_rows import ATTRS, TRIALS, read
from dlref.tuning.storage.storage import Storage
from dlref.tuning.storage.trial_store import TrialStore
from dlref.tuning.storage.whole_files import remove_abandoned

T = TypeVar("T")
HURRY_SECONDS = 2.0  # for a storage that does not answer when the process is about to end


@dataclass
class Claim:
    """A trial that this process works on."""

    trial_id: int  # of its row
    trial: Any  # of keras-tuner
    values: dict[str, Any]  # as they are stored
    runs: int  # how often it has failed


class Session:
    """A study, opened; made where there is none.

    Args:
        url: of the storage, or the path of a SQLite file.
        directory: of the project; lock files lie in its folder `workers`.
        name: of the study.
        objectives: "min" or "max" for the name of each.
        attrs: what a new study says of itself.

    Raises:
        SweepError: if the storage cannot be used, or the study there is not of this kind.
    """

    def __init__(
        self,
        url: str | Path,
        directory: Path,
        name: str,
        objectives: dict[str, str],
        attrs: dict[str, Any],
    ) -> None:
        self.storage, self.directory = Storage(url), directory
        self.claims: dict[int, Claim] = {}  # by number
        self._process = process()
        self._worker: Worker | None = None
        self._heart: Heartbeat | None = None

        def begin(connection: sql.Connection) -> tuple[TrialStore, dict[str, Any]]:
            trial_store = TrialStore.find(connection, name)
            trial_store = trial_store or TrialStore.create(connection, name, objectives, attrs)
            return trial_store, trial_store.attrs(connection)

        self.trial_store, self.attrs = self.run(begin)
        with reading(self.storage.name, "a study of dlref", SweepError):
            there = checked(self.attrs, {"objectives": list[str]}).get("objectives")
        here = attrs["objectives"]
        if there != here:
            what = f"is for {' and '.join(there)}" if there else "was not made by dlref"
            raise SweepError(
                f"the study {name!r} in {self.storage.name} {what}. Received: objective "
                f"{' and '.join(here)}. Use another directory or project name, or delete that study."
            )

    @property
    def worker(self) -> Worker:
        """This process, alive from its first claim on."""
        if self._worker is None:
            self._worker = Worker(self.directory / "workers")
            self._heart = Heartbeat(self.beat)
            atexit.register(_leave, weakref.ref(self))
        return self._worker

    def run(self, work: Callable[[sql.Connection], T], write: bool = True) -> T:
        """What `work` returns, in one transaction."""
        return self.storage.run(work, write)

    def take_leftovers(self, connection: sql.Connection) -> tuple[list[int], list[int]]:
        """The rows of the trials nobody works on, and of those to be run alone."""
        # For a while after the storage has failed, when nobody could write a heartbeat, nobody is taken for dead.
        judge = time.monotonic() - self.storage.failed >= 60
        free, alone, dead = find_leftovers(
            connection, self.trial_store, self.worker, self.claims, judge
        )
        self._remove_weights(connection, dead)
        for lock in dead:  # of this machine it went when it was found free
            self.worker.path.with_name(f"{lock}.lock").unlink(missing_ok=True)
        return free, alone

    def _remove_weights(self, connection: sql.Connection, dead: Sequence[str]) -> None:
        """Removes the weights that workers wrote who died, or gave up, before they recorded the trials."""
        weights = self.directory / "weights"
        if paths := [path for lock in dead for path in weights.glob(f"*-{lock}-*.npz")]:
            rows = read(connection, self.trial_store.id, keys=("weights",))
            named = {row.attrs.get("weights", "").rpartition(":")[0] for row in rows}
            for path in paths:
                if f"{weights.name}/{path.name}" not in named:
                    path.unlink(missing_ok=True)

    def remove_leftovers(self) -> None:
        """Removes the files that dead workers of this machine have left: all trials have ended."""
        for path in (self.directory / "checkpoints").glob("*.npz"):
            path.unlink(missing_ok=True)
        shutil.rmtree(self.directory / "callbacks", ignore_errors=True)
        remove_free_locks(self.directory / "workers")
        for part in ("", "checkpoints", "weights", "workers"):
            remove_abandoned(self.directory / part)

    def still_claimed(self, connection: sql.Connection, numbers: Sequence[int]) -> dict[int, int]:
        """Those of the trials that no other worker has taken over."""
        claims = self.claims.copy()  # the heart beats in a thread of its own
        ids = [claims[number].trial_id for number in numbers if number in claims]
        query = sql.select(TRIALS.c.number, TRIALS.c.trial_id).where(
            TRIALS.c.trial_id.in_(ids),
            TRIALS.c.state == TrialState.RUNNING,
            ATTRS.c.trial_id == TRIALS.c.trial_id,
            ATTRS.c.key == "worker",
            ATTRS.c.value_json.contains(self.worker.lock, autoescape=True),
        )
        return {row[0]: row[1] for row in connection.execute(query)}

    def beat(self) -> None:
        """Says that this process is alive."""

        def write(connection: sql.Connection) -> None:
            claims = self.still_claimed(connection, list(self.claims))
            if claims:
                self.trial_store.beat(connection, list(claims.values()))

        if self.claims:
            with contextlib.suppress(SweepError):  # the main thread will meet the same error
                self.run(write)

    def release(self, numbers: Sequence[int]) -> None:
        """Gives trials back, to be run by whoever claims next."""

        def write(connection: sql.Connection) -> None:
            self.trial_store.lock(connection)
            claims = self.still_claimed(connection, numbers)
            if claims:
                self.trial_store.wait(connection, list(claims.values()))
            if not self.claims.keys() - set(numbers):  # nothing that is still to be recorded
                self._remove_weights(connection, [self.worker.lock])

        with contextlib.suppress(SweepError):  # then they are found when this process has ended
            self.storage.run(write, patience=HURRY_SECONDS)
        for number in numbers:
            self.claims.pop(number, None)

    def release_others_of_this_process(self) -> None:
        """Gives back what earlier searches of this process on this study still hold."""

        def write(connection: sql.Connection) -> None:
            self.trial_store.lock(connection)
            left = [
                trial.trial_id
                for trial in self.trial_store.unfinished(connection)
                if (trial.worker or {}).get("process") == process()
                and trial.number not in self.claims
            ]
            if left:
                self.trial_store.wait(connection, left)

        self.run(write)

    def close(self) -> None:
        """Gives everything back and closes the storage."""
        if self._worker is not None and self.claims:
            self.release(list(self.claims))
        if self._heart is not None and self._worker is not None:
            self._heart.stop()
            self._worker.close()
            self._worker = None
        self.storage.close()


def _leave(reference: "weakref.ref[Session]") -> None:
    """At the end of the process: what is not finished is nobody's fault."""
    session = reference()
    if session is not None and session._process == process():  # and not forked from it
        session.close()
