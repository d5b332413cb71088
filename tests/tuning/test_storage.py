"""The database: opened, shared, locked, full, damaged, somebody else's, away."""

import contextlib
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from unittest import mock

import optuna
import psycopg
import pytest
import sqlalchemy as sql
from hypothesis import given, settings
from hypothesis import strategies as st

from dlref.tuning.errors import SweepError
from dlref.tuning.storage import engine
from dlref.tuning.storage import storage as storage_module
from dlref.tuning.storage.read_rows import TRIALS
from dlref.tuning.storage.storage import Storage, parse, redacted
from dlref.tuning.trials.load_sweep import load
from tests.processes import permissions
from tests.tuning.studies import finished, make, numbers, optunas

COUNT = sql.select(sql.func.count(TRIALS.c.trial_id))


def url(path):
    return f"sqlite:///{path}"


def filled(path):
    """A database with a study of a few trials."""
    study = make(path.parent, storage=url(path))
    study.claim(20)
    study.finish([finished(number) for number in range(20)])
    study.close()
    return path.read_bytes()


def indexes(path):
    connection = sqlite3.connect(path)
    try:
        return set(connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'"))
    finally:
        connection.close()


def left_as_it_was(path, content):
    neighbours = [other.name for other in path.parent.iterdir() if other.name.startswith(path.name)]
    return path.read_bytes() == content and neighbours == [path.name]


def test_a_sqlite_file_is_optunas(tmp_path):
    filled(tmp_path / "study.sqlite3")
    study = optuna.load_study(study_name="study", storage=optunas(url(tmp_path / "study.sqlite3")))
    assert len(study.trials) == 20 and study.best_value == 1.0
    assert study.metric_names == ["val_loss"]
    storage = Storage(url(tmp_path / "study.sqlite3"))
    with storage.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1
    storage.close()


def test_a_kill_while_the_tables_are_made_leaves_what_the_next_process_can_use(tmp_path):
    moments = []

    def keep(*_):
        """What is on the disk when a statement has been run is what a kill at that moment leaves."""
        moments.append(shutil.copytree(tmp_path / "now", tmp_path / str(len(moments))))

    (tmp_path / "now").mkdir()
    sql.event.listen(sql.Engine, "after_cursor_execute", keep)
    try:
        Storage(tmp_path / "now" / "study.sqlite3")
    finally:
        sql.event.remove(sql.Engine, "after_cursor_execute", keep)
    assert len(moments) > 20
    for moment in moments:
        Storage(moment / "study.sqlite3")
        assert indexes(moment / "study.sqlite3") == indexes(tmp_path / "now" / "study.sqlite3")


FOREIGN = {
    "text": b"my thesis\n" * 100,
    "magic and nothing else": b"SQLite format 3\0",
    "magic and zeros": b"SQLite format 3\0" + bytes(4096),
}


@pytest.mark.parametrize("content", FOREIGN)
def test_what_is_no_database_is_left_alone(tmp_path, content):
    path = tmp_path / "study.sqlite3"
    path.write_bytes(FOREIGN[content])
    for create in (True, False):
        with pytest.raises(SweepError, match=r"study\.sqlite3 (is no SQLite|cannot be|is damaged)"):
            Storage(url(path), create=create)
    assert left_as_it_was(path, FOREIGN[content])


def test_somebody_elses_database_is_left_alone(tmp_path):
    path = tmp_path / "study.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE photos (name TEXT)")
    connection.close()
    content = path.read_bytes()
    with pytest.raises(SweepError, match=r"study\.sqlite3 .*holds photos.* left as it is"):
        Storage(url(path))
    assert left_as_it_was(path, content)


@pytest.mark.parametrize("revision", ["v2.6.0.a", "v99.0.0.a"])
def test_a_database_of_another_optuna_is_left_alone(tmp_path, revision):
    path = tmp_path / "study.sqlite3"
    filled(path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [revision])
        connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()
    content = path.read_bytes()
    remedy = "storage upgrade" if revision.startswith("v2") else "update Optuna"
    with pytest.raises(SweepError, match=remedy):
        Storage(url(path))
    assert left_as_it_was(path, content)


HALF = {  # a statement of a migration that has stopped after it, and what is then missing
    "ALTER TABLE trial_values DROP COLUMN value_type": "trial_values.value_type",
    "DROP TABLE trial_intermediate_values": "trial_intermediate_values",
}


