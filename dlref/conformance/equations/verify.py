"""`dlref verify --equations`: every numbered equation against its line, as a table or as JSON."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

from dlref.conformance.equations import networks, source
from dlref.conformance.equations.compare import EQUAL, VERDICTS, compare
from dlref.conformance.equations.pairs import Comparison, pairs
from dlref.conformance.verify import environment


def modules() -> list[Path]:
    """The files of dlref whose docstring has numbered equations, or the numbered layers of a network."""
    files = sorted((source.ROOT / "dlref").rglob("*.py"))
    return [path for path in files if source.read(path).stated]


def comparisons(only: str | None = None) -> Iterator[Comparison]:
    """The verdicts on all equations, or on those of the modules and objects whose name contains `only`."""
    for path in modules():
        for pair in chain(pairs(path), networks.layers(path)):
            if only is None or only.lower() in pair.name.lower():
                yield pair if isinstance(pair, Comparison) else compare(pair)


def main(only: str | None = None, as_json: bool = False) -> int:
    """Prints the verdicts.

    Returns:
        The exit code: 0 if every equation is equal to its line, else 1.
    """
    start = time.perf_counter()
    found = list(comparisons(only))
    if not found:
        print(f"dlref verify: no equation is named like {only!r}.")
        return 1
    report = environment(("dlref", "keras", "sympy")) | {
        "seconds": round(time.perf_counter() - start, 1),
        "equations": [asdict(comparison) for comparison in found],
    }
    print(json.dumps(report, ensure_ascii=False, indent=2)) if as_json else _print(report)
    return int(any(comparison.verdict not in EQUAL for comparison in found))


def _print(report: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None)
    for column in ("object", "equation, as it was read", "line", "verdict"):
        table.add_column(column, overflow="fold")
    for row in report["equations"]:
        colour = "green" if row["verdict"] in EQUAL else "red"
        verdict = f"[{colour}]{row['verdict']}[/]" + (f": {row['detail']}" if row["detail"] else "")
        name = f"{row['name']} ({row['number']})"
        table.add_row(
            name, row["read"].replace("[", r"\["), row["line"].replace("[", r"\["), verdict
        )
    counts = Counter(row["verdict"] for row in report["equations"])
    summary = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])
    console = Console(highlight=False)
    console.print(table)
    console.print(
        f"{len(report['equations'])} equations: {summary}; {report['seconds']} s, "
        f"SymPy {report['versions']['sympy']}"
    )
