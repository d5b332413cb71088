"""Tries the durable steps one after the other; see `tests.durability`."""

import argparse
import json
import sys
import tempfile
from itertools import product
from pathlib import Path

from benchmarks.report import machine
from tests.durability.planted import DEFECTS
from tests.durability.points import FAULTS, MOST, STORAGES, Points, table
from tests.durability.sweep import SEARCHES


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.durability", description=__doc__)
    parser.add_argument("--storage", choices=STORAGES, action="append", help="default: all")
    parser.add_argument(
        "--fault",
        choices=sorted({f for each in FAULTS.values() for f in each}),
        action="append",
        help="default: all",
    )
    parser.add_argument("--search", choices=[*SEARCHES], action="append", help="default: all")
    parser.add_argument("--step", type=int, help="this one alone")
    parser.add_argument("--every", type=int, default=1, help="every so many steps")
    parser.add_argument("--first", type=int, default=1, help="beginning with this one")
    parser.add_argument("--out", type=Path, help="the file for the table")
    parser.add_argument("--planted", choices=["all", *DEFECTS], action="append")
    words = parser.parse_args()
    if words.planted:
        return try_defects(list(DEFECTS) if "all" in words.planted else words.planted)
    every = range(words.first, MOST, words.every)
    steps = [words.step] if words.step else every
    found = []
    with tempfile.TemporaryDirectory() as folder:
        asked = product(words.search or SEARCHES, words.storage or STORAGES)
        for search, storage in asked:
            with Points(Path(folder), storage, search=search) as points:
                chosen = words.fault or FAULTS[storage]
                for fault in [name for name in FAULTS[storage] if name in chosen]:
                    for point in points.run(fault, steps):
                        found.append(point)
                        print(point, flush=True)
    rows = table(found)
    for row in rows:
        print(json.dumps(row))
    seconds = sum(point.cpu for point in found)
    print(f"{len(found)} points, {seconds / max(1, len(found)):.2f} CPU seconds each")
    if words.out:
        content = {"machine": machine(), "results": rows}
        words.out.write_text(json.dumps(content, indent=1) + "\n")
    return int(any(point.wrong for point in found))


def try_defects(names: list[str]) -> int:
    """Looks for each planted defect until it is caught."""
    missed = []
    for search in SEARCHES:
        of_search = [name for name in names if DEFECTS[name].search == search]
        missed += _try_defects(of_search, search) if of_search else []
    print(f"{len(names) - len(missed)} of {len(names)} planted defects were caught")
    return int(bool(missed))


def _try_defects(names: list[str], search: str) -> list[str]:
    missed = []
    with tempfile.TemporaryDirectory() as folder, Points(Path(folder), search=search) as points:
        for name in names:
            defect = DEFECTS[name]
            points.defect = defect.plant
            near = {n + i for n, kind, _ in points.steps if kind == defect.kind for i in (0, 1)}
            found = (point for point in points.run(defect.fault, sorted(near)) if point.wrong)
            caught = next(found, None)
            print(f"{name}: {caught or 'NOT CAUGHT'}", flush=True)
            missed += [] if caught else [name]
    return missed


if __name__ == "__main__":
    sys.exit(main())
