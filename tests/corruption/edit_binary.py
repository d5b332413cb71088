"""Changes of what stands in a .npz archive, a file of HDF5 or Parquet, and a database of SQLite."""

import contextlib
import io
import json
import random
import sqlite3
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.corruption.edit_text import DEEP, HUGE, JSON, TYPES, WORDS

Draw = random.Random


class Evil:
    """Leaves a file where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


def mark(path: Path) -> Path:
    """What `Evil` leaves beside a damaged file."""
    return path.with_name("unpickled")


def _npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def _header(shape: str, dtype: str = "<f8") -> bytes:
    """The beginning of an array that is far larger than its file, and a little of it."""
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    text += " " * (-(len(text) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode() + bytes(64)


def _in_npz(
    name: str, change: Callable[[bytes, Path, Draw], list[bytes]]
) -> Callable[[Path, Draw], None]:
    """One member becomes those of a list; that of JSON, where there is one, has every second turn."""

    def edit(path: Path, draw: Draw) -> None:
        with zipfile.ZipFile(path) as archive:
            members = {member: archive.read(member) for member in archive.namelist()}
        chosen, texts = draw.choice(list(members)), [m for m in members if m == "json.npy"]
        chosen = draw.choice([chosen, *texts])
        content = members[chosen]
        if chosen in texts and draw.random() < 0.9:
            changed = [_other_text(name, content, draw)]
        else:
            changed = change(content, path, draw)
        with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for member, content in members.items():
                for each in changed if member == chosen else [content]:
                    archive.writestr(member, each)

    return edit


def _other_text(name: str, content: bytes, draw: Draw) -> bytes:
    text = JSON[name](json.loads(np.load(io.BytesIO(content)).tobytes()), draw)
    return _npy(np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8))


def _other_type(content: bytes, path: Path, draw: Draw) -> list[bytes]:
    array = np.load(io.BytesIO(content))
    choices = [np.array([Evil(mark(path))], object), np.array(["word"]), np.array(5), array[None]]
    choices += [array.astype(complex), array.astype(bool), array[:1], np.zeros((0, 3)), array.T]
    return [_npy(draw.choice(choices))]


def _huge(content: bytes, path: Path, draw: Draw) -> list[bytes]:
    array = np.load(io.BytesIO(content)).astype(float)
    array.flat[draw.randrange(max(1, array.size))] = float(draw.choice((1e308, *HUGE[-3:])))
    shapes = ("(1000000000000,)", "(99999999999999999999,)", "(-5,)", "(3, 1000000000)", "(2,) * 9")
    return [draw.choice((_npy(array), _header(draw.choice(shapes))))]


def _deep(content: bytes, path: Path, draw: Draw) -> list[bytes]:
    text = np.frombuffer(JSON["deep nesting"]([], draw).encode(), np.uint8)
    return [draw.choice((_npy(text), _npy(np.zeros((1,) * 32)), _header("(" * 5000)))]


NPZ = {
    name: _in_npz(name, change)
    for name, change in {
        "missing": lambda content, path, draw: [],
        "twice": lambda content, path, draw: [content, *_other_type(content, path, draw)],
        "wrong type": _other_type,
        "huge number": _huge,
        "deep nesting": _deep,
        "hostile text": lambda content, path, draw: [_npy(np.array([draw.choice(WORDS)]))],
    }.items()
}


def _in_hdf5(change: Callable[[Any, str, Draw], None]) -> Callable[[Path, Draw], None]:
    """Changes a file of HDF5, given the name of one of its arrays."""

    def edit(path: Path, draw: Draw) -> None:
        import h5py

        with h5py.File(path, "r+") as file:
            names: list[str] = []
            file.visititems(
                lambda name, item: names.append(name) if hasattr(item, "shape") else None
            )
            change(file, draw.choice(names), draw)

    return edit


def _put(file: Any, name: str, **words: Any) -> None:
    del file[name]
    file.create_dataset(name, **words)


def _other_array(file: Any, name: str, draw: Draw) -> None:
    array = file[name][()]
    choices = (array[..., None], array.astype("int8"), np.array(b"word"), np.array(5.0), array[:1])
    _put(file, name, data=draw.choice(choices))


def _huge_array(file: Any, name: str, draw: Draw) -> None:
    array = file[name][()]
    if draw.random() < 0.5:
        return _put(file, name, shape=(10**12,), dtype="f4", chunks=(1024,))
    array.flat[0] = draw.choice((np.nan, np.inf, 1e38))
    return _put(file, name, data=array)


def _nested(file: Any, name: str, draw: Draw) -> None:
    del file[name]
    file.create_group("/".join([name, *["deep"] * 500]))


HDF5 = {
    "missing": _in_hdf5(lambda file, name, draw: file.__delitem__(name)),
    "twice": _in_hdf5(lambda file, name, draw: file.copy(name, f"{name}_again")),
    "wrong type": _in_hdf5(_other_array),
    "huge number": _in_hdf5(_huge_array),
    "deep nesting": _in_hdf5(_nested),
    "hostile text": _in_hdf5(lambda file, name, draw: _put(file, name, data=draw.choice(WORDS))),
}


def _in_parquet(change: Callable[[list[Any], list[str], int, Draw], None]) -> Any:
    """Changes the columns and names of a table, given the place of one of them."""

    def edit(path: Path, draw: Draw) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        table = parquet.read_table(path)
        columns, names = list(table.columns), list(table.column_names)
        change(columns, names, draw.randrange(len(names)), draw)
        parquet.write_table(pa.table(columns, names=names), path)

    return edit


def _drop(columns: list[Any], names: list[str], at: int, draw: Draw) -> None:
    del columns[at], names[at]


def _double(columns: list[Any], names: list[str], at: int, draw: Draw) -> None:
    columns.append(columns[at])
    names.append(names[at])


def _filled(values: Callable[[Draw], Any]) -> Any:
    def fill(columns: list[Any], names: list[str], at: int, draw: Draw) -> None:
        import pyarrow as pa

        columns[at] = pa.array([values(draw)] * len(columns[at]))

    return fill


def _bag(draw: Draw) -> Any:
    value: Any = 1
    for _ in range(draw.choice((1, 5, 40))):
        value = [value]
    return value


PARQUET = {
    "missing": _in_parquet(_drop),
    "twice": _in_parquet(_double),
    "wrong type": _in_parquet(
        _filled(lambda draw: draw.choice([v for v in TYPES if v not in ([], {}, ["a", 2])]))
    ),
    "huge number": _in_parquet(_filled(lambda draw: draw.choice((1e308, 2**62, *HUGE[-3:])))),
    "deep nesting": _in_parquet(_filled(_bag)),
    "hostile text": _in_parquet(_filled(lambda draw: draw.choice(WORDS))),
}


def _in_cell(value: Callable[[Draw], Any]) -> Callable[[Path, Draw], None]:
    """Another value in one cell of a database, or other JSON in what is JSON."""

    def edit(path: Path, draw: Draw) -> None:
        with _connected(path) as connection:
            table = draw.choice(_tables(connection))
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            rows = [row[0] for row in connection.execute(f"SELECT rowid FROM {table}")]
            column, row = draw.choice(columns), draw.choice(rows)
            statement = f"UPDATE {table} SET {column} = ? WHERE rowid = ?"
            with contextlib.suppress(sqlite3.IntegrityError, OverflowError):
                connection.execute(statement, (value(draw), row))

    return edit


def _in_attribute(name: str) -> Callable[[Path, Draw], None]:
    """Another JSON in one attribute of a trial, or of the study."""

    def edit(path: Path, draw: Draw) -> None:
        with _connected(path) as connection:
            table = draw.choice(("trial_user_attributes", "study_user_attributes"))
            rows = connection.execute(f"SELECT rowid, value_json FROM {table}").fetchall()
            row, text = draw.choice(rows)
            changed = JSON[name]([json.loads(text)], draw).encode("utf-8", "replace").decode()
            changed = changed[1:-1] if changed[:1] == "[" and changed[-1:] == "]" else changed
            connection.execute(f"UPDATE {table} SET value_json = ? WHERE rowid = ?", (changed, row))

    return edit


def _either(*edits: Callable[[Path, Draw], None]) -> Callable[[Path, Draw], None]:
    return lambda path, draw: draw.choice(edits)(path, draw)


@contextlib.contextmanager
def _connected(path: Path) -> Any:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        yield connection


def _tables(connection: sqlite3.Connection) -> list[str]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [n for (n,) in names if connection.execute(f"SELECT count(*) FROM {n}").fetchone()[0]]


def _delete(path: Path, draw: Draw) -> None:
    """A row, or a table."""
    with _connected(path) as connection:
        table = draw.choice(_tables(connection))
        (row,) = connection.execute(f"SELECT rowid FROM {table} ORDER BY random()").fetchone()
        row = draw.choice([r for (r,) in connection.execute(f"SELECT rowid FROM {table}")])
        if draw.random() < 0.3:
            connection.execute(f"DROP TABLE {table}")
        else:
            connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))


def _same_number(path: Path, draw: Draw) -> None:
    """Two trials of one number, or a trial twice."""
    with _connected(path) as connection:
        columns = "number, study_id, state, datetime_start, datetime_complete"
        connection.execute(
            f"INSERT INTO trials ({columns}) SELECT {columns} FROM trials WHERE number = ?",
            (draw.randrange(5),),
        )


DATABASE = {
    "missing": _either(_delete, _in_attribute("missing")),
    "twice": _either(_same_number, _in_attribute("twice")),
    "wrong type": _either(
        _in_cell(lambda draw: draw.choice([v for v in TYPES if not isinstance(v, list | dict)])),
        _in_attribute("wrong type"),
    ),
    "huge number": _either(
        _in_cell(lambda draw: draw.choice((2**63 - 1, -(2**63), 1e308, "9" * 400, float("inf")))),
        _in_attribute("huge number"),
    ),
    "deep nesting": _either(_in_cell(lambda draw: "[" * DEEP), _in_attribute("deep nesting")),
    "hostile text": _either(
        _in_cell(lambda draw: draw.choice((*WORDS, b"\xff\xfe"))), _in_attribute("hostile text")
    ),
}
EDITS: dict[str, Any] = {"npz": NPZ, "hdf5": HDF5, "parquet": PARQUET, "database": DATABASE}
