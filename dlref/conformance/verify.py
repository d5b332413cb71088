"""`dlref verify`: the conformance table on this machine, in four precisions, eager and compiled."""

import datetime
import importlib.metadata
import json
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras

from dlref.conformance import records
from dlref.conformance.row import UNITS, Row
from dlref.conformance.runs import MODES, Run, run_all
from dlref.conformance.table import ROWS

_PACKAGES = ("dlref", "keras", "tensorflow", "jax", "torch", "keras-tuner", "numpy", "scipy")


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
    begin: Callable[[], None] | None = None,
) -> int:
    """Checks the table, or the rows whose name contains `only`, and prints it.

    Args:
        only: a part of a name.
        as_json: whether to print JSON.
        record: a file or folder to write the record of this run to.
        since: a file with an earlier record, to print what has changed instead of the table.
        begin: what a second process does first.

    Returns:
        The exit code: 0, or 1 if a row fails or none is named like `only`.
    """
    earlier = records.read(since) if since else None
    rows = [row for row in ROWS if only is None or only.lower() in row.name.lower()]
    if not rows:
        names = ", ".join(dict.fromkeys(row.name for row in ROWS))
        print(f"dlref verify: no row is named like {only!r}. There are: {names}.")
        return 1
    start = time.perf_counter()
    found = run_all(rows, begin)
    report = environment() | {
        "seconds": round(time.perf_counter() - start, 1),
        "rows": [as_dict(row, runs) for row, runs in zip(rows, found, strict=True)],
    }
    if record:
        print(f"recorded in {records.write(report, Path(record))}", file=sys.stderr)
    if earlier:
        print(records.changes(earlier, records.record(report)))
    elif as_json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print_table(report)
    return int(any(run.failure for runs in found for run in runs))


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
