"""Runs rows of the conformance table: in each precision, eager and compiled, on two processes where there are many."""

import math
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import keras

from dlref.compiling import Mode, running
from dlref.conformance.row import UNITS, Row, error, precision
from dlref.conformance.table import ROWS

MODES: tuple[Mode, ...] = ("eager", "compiled")
SETTINGS: list[tuple[str, Mode]] = [(dtype, mode) for dtype in UNITS for mode in MODES]
FEW = 10  # rows that are not worth a second process


@dataclass(frozen=True)
class Run:
    """What a row came to in one precision and mode.

    Args:
        dtype: the precision.
        mode: `"eager"` or `"compiled"`.
        error: the largest error, relative to the largest entry of its array or 1.
        tolerance: the largest error that rounding explains.
        difference: how far the unmapped built-in lies, where there is one.
        failure: why it failed; empty if it did not.
        exact: whether the built-in computes in this precision, and what ours does.
    """

    dtype: str
    mode: Mode
    error: float
    tolerance: float
    difference: float | None
    failure: str
    exact: bool

    @property
    def ulp(self) -> float:
        """The error in units in the last place of 1."""
        return self.error / UNITS[self.dtype]


def check_row(row: Row, dtype: str = "float64", mode: Mode = "eager") -> Run:
    """Runs one row: ours must equal the mapped built-in, and differ from the unmapped one where there is one."""
    allowed = row.allowed(dtype)
    try:
        with precision(dtype), running(mode):
            seen = row.probe(row.ours())
            distance = error(seen, row.probe(row.mapped()))
            difference = None
            told = mode == "eager" and UNITS[dtype] < UNITS["float16"] and distance <= allowed
            if row.unmapped and told:
                difference = error(seen, row.probe(row.unmapped()))
    except Exception as exception:  # one broken object must not hide the verdict on the others
        failure = f"{type(exception).__name__}: {exception}"
        return Run(dtype, mode, math.inf, allowed, None, failure, row.exact(dtype))
    failure = "" if distance <= allowed else f"error {distance:.1e} above {allowed:.0e}"
    if not failure and difference is not None and not difference > 100 * allowed:
        failure = f"does not differ: {difference:.1e}"
    return Run(dtype, mode, distance, allowed, difference, failure, row.exact(dtype))


def settings(row: Row) -> list[tuple[str, Mode]]:
    """The precisions and modes that a row is run in."""
    return [s for s in SETTINGS if s[0] in row.dtypes and s[1] in row.modes]


def run_all(rows: list[Row], begin: Callable[[], None] | None = None) -> list[list[Run]]:
    """Every row in every setting; many rows on two processes, since each is bound to its core.

    Args:
        rows: of the table.
        begin: what a process does first.
    """
    tasks = [task for task in SETTINGS if any(task in settings(row) for row in rows)]
    if len(rows) > FEW and _on_a_processor() and (os.cpu_count() or 1) > 1:
        names = {row.name for row in rows}
        order = sorted(tasks, key=lambda task: task[1])  # compiled ones first: they take longest
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(2, context, begin) as pool:
            found = pool.map(_named_rows, order, [names] * len(order))
            done = dict(zip(order, found, strict=True))
    else:
        done = {task: _one_setting(task, rows) for task in tasks}
    return [[run for task in tasks if (run := done[task][i])] for i in range(len(rows))]


def _named_rows(setting: tuple[str, Mode], names: set[str]) -> list[Run | None]:
    """In a process of its own, which gets only the names of the rows."""
    return _one_setting(setting, [row for row in ROWS if row.name in names])


def _one_setting(setting: tuple[str, Mode], rows: list[Row]) -> list[Run | None]:
    return [check_row(row, *setting) if setting in settings(row) else None for row in rows]


def _on_a_processor() -> bool:
    return all("cpu" in device.lower() for device in keras.distribution.list_devices())
