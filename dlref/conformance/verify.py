"""`dlref verify`: the conformance table on this machine, in four precisions, eager and compiled."""

import datetime
import importlib.metadata
import json
import math
import multiprocessing
import os
import platform
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras

from dlref.conformance.compiling import Mode, running
from dlref.conformance.row import UNITS, Row, error, precision
from dlref.conformance.table import ROWS
from dlref_cli.engine import import_keras

_PACKAGES = ("dlref", "keras", "tensorflow", "jax", "torch", "keras-tuner", "numpy", "scipy")
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
            if row.unmapped and mode == "eager" and UNITS[dtype] < UNITS["float16"]:
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


def as_dict(row: Row, runs: Sequence[Run]) -> dict[str, Any]:
    """A row and its runs as `dlref verify --json` prints them; the first run stands for all that passed."""
    names = ("name", "builtin", "relation", "mapping", "sentence", "source")
    failed = [run for run in runs if run.failure]
    first = (failed or runs)[0]
    return {name: getattr(row, name) for name in names} | {
        "dtype": first.dtype,
        "error": first.error,
        "tolerance": first.tolerance,
        "difference": runs[0].difference,
        "failure": "; ".join(f"{run.dtype}, {run.mode}: {run.failure}" for run in failed),
        "verdict": "FAIL" if failed else "pass",
        "runs": [asdict(run) | {"ulp": run.ulp} for run in runs],
    }


def main(
    only: str | None = None,
    as_json: bool = False,
    record: str | None = None,
    since: str | None = None,
) -> int:
    """Checks the table, or the rows whose name contains `only`, and prints it.

    Args:
        only: a part of a name.
        as_json: whether to print JSON.
        record: a file or folder to write the record of this run to.
        since: a file with an earlier record, to print what has changed instead of the table.

    Returns:
        The exit code: 0, or 1 if a row fails or none is named like `only`.
    """
    from dlref.conformance import records

    earlier = records.read(since) if since else None
    rows = [row for row in ROWS if only is None or only.lower() in row.name.lower()]
    if not rows:
        names = ", ".join(dict.fromkeys(row.name for row in ROWS))
        print(f"dlref verify: no row is named like {only!r}. There are: {names}.")
        return 1
    start = time.perf_counter()
    found = _all(rows)
    report = environment() | {
        "seconds": round(time.perf_counter() - start, 1),
        "rows": [as_dict(row, runs) for row, runs in zip(rows, found, strict=True)],
    }
    if record:
        print(f"recorded in {records.write(report, Path(record))}")
    if earlier:
        print(records.changes(earlier, records.record(report)))
    elif as_json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print_table(report)
    return int(any(run.failure for runs in found for run in runs))


def _all(rows: list[Row]) -> list[list[Run]]:
    """Every row in every setting; many rows on two processes, since each is bound to its core."""
    tasks = [task for task in SETTINGS if any(task in settings(row) for row in rows)]
    if len(rows) > FEW and _on_a_processor() and (os.cpu_count() or 1) > 1:
        names = {row.name for row in rows}
        order = sorted(tasks, key=lambda task: task[1])  # compiled ones first: they take longest
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(2, context, import_keras, ("keras_tuner",)) as pool:
            done = dict(
                zip(order, pool.map(_one_setting, order, [names] * len(order)), strict=True)
            )
    else:
        done = {
            task: [check_row(row, *task) if task in settings(row) else None for row in rows]
            for task in tasks
        }
    return [[run for task in tasks if (run := done[task][i])] for i in range(len(rows))]


def _one_setting(setting: tuple[str, Mode], names: set[str]) -> list[Run | None]:
    """In a process of its own, which has only the names of the rows."""
    rows = [row for row in ROWS if row.name in names]
    return [check_row(row, *setting) if setting in settings(row) else None for row in rows]


def _on_a_processor() -> bool:
    return all("cpu" in device.lower() for device in keras.distribution.list_devices())


def environment(packages: Sequence[str] = _PACKAGES) -> dict[str, Any]:
    """Versions, backend, device and date of a run."""
    versions = {"python": platform.python_version()}
    for package in packages:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "versions": versions,
        "backend": keras.backend.backend(),
        "device": f"{platform.machine()}, {', '.join(keras.distribution.list_devices())}",
        "date": datetime.date.today().isoformat(),
    }


def _print_table(report: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None)
    for column in ("object", "built-in", "relation", *UNITS, "verdict"):
        table.add_column(column, overflow="fold")
    for row in report["rows"]:
        verdict = "[green]pass" if row["verdict"] == "pass" else f"[red]FAIL: {row['failure']}"
        ulp = {(run["dtype"], run["mode"]): f"{run['ulp']:.2g}" for run in row["runs"]}
        errors = [" ".join(ulp.get((dtype, mode), "–") for mode in MODES) for dtype in UNITS]
        table.add_row(row["name"], row["builtin"], row["relation"], *errors, verdict)
    failed = sum(row["verdict"] == "FAIL" for row in report["rows"])
    versions = ", ".join(f"{package} {version}" for package, version in report["versions"].items())
    console = Console(highlight=False)
    console.print(table)
    console.print(
        "Errors in units in the last place, eager and compiled by XLA.\n"
        f"{len(report['rows'])} rows, {failed} failed, {report['seconds']} s; "
        f"{report['backend']} on {report['device']}; {versions}"
    )
