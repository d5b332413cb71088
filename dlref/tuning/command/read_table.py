"""Arrays from a table of numbers, a .csv or .parquet file: one column is the target, the others are the features."""

import importlib
from pathlib import Path
from typing import Any

import keras
import numpy as np

from dlref._stored import reading
from dlref.tuning.errors import SweepError, few

READERS = {".csv": "read_csv", ".parquet": "read_parquet"}
FEW = 5  # columns in an error


def is_table(file: str) -> bool:
    """Whether a file is a table, by its name."""
    return Path(file).suffix.lower() in READERS


def read_table(file: str, target: str | None) -> tuple[np.ndarray, np.ndarray]:
    """The features, in the order of their columns and as Keras' default float, and the target.

    Args:
        file: its name, which ends in .csv or .parquet.
        target: the target's column.

    Raises:
        SweepError: if the file cannot be read, the target is not among its columns, or a column holds anything but
            numbers, all of them there.
    """
    frame = _read(file)
    columns = list(map(str, frame.columns))
    there = f"Its columns: {few(columns, most=FEW)}."
    if target is None:
        raise SweepError(f"{file} needs --target COLUMN, the column to predict. {there}")
    if target not in columns:
        raise SweepError(f"{file} has no column {target!r}. {there}")
    if not len(frame):
        raise SweepError(f"{file} must hold at least one row below its columns' names.")
    for column in columns:
        _check_column(file, column, frame[column])
    if len(columns) == 1:
        raise SweepError(f"{file} must hold features besides the column {target!r}. {there}")
    x, y = frame.drop(columns=target).to_numpy(keras.config.floatx()), frame[target]
    is_whole = y.dtype.kind in "biu"  # classes
    return x, y.to_numpy(int if is_whole else keras.config.floatx())


def _read(file: str) -> Any:
    suffix = Path(file).suffix.lower()
    with reading(file, f"a {suffix} table", SweepError):
        try:
            read = getattr(importlib.import_module("pandas"), READERS[suffix])
            return read(file)
        except ImportError as error:  # of pandas, or of pyarrow by it
            raise SweepError(
                f"{file}: a {suffix} file is read by pandas, which is not installed: "
                "pip install 'dlref[pandas]'."
            ) from error


def _check_column(file: str, name: str, column: Any) -> None:
    if name.startswith("Unnamed: "):
        raise SweepError(
            f"{file}: column {name.removeprefix('Unnamed: ')} has no name. If it is the row number that "
            "DataFrame.to_csv writes, leave it out with index=False: a model would learn from it."
        )
    missing = np.flatnonzero(column.isna())
    if len(missing):
        raise SweepError(
            f"{file}: column {name!r} lacks {len(missing)} of {len(column)} values, the first in row "
            f"{missing[0] + 1}. Fill them or leave out their rows, such as by pandas' fillna or dropna."
        )
    types = importlib.import_module("pandas").api.types
    if not types.is_numeric_dtype(column.dtype) or types.is_complex_dtype(column.dtype):
        raise SweepError(
            f"{file}: column {name!r} must hold numbers. Received: {column.iloc[0]!r} in row 1, of type "
            f"{column.dtype}. Text becomes numbers by pandas' factorize (classes) or get_dummies (a column a word)."
        )
    kind = keras.config.floatx()
    with np.errstate(over="ignore"):
        finite = np.isfinite(column.to_numpy(kind)).all()
    if not finite:
        raise SweepError(
            f"{file}: column {name!r} must hold finite numbers. It holds infinity, or one too large for {kind}."
        )
