"""How a database is opened: what a SQLite file holds before it is touched, and the settings of each connection."""

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlalchemy
from alembic.script import ScriptDirectory
from sqlalchemy import event

from dlref._compat.optuna import models
from dlref.tuning.errors import SweepError

MAGIC = b"SQLite format 3\0"
OURS = {"studies", "trials", "trial_user_attributes", "version_info"}
COLUMNS = """SELECT tables.name, columns.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
WHERE tables.type = 'table'"""
MADE_SECONDS = 0.3  # for another process that is making the file just now
BUSY_SECONDS = 1  # within SQLite, which Ctrl-C cannot interrupt; what waits longer is storage.py


def make_engine(url: sqlalchemy.URL, read_only: bool = False) -> sqlalchemy.Engine:
    """An engine whose transactions take their locks at the beginning, and so never fail half-way."""
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "").resolve()
        if read_only:
            url = url.set(database=_uri(path), query={"uri": "true"})
        options: dict[str, Any] = {"connect_args": {"timeout": BUSY_SECONDS}}
    else:
        options = {"connect_args": {"connect_timeout": 5}, "pool_pre_ping": True}
    try:
        engine = sqlalchemy.create_engine(url, **options)
    except ImportError as error:
        raise SweepError(
            f"storage on PostgreSQL needs a driver: pip install 'dlref[postgresql]' ({error})."
        ) from error
    event.listen(
        engine,
        "connect",
        _configure_postgresql
        if engine.name != "sqlite"
        else _read_sqlite
        if read_only
        else _configure_sqlite,
    )
    if engine.name == "sqlite":
        event.listen(engine, "begin", _begin)
    return engine


def check_file(path: Path, name: str) -> bool:
    """Whether a SQLite file holds Optuna's tables of this version. The file is not touched.

    Args:
        path: the file; it need not be there.
        name: what to call it in an error.

    Raises:
        SweepError: if it is damaged, or no database of Optuna's, or one of another version.
    """
    try:
        return _check(path, name)
    except (ValueError, sqlite3.Error):
        time.sleep(MADE_SECONDS)
    try:
        return _check(path, name)
    except (UnicodeDecodeError, sqlite3.Error) as error:
        problem = error
    damaged = isinstance(problem, UnicodeDecodeError) or "malformed" in str(problem)
    reason = "is damaged" if damaged else "cannot be read"
    raise SweepError(f"{name} {reason} ({problem}). It was left as it is.")


def check_tables(engine: sqlalchemy.Engine, name: str) -> None:
    """Refuses the tables of a server that are not whole.

    Args:
        engine: of the database, which may hold no tables yet.
        name: what to call it in an error.

    Raises:
        SweepError: if a table of Optuna's or a column is missing; the message says what.
    """
    found = sqlalchemy.inspect(engine).get_multi_columns()
    _check_columns([(table, c["name"]) for (_, table), each in found.items() for c in each], name)


def _check_columns(found: list[tuple[str, str]], name: str) -> None:
    """Refuses what a migration leaves that has stopped half-way; without any table there is nothing to miss."""
    tables = {table for table, _ in found}
    wanted = [
        (t.name, column)
        for t in models.BaseModel.metadata.sorted_tables
        for column in t.columns.keys()
    ]
    missing = [
        f"{table}.{column}" if table in tables else table
        for table, column in wanted
        if (table, column) not in found
    ]
    if missing and tables & {table for table, _ in wanted}:
        raise SweepError(
            f"{name} is not whole: {', '.join(dict.fromkeys(missing))} is missing. A migration to another version of "
            "Optuna may have stopped half-way: go back to a copy from before it. It was left as it is."
        )


def _check(path: Path, name: str) -> bool:
    if not path.exists() or path.is_file() and path.stat().st_size == 0:
        return False
    if not path.is_file():
        raise SweepError(f"{name} must be a file. It is a directory, or something else.")
    with path.open("rb") as stream:
        if stream.read(len(MAGIC)) != MAGIC:
            raise SweepError(f"{name} is no SQLite database. It was left as it is.")
    connection = sqlite3.connect(_uri(path), uri=True, timeout=BUSY_SECONDS)
    connection.text_factory = lambda text: text.decode(errors="replace")
    try:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise SweepError(f"{name} is damaged ({verdict}). It was left as it is.")
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if tables and not OURS <= tables:
            raise SweepError(
                f"{name} is a database of something else: it holds {', '.join(sorted(tables)[:4])}. "
                "It was left as it is."
            )
        is_made = "alembic_version" in tables and _check_version(connection, name)
        _check_columns(connection.execute(COLUMNS).fetchall(), name)
        return is_made
    finally:
        connection.close()


def _check_version(connection: sqlite3.Connection, name: str) -> bool:
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if found is None:
        return False
    scripts = ScriptDirectory(os.path.join(os.path.dirname(models.__file__), "alembic"))
    if found[0] == scripts.get_current_head():
        return True
    known = found[0] in {revision.revision for revision in scripts.walk_revisions()}
    remedy = (
        "bring it up to date with `optuna storage upgrade --storage sqlite:///...`"
        if known
        else "update Optuna with `pip install -U optuna`"
    )
    raise SweepError(
        f"{name} was made by {'an older' if known else 'a newer'} version of Optuna "
        f"(tables of version {found[0]}): {remedy}. It was left as it is."
    )


def _uri(path: Path) -> str:
    """The file as SQLite reads it without making or changing anything next to it."""
    waiting = path.with_name(path.name + "-wal")  # what was written and is not yet in the file
    return f"{path.resolve().as_uri()}?{'mode=ro' if waiting.exists() else 'immutable=1'}"


def _configure_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say so
    connection.execute("PRAGMA journal_mode=WAL")  # readers and a writer do not wait for each other
    connection.execute("PRAGMA synchronous=NORMAL")


def _read_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None


def _configure_postgresql(connection: Any, record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute("SET lock_timeout = '5s'")
        cursor.execute("SET idle_in_transaction_session_timeout = '30s'")  # of a worker that hangs
    connection.commit()


def _begin(connection: sqlalchemy.Connection) -> None:
    write = connection.get_execution_options().get("dlref_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
