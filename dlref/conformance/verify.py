"""`dlref verify`: the conformance table on this machine, in float64 on the running backend."""

import datetime
import importlib.metadata
import json
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras

from dlref.conformance.row import Row, error, precision
from dlref.conformance.table import ROWS

_PACKAGES = ("dlref", "keras", "tensorflow", "jax", "torch", "keras-tuner", "numpy", "scipy")


@dataclass(frozen=True)
class Result:
    """What a row came to: its largest error, how far the unmapped built-in lies, and why it failed if it did."""

    row: Row
    error: float
    difference: float | None
    failure: str

    def as_dict(self) -> dict[str, Any]:
        """The result as `dlref verify --json` prints it."""
        names = ("name", "builtin", "relation", "mapping", "sentence", "source")
        return {name: getattr(self.row, name) for name in names} | {
            "dtype": "float64",
            "error": self.error,
            "tolerance": self.row.allowed("float64"),
            "difference": self.difference,
            "failure": self.failure,
            "verdict": "FAIL" if self.failure else "pass",
        }


def check_row(row: Row, dtype: str = "float64") -> Result:
    """Runs one row: ours must equal the mapped built-in, and differ from the unmapped one where there is one."""
    try:
        with precision(dtype):
            seen = row.probe(row.ours())
            distance = error(seen, row.probe(row.mapped()))
            difference = error(seen, row.probe(row.unmapped())) if row.unmapped else None
    except Exception as exception:  # one broken object must not hide the verdict on the others
        return Result(row, float("inf"), None, f"{type(exception).__name__}: {exception}")
    allowed = row.allowed(dtype)
    if not distance <= allowed:
        return Result(row, distance, difference, f"error {distance:.1e} above {allowed:.0e}")
    if difference is not None and not difference > 100 * allowed:
        return Result(row, distance, difference, f"does not differ: {difference:.1e}")
    return Result(row, distance, difference, "")


def main(only: str | None = None, as_json: bool = False) -> int:
    """Checks the table, or the rows whose name contains `only`, and prints it.

    Returns:
        The exit code: 0, or 1 if a row fails or none is named like `only`.
    """
    rows = [row for row in ROWS if only is None or only.lower() in row.name.lower()]
    if not rows:
        names = ", ".join(dict.fromkeys(row.name for row in ROWS))
        print(f"dlref verify: no row is named like {only!r}. There are: {names}.")
        return 1
    start = time.perf_counter()
    results = [check_row(row) for row in rows]
    report = environment() | {
        "seconds": round(time.perf_counter() - start, 1),
        "rows": [result.as_dict() for result in results],
    }
    print(json.dumps(report, ensure_ascii=False, indent=2)) if as_json else _print_table(report)
    return int(any(result.failure for result in results))


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
    for column in ("object", "built-in", "relation", "largest error", "verdict"):
        table.add_column(column, overflow="fold")
    for row in report["rows"]:
        verdict = "[green]pass" if row["verdict"] == "pass" else f"[red]FAIL: {row['failure']}"
        table.add_row(row["name"], row["builtin"], row["relation"], f"{row['error']:.1e}", verdict)
    failed = sum(row["verdict"] == "FAIL" for row in report["rows"])
    versions = ", ".join(f"{package} {version}" for package, version in report["versions"].items())
    console = Console(highlight=False)
    console.print(table)
    console.print(
        f"{len(report['rows'])} rows in float64, {failed} failed, {report['seconds']} s; "
        f"{report['backend']} on {report['device']}; {versions}"
    )
