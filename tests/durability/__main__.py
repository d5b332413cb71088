"""Tries the durable steps one after the other; see `tests.durability`."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.durability.points import FAULTS, MOST, STORAGES, Points, table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.durability", description=__doc__)
    parser.add_argument("--storage", choices=STORAGES, action="append", help="default: all")
    parser.add_argument(
        "--fault",
        choices=sorted({f for each in FAULTS.values() for f in each}),
        action="append",
        help="default: all",
    )
    parser.add_argument("--step", type=int, help="this one alone")
    parser.add_argument("--every", type=int, default=1, help="every so many steps")
    parser.add_argument("--first", type=int, default=1, help="beginning with this one")
    parser.add_argument("--out", type=Path, help="the file for the table")
    words = parser.parse_args()
    every = range(words.first, MOST, words.every)
    steps = [words.step] if words.step else every
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for storage in words.storage or STORAGES:
            with Points(Path(folder), storage) as points:
                for fault in words.fault or FAULTS[storage]:
                    for point in points.run(fault, steps):
                        found.append(point)
                        print(point, flush=True)
    rows = table(found)
    for row in rows:
        print(json.dumps(row))
    seconds = sum(point.cpu for point in found)
    print(f"{len(found)} points, {seconds / max(1, len(found)):.2f} CPU seconds each")
    if words.out:
        words.out.write_text(json.dumps(rows, indent=1) + "\n")
    return int(any(point.wrong for point in found))


if __name__ == "__main__":
    sys.exit(main())
