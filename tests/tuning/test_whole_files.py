"""Files that are written whole, and what processes that died have left."""

import os
import socket
import subprocess
import sys

import pytest

from dlref.tuning.errors import SweepError
from dlref.tuning.storage.heartbeat import Worker
from dlref.tuning.storage.lock_files import remove_free_locks
from dlref.tuning.storage.whole_files import remove_abandoned, written_whole


def dead_process():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_cannot_be_written_says_so_and_leaves_the_file_that_was_there(tmp_path):
    path = tmp_path / "sweep.json"
    path.write_text("{}")
    with (
        pytest.raises(SweepError, match=r"sweep.json cannot be written: No space left on device"),
        written_whole(path) as temporary,
    ):
        temporary.write_text("{half")
        raise OSError(28, "No space left on device")
    assert path.read_text() == "{}" and os.listdir(tmp_path) == ["sweep.json"]


def test_only_temporary_files_of_dead_processes_of_this_machine_are_removed(tmp_path):
    here, dead = socket.gethostname(), dead_process()
    kept = {f"a.{here}-{os.getpid()}.tmp", f"a.elsewhere-{dead}.tmp", "a.tmp", f"a.{here}-x.tmp"}
    for name in (*kept, f"a.{here}-{dead}.tmp"):
        (tmp_path / name).touch()
    remove_abandoned(tmp_path)
    assert set(os.listdir(tmp_path)) == kept


def test_only_free_locks_of_this_machine_are_removed(tmp_path):
    worker = Worker(tmp_path)
    (tmp_path / "dead.lock").write_text(worker.place)
    (tmp_path / "elsewhere.lock").write_text("another machine's")
    remove_free_locks(tmp_path)
    assert set(os.listdir(tmp_path)) == {worker.path.name, "elsewhere.lock"}
    worker.close()
