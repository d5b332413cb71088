"""A table of tags, from whatever holds it."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dlref import _checks
from dlref._stored import reading

TAG, NONE = (
    ("1", "1.0", "true", "x", "yes", "✓"),
    ("", "0", "0.0", "false", "no", "nan", "none", "<na>"),
)


def table(tags: Any, causes: Any = None) -> tuple[list[str], np.ndarray]:
    """The names of the causes, and a matrix of 0 and 1 with a row for each example.

    Raises:
        TypeError: if it is no table.
        ValueError: if it has no row or no column, columns of different lengths, a name twice, or a cell that is no tag.
    """
    if isinstance(tags, str | Path):
        with reading(tags, "a table of tags"):
            return _table(_read(tags), causes)
    return _table(_columns(tags), causes)


def _table(columns: dict[str, list[Any]], causes: Any) -> tuple[list[str], np.ndarray]:
    if causes is not None:
        names = _checks.sequence("error_analysis", "causes", causes)
        missing = [name for name in names if name not in columns]
        if missing:
            raise ValueError(
                f"error_analysis: `causes` must be columns of `tags`: {', '.join(columns)}. Received: {missing[0]!r}."
            )
        columns = {name: columns[name] for name in names}
    lengths = {len(column) for column in columns.values()}
    if not lengths or lengths == {0}:
        raise ValueError(
            "error_analysis: `tags` must have a column for each cause and a row for each wrong example. "
            f"Received: {len(columns)} columns and no row. Look at about 100 wrong predictions first."
        )
    if len(lengths) > 1:
        raise ValueError(
            "error_analysis: `tags` must have columns of one length. "
            f"Received: {', '.join(map(str, sorted(lengths)))} rows."
        )
    rows = [
        [_tag(name, i, cell) for i, cell in enumerate(cells)] for name, cells in columns.items()
    ]
    return list(columns), np.array(rows, int).T


def _columns(tags: Any) -> dict[str, list[Any]]:
    if isinstance(tags, Mapping) or hasattr(tags, "columns"):
        return {str(name): list(tags[name]) for name in getattr(tags, "columns", tags)}
    raise TypeError(
        "error_analysis: `tags` must be a data frame, a dictionary of columns or the path of a CSV file. "
        f"Received: type {type(tags).__name__}."
    )


def _read(path: str | Path) -> dict[str, list[Any]]:
    with open(path, newline="", encoding="utf-8-sig") as file:
        names, *rows = [row for row in csv.reader(file) if row] or [[]]
    short = [i for i, row in enumerate(rows) if len(row) != len(names)]
    if short or len(set(names)) < len(names):
        what = f"row {short[0] + 1} with {len(rows[short[0]])}" if short else f"the names {names}"
        raise ValueError(
            f"error_analysis: {path} must have {len(names)} cells in each row, each name once. Received: {what}."
        )
    return {name: [row[j] for row in rows] for j, name in enumerate(names)}


def _tag(name: str, row: int, cell: Any) -> int:
    word = str(cell).strip().lower()
    if word not in TAG + NONE:
        raise ValueError(
            f"error_analysis: `tags` must hold 1 or x where a cause applies, and 0 or nothing elsewhere. Received: "
            f"{cell!r} in row {row + 1} of {name!r}. If that is no cause, name the others in `causes`."
        )
    return int(word in TAG)
