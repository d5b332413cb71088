"""Defects that are planted in the library, each of which must be caught at some step.

A defect is a function that a child calls before the sweep, in the run that fails and in the one that goes on.
`patch.object` raises an error where the library has no such name any more.
"""

import contextlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch


def settings_in_place() -> None:
    from dlref.tuning.trials import records

    @contextlib.contextmanager
    def in_place(path: Path) -> Iterator[Path]:
        yield path

    patch.object(records, "written_whole", in_place).start()


def settings_not_flushed() -> None:
    from dlref.tuning.trials import records

    def write_json(path: Path, content: Any) -> None:
        temporary = path.with_suffix(".tmp")
        stream = temporary.open("w")
        stream.write(json.dumps(content))
        os.replace(temporary, path)
        threading.Timer(0.1, stream.close).start()

    patch.object(records, "write_json", write_json).start()


def temporary_files_kept() -> None:
    from dlref.tuning.trials import worker_session

    patch.object(worker_session, "remove_abandoned", lambda directory: None).start()


def locks_kept() -> None:
    from dlref.tuning.trials import worker_session

    patch.object(worker_session, "remove_free_locks", lambda directory: None).start()


def weights_of_no_trial_kept() -> None:
    from dlref.tuning.trials.worker_session import Session

    patch.object(Session, "_remove_weights", lambda self, connection, dead: None).start()


def record_before_weights() -> None:
    from dlref.tuning.populations.training import checkpoint
    from dlref.tuning.search.trial_batch import TrialBatch

    write, finish, waiting = checkpoint.write, TrialBatch._finish, []

    def later(path: Path, arrays: Any, meta: Any) -> None:
        if path.parent.name == "weights":
            waiting.append((path, arrays, meta))
        else:
            write(path, arrays, meta)

    def finish_first(self: Any, ended: Any) -> None:
        finish(self, ended)
        while waiting:
            write(*waiting.pop())

    patch.object(checkpoint, "write", later).start()
    patch.object(TrialBatch, "_finish", finish_first).start()


def checkpoint_of_another_epoch() -> None:
    from dlref.tuning.populations.training import population_state

    take = population_state.take

    def taken(population: Any) -> Any:
        arrays, meta = take(population)
        return arrays, {**meta, "epoch": meta["epoch"] + 1}

    patch.object(population_state, "take", taken).start()


def _commits_before(module: Any, name: str) -> None:
    """What is written before that function is called is committed by itself."""
    function = getattr(module, name)

    def after_commit(*args: Any, **kwargs: Any) -> Any:
        connection = next(arg for arg in args if hasattr(arg, "exec_driver_sql"))
        connection.engine.dialect.do_commit(connection.connection)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return function(*args, **kwargs)

    patch.object(module, name, after_commit).start()


def claim_without_its_transaction() -> None:
    from dlref.tuning.storage.trial_store import TrialStore

    _commits_before(TrialStore, "hold")


def result_without_its_transaction() -> None:
    from dlref.tuning.trials import finish

    end = finish.end

    def end_first(connection: Any, ended: Any) -> None:
        end(connection, [(trial, state, ()) for trial, state, _ in ended])
        connection.engine.dialect.do_commit(connection.connection)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        end(connection, ended)

    patch.object(finish, "end", end_first).start()


class _Never(Exception):
    pass


def storage_s_error_taken_for_a_model_s() -> None:
    from dlref.tuning.populations.training import trainer

    patch.object(trainer, "SweepError", _Never).start()


def full_disk_taken_for_a_trial_s_failure() -> None:
    from dlref.tuning.search import results

    patch.object(results, "BROKEN", set()).start()


def members_take_over_again() -> None:
    from dlref.tuning.populations.training import population_state

    restore = population_state.restore

    def restored(population: Any, arrays: Any, meta: Any) -> None:
        restore(population, arrays, {**meta, "exchanged": 0})

    patch.object(population_state, "restore", restored).start()


@dataclass(frozen=True)
class Defect:
    """A defect, and where it is looked for: a fault, the kind of the steps, and a search."""

    plant: Callable[[], None]
    fault: str
    kind: str
    search: str = "random"


DEFECTS = {
    defect.plant.__name__: defect
    for defect in (
        Defect(settings_in_place, "kill-after", "settings"),
        Defect(settings_not_flushed, "kill-after", "settings"),
        Defect(temporary_files_kept, "kill-before", "settings"),
        Defect(locks_kept, "kill-before", "claim"),
        Defect(weights_of_no_trial_kept, "kill-before", "result"),
        Defect(record_before_weights, "kill-after", "weights"),
        Defect(checkpoint_of_another_epoch, "kill-after", "checkpoint"),
        Defect(claim_without_its_transaction, "kill-after", "claim"),
        Defect(result_without_its_transaction, "kill-after", "result"),
        Defect(storage_s_error_taken_for_a_model_s, "disk-full", "checkpoint"),
        Defect(full_disk_taken_for_a_trial_s_failure, "disk-full", "weights"),
        Defect(members_take_over_again, "kill-after", "checkpoint", "pbt"),
    )
}