@pytest.mark.parametrize("statement", HALF)
def test_a_database_migrated_half_way_is_left_alone(tmp_path, statement):
    path = tmp_path / "study.sqlite3"
    filled(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.execute("PRAGMA journal_mode=DELETE")
    content = path.read_bytes()
    for create in (True, False):
        with pytest.raises(SweepError, match=f"not whole: {HALF[statement]} is missing"):
            Storage(url(path), create=create)
    assert left_as_it_was(path, content)


@pytest.mark.parametrize("statement", HALF)
def test_a_server_migrated_half_way_is_left_alone(postgresql, statement):
    address = postgresql.new_database("half")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE photos (name TEXT)")  # somebody else's beside ours
        Storage(address).close()
        connection.execute(statement)
        with pytest.raises(SweepError, match=f"not whole: {HALF[statement]} is missing"):
            Storage(address)


@pytest.mark.parametrize("statement", ["DELETE FROM alembic_version", "DROP TABLE alembic_version"])
def test_tables_without_their_version_get_it(tmp_path, statement):
    """A kill comes between the two."""
    path = tmp_path / "study.sqlite3"
    filled(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()
        Storage(url(path)).close()
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    assert len(load(path.parent).trials) == 20


CACHE = {}


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), cut=st.booleans())
def test_a_damaged_file_is_used_or_named_and_left_alone(tmp_path_factory, seed, cut):
    path = tmp_path_factory.mktemp("damaged") / "study.sqlite3"
    if not CACHE:
        CACHE["content"] = filled(path)
    content, chance = bytearray(CACHE["content"]), random.Random(seed)
    start = chance.randrange(len(content))
    if cut:
        del content[start:]
    else:
        content[start : start + 500] = chance.randbytes(min(500, len(content) - start))
    path.write_bytes(content)
    with mock.patch.object(engine, "MADE_SECONDS", 0):
        study = make(path.parent, storage=url(path), seed=None)
        for use in (lambda: load(url(path)), lambda: study.claim(1), study.read, study.waiting):
            before = path.read_bytes()
            try:
                use()
            except SweepError as error:
                assert "study.sqlite3" in str(error)
                if "left as it is" in str(error):
                    assert left_as_it_was(path, before)
        with contextlib.suppress(SweepError):
            study.close()


def test_a_file_damaged_after_a_kill_is_left_alone(tmp_path):
    filled(tmp_path / "study.sqlite3")
    study = make(tmp_path, storage=url(tmp_path / "study.sqlite3"))
    study.claim(50)
    killed = tmp_path / "killed"
    killed.mkdir()
    for name in ("study.sqlite3", "study.sqlite3-wal"):
        shutil.copy(tmp_path / name, killed / name)
    shutil.copytree(killed, tmp_path / "whole")
    assert len(load(url(tmp_path / "whole" / "study.sqlite3")).trials) == 70
    (killed / "study.sqlite3-wal").write_bytes((killed / "study.sqlite3-wal").read_bytes()[:32])
    content = bytearray((killed / "study.sqlite3").read_bytes())
    content[4096:20000] = bytes(20000 - 4096)
    (killed / "study.sqlite3").write_bytes(content)
    with pytest.raises(SweepError, match="study.sqlite3 (is damaged|cannot be read)"):
        Storage(url(killed / "study.sqlite3"))
    assert (killed / "study.sqlite3").read_bytes() == bytes(content)


def holder(path):
    """A process that keeps the database locked until its input is closed."""
    code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
    code += "c.execute('BEGIN EXCLUSIVE'); print('locked', flush=True); sys.stdin.read()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen([sys.executable, "-c", code, str(path)], **pipes)
    assert process.stdout.readline() == b"locked\n"
    return process


def test_a_locked_database_is_waited_for(tmp_path):
    filled(tmp_path / "study.sqlite3")
    study = make(tmp_path, storage=url(tmp_path / "study.sqlite3"))
    with holder(tmp_path / "study.sqlite3") as process:
        threading.Timer(2, process.stdin.close).start()
        began = time.monotonic()
        assert numbers(study.claim(1)) == [20]
        assert time.monotonic() - began > 1.5


def test_a_database_that_stays_locked_is_named(tmp_path, monkeypatch):
    assert storage_module.LOCKED_SECONDS >= 30
    monkeypatch.setattr(storage_module, "LOCKED_SECONDS", 1.5)
    filled(tmp_path / "study.sqlite3")
    study = make(tmp_path, storage=url(tmp_path / "study.sqlite3"))
    with holder(tmp_path / "study.sqlite3") as process:
        with pytest.raises(SweepError, match=r"study\.sqlite3 .* another process keeps it locked"):
            study.claim(1)
        process.stdin.close()
    assert numbers(study.claim(1)) == [20]


def test_a_read_only_directory_is_named_and_still_read(tmp_path):
    path = tmp_path / "study.sqlite3"
    filled(path)
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    with permissions():
        assert len(load(tmp_path, "study").trials) == 20
        storage = Storage(path)
        with pytest.raises(
            SweepError, match=r"study\.sqlite3 cannot be used: it cannot be written"
        ):
            storage.run(lambda connection: connection.exec_driver_sql("DELETE FROM trials"))


