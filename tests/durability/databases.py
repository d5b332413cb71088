"""What a database says when it fails, and what can happen to a server."""

import contextlib
import sqlite3
from typing import Any

SQLITE = {
    "disk-full": "database or disk is full",
    "io-error": "disk I/O error",
    "read-only": "attempt to write a readonly database",
}
LOST = "answer-lost"  # the commit has taken effect, and nobody hears of it


def database_error(kind: str, connection: Any) -> Exception:
    """The error of the driver that the connection is of, for a disk that is full, broken or read-only."""
    if isinstance(connection.dbapi_connection, sqlite3.Connection):
        return sqlite3.OperationalError(SQLITE[kind])
    from psycopg import errors

    return {
        "disk-full": errors.DiskFull("could not extend file: No space left on device"),
        "io-error": errors.IoError("could not write block: Input/output error"),
        "read-only": errors.ReadOnlySqlTransaction("cannot execute in a read-only transaction"),
    }[kind]


def lost(connection: Any) -> Exception:
    """The error of a connection that broke off; it is closed."""
    import psycopg

    connection.dbapi_connection.close()
    return psycopg.OperationalError("server closed the connection unexpectedly")


def _drop(server: Any, connection: Any) -> None:
    server.run(f"SELECT pg_terminate_backend({connection.info.backend_pid})")


def _restart(server: Any, connection: Any) -> None:
    server.kill()
    server.start()


SERVER_FAULTS = {"dropped": _drop, "restarted": _restart}


@contextlib.contextmanager
def postgresql() -> Any:
    """A server."""
    from tests.tuning.postgresql import Server

    server = Server()
    try:
        yield server
    finally:
        server.close()
