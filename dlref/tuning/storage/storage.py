"""The database that keeps the trials: Optuna's tables in a SQLite file or on a PostgreSQL server.

Optuna makes the tables and its dashboard reads them. What is written here is written in bulk, one transaction for
many trials; a transaction is repeated while the database is locked or its server away, and what cannot be mended
by waiting is said in plain words. A password in a URL is never shown.
"""

import logging
import math
import random
import re
import sqlite3
import time
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TypeVar

import optuna
import sqlalchemy
from sqlalchemy import exc

from dlref._compat.optuna import models
from dlref.tuning.errors import Damaged, SweepError
from dlref.tuning.storage.engine import check_file, check_tables, make_engine
from dlref.tuning.storage.error_messages import known_reason, what_it_says

T = TypeVar("T")

LOCKED_SECONDS = 30.0  # how long another process may keep the database locked
AWAY_SECONDS = 60.0  # how long a server may be away, such as while it restarts
RETRIED = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available
SECRETS = ("password", "sslpassword", "passfile")
LOG = logging.getLogger("dlref")


class Storage:
    """A database of Optuna's, opened by this process.

    Args:
        url: `"postgresql://user:password@host/database"`, `"sqlite:///path/to/file"`, or the `Path` of such a file.
        create: whether the tables, and a SQLite file, are made where there are none. Defaults to True.

    Raises:
        SweepError: if the URL is none of these, or what is there is damaged, somebody else's or cannot be reached.

    Example:
        >>> storage = Storage(getfixture("tmp_path") / "study.sqlite3")
        >>> storage.run(lambda connection: connection.engine.name)
        'sqlite'
    """

    def __init__(self, url: str | Path, create: bool = True) -> None:
        if isinstance(url, Path):  # whose name may hold what has a meaning in a URL
            self.url = sqlalchemy.URL.create("sqlite", database=str(url.resolve()))
        else:
            self.url = parse(url)
        self.name = redacted(str(url))
        self.failed = -math.inf  # when the server was last away
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        ready = self.is_sqlite and check_file(Path(self.url.database or ""), self.name)
        self.engine = make_engine(self.url, read_only=self.is_sqlite and not create)
        weakref.finalize(self, self.engine.dispose)
        if not self.is_sqlite:
            self._repeat(partial(check_tables, self.engine, self.name))
        if create and not ready:
            self._repeat(self._create_tables)

    def run(
        self,
        work: Callable[[sqlalchemy.Connection], T],
        write: bool = True,
        patience: float = math.inf,
    ) -> T:
        """What `work` returns; all it writes is written, or none of it.

        Args:
            work: is given a connection; it may be called again, after a failure.
            write: whether it writes. Defaults to True.
            patience: seconds to wait for the database at most. Defaults to infinity: half a minute while it is locked,
                a minute while a server is away.

        Raises:
            SweepError: if the database cannot be used; the message says why.
        """

        def attempt() -> T:
            with self._transaction(write) as connection:
                return work(connection)

        try:
            return self._repeat(attempt, patience)
        except (Damaged, UnicodeDecodeError) as error:
            raise SweepError(f"{self.name} is damaged ({error}).") from error

    def close(self) -> None:
        """Closes its connections."""
        self.engine.dispose()

    def _transaction(self, write: bool) -> AbstractContextManager[sqlalchemy.Connection]:
        return self.engine.execution_options(dlref_write=write).begin()

    def _repeat(self, attempt: Callable[[], T], most: float = math.inf) -> T:
        began, pause, told = time.monotonic(), 0.05, False
        while True:
            try:
                return attempt()
            except (exc.DBAPIError, exc.TimeoutError) as error:
                patience = min(_patience(error), most)
                self.failed = self.failed if self.is_sqlite else time.monotonic()
                waited = time.monotonic() - began
                if waited > patience:
                    raise SweepError(self._explain(error, patience)) from None
                if waited > 1 and not told:
                    LOG.warning(
                        "%s does not answer (%s); trying again.", self.name, what_it_says(error)
                    )
                    told = True
            time.sleep(pause * (0.5 + random.random()))
            pause = min(2 * pause, 1.0 if self.is_sqlite else 5.0)

    def _create_tables(self) -> None:
        self.engine.connect().close()  # a SQLite file gets its journal mode before anything else
        with self._transaction(write=True) as connection:
            models.BaseModel.metadata.create_all(connection)  # all of them or, after a kill, none
        words, options = self.engine.dialect.create_connect_args(self.url)
        connect = partial(
            self.engine.dialect.connect, *words, **options
        )  # Optuna learns no password
        url = f"{self.url.drivername}://"
        try:
            optuna.storages.RDBStorage(url, {"creator": connect, "poolclass": sqlalchemy.NullPool})
        except optuna.exceptions.StorageInternalError as error:
            raise (error.__cause__ or error) from None
        except RuntimeError as error:  # the tables are of another version of Optuna
            raise SweepError(f"{self.name} cannot be used: {error}") from None

    def _explain(self, error: Exception, patience: float) -> str:
        text = what_it_says(error)
        waited = f"it did not answer for {patience:.0f} s, or another process keeps it locked"
        reason = known_reason(text) or (waited if patience else "it fails")
        return f"{self.name} cannot be used: {reason} ({text})."


def parse(url: str) -> sqlalchemy.URL:
    """The URL as SQLAlchemy reads it, with the driver that dlref needs.

    Raises:
        SweepError: if it is no URL of SQLite or PostgreSQL.

    Example:
        >>> parse("postgresql://ada@db.example/sweeps").drivername
        'postgresql+psycopg'
    """
    try:
        parsed = sqlalchemy.make_url(url)
        backend = parsed.get_backend_name()
    except exc.ArgumentError:
        backend = ""
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    allowed = "a URL such as postgresql://user@host/database or sqlite:///study.sqlite3"
    if backend == "sqlite":
        place, mode = parsed.database or ":memory:", parsed.query.get("mode")
        if ":memory:" not in place and mode != "memory":
            return parsed
        allowed = (
            "a file or a server; in memory no sweep is possible, for each connection has a database of its own there: "
            "write sqlite:///study.sqlite3, or leave `storage` out for a file in the directory of the search"
        )
    raise SweepError(f"`storage` must be {allowed}. Received: {redacted(url)}.")


def redacted(url: str) -> str:
    """The URL without its password.

    Example:
        >>> redacted("postgresql://ada:secret@db.example/sweeps")
        'postgresql://ada:***@db.example/sweeps'
    """
    url = re.sub(r"(//[^/?#]*?:).*@", r"\1***@", url)
    return re.sub(rf"(?i)((?:{'|'.join(SECRETS)})=)[^&]*", r"\1***", url)


def _patience(error: exc.DBAPIError | exc.TimeoutError) -> float:
    """How long to try again after an error: not at all if waiting does not help."""
    if isinstance(error, exc.TimeoutError):
        return AWAY_SECONDS
    text, code = what_it_says(error).lower(), getattr(error.orig, "sqlstate", None)
    made = isinstance(error, exc.IntegrityError) or "already exists" in text  # just now, by another
    if "locked" in text or made:
        return LOCKED_SECONDS
    if code in RETRIED or (code or "").startswith(("08", "57P")):
        return AWAY_SECONDS
    refused = known_reason(text) is not None
    lost = isinstance(error, exc.OperationalError) or error.connection_invalidated
    server = not isinstance(error.orig, sqlite3.Error)
    return AWAY_SECONDS if server and lost and code is None and not refused else 0.0