def test_a_full_disk_is_named_and_what_had_ended_is_kept(tmp_path):
    path = tmp_path / "study.sqlite3"
    filled(path)
    study = make(tmp_path, storage=url(path))
    study.claim(1)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, limits[1]))
    try:
        with pytest.raises(SweepError, match=r"study\.sqlite3 cannot be used: .*disk"):
            study.finish([finished(20, population="x" * 2_000_000)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [trial.status for trial in study.read()] == ["COMPLETED"] * 20 + ["RUNNING"]
    study.finish([finished(20)])
    assert len(study.get_best_trials(30)) == 21


MAKING = """
import sys
from tests.tuning.studies import make, numbers
print("ready", flush=True)
sys.stdin.readline()
print(numbers(make(sys.argv[1]).claim(5)), flush=True)
sys.stdin.readline()
"""


def test_processes_that_make_one_database_at_the_same_time(tmp_path):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    words = [sys.executable, "-c", MAKING, str(tmp_path)]
    environment = {**os.environ, "KERAS_BACKEND": "jax"}  # starts sooner; nothing is trained
    processes = [subprocess.Popen(words, env=environment, **pipes) for _ in range(2)]
    for word in ("ready", "claimed"):
        said = [process.stdout.readline() for process in processes]
        for process in processes if word == "ready" else ():
            process.stdin.write("go\n")
            process.stdin.flush()
    for process in processes:
        process.communicate()
    assert sorted(said) == [f"{list(range(i, i + 5))}\n" for i in (0, 5)]


SECRETS = [
    ("postgresql://ada:secret@host/db", "postgresql://ada:***@host/db"),
    ("postgresql://ada:se:c/r@et@host/db", "postgresql://ada:***@host/db"),
    ("postgresql://ada@host/db?password=secret&x=1", "postgresql://ada@host/db?password=***&x=1"),
    ("postgresql://ada@host:5432/db", "postgresql://ada@host:5432/db"),
    ("sqlite:///a.sqlite3", "sqlite:///a.sqlite3"),
    ("postgresql://ada:secret", "postgresql://ada:secret"),
]


@pytest.mark.parametrize(("given", "shown"), SECRETS)
def test_redacted(given, shown):
    assert redacted(given) == shown


@pytest.mark.parametrize("text", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_no_sweep_in_memory(text):
    with pytest.raises(
        SweepError, match="in memory no sweep is possible, .* write sqlite:///study"
    ):
        parse(text)


@pytest.mark.parametrize("text", ["", "study", "mysql://a:secret@b/c", "://", "sqlite"])
def test_a_wrong_url(text):
    with pytest.raises(SweepError, match="`storage` must be a URL such as") as raised:
        parse(text)
    assert "secret" not in str(raised.value)


def test_postgresql_is_optunas(postgresql):
    url = postgresql.new_database("plain")
    storage = Storage(url)
    assert storage.run(lambda connection: connection.scalar(COUNT)) == 0
    storage.close()
    assert optunas(str(parse(url))).get_all_studies() == []


def test_a_wrong_password_is_refused_at_once_and_not_shown(postgresql, caplog):
    right = postgresql.url(user="ada:secret")
    Storage(right).close()
    began = time.monotonic()
    with pytest.raises(SweepError, match="refuses the user or the password") as raised:
        Storage(right.replace("secret", "hunter2"))
    assert time.monotonic() - began < 5
    assert "hunter2" not in f"{raised.value}{raised.value.__cause__}{caplog.text}"
    assert "ada:***@" in str(raised.value)


def test_a_database_that_is_not_there_is_named_at_once(postgresql):
    with pytest.raises(SweepError, match="no such database"):
        Storage(postgresql.url("nowhere"))


def test_a_server_that_does_not_answer_is_named(monkeypatch, caplog):
    assert storage_module.AWAY_SECONDS == 60
    monkeypatch.setattr(storage_module, "AWAY_SECONDS", 2.0)
    with pytest.raises(SweepError, match=r"postgresql://ada:\*\*\*@127.0.0.1:1/db cannot be used"):
        Storage("postgresql://ada:secret@127.0.0.1:1/db")
    assert "trying again" in caplog.text and "secret" not in caplog.text


def test_a_worker_that_hangs_in_a_transaction_does_not_stop_the_others(postgresql):
    url = postgresql.new_database("hangs")
    storage = Storage(url)
    with psycopg.connect(url) as blocker:
        blocker.execute("LOCK TABLE trials IN ACCESS EXCLUSIVE MODE")
        threading.Timer(7, blocker.rollback).start()  # longer than lock_timeout
        assert storage.run(lambda connection: connection.scalar(COUNT)) == 0
    storage.close()
