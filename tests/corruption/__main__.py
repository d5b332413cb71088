"""Damages files and has dlref read them; see `tests.corruption`."""

import argparse
import json
import sys
from pathlib import Path

from benchmarks.report import machine
from tests.corruption.cases import COUNT, RIGHT, Case
from tests.corruption.corruptions import CORRUPTIONS
from tests.corruption.kinds import KINDS
from tests.corruption.planted import DEFECTS
from tests.corruption.runner import Runner, table


def main(arguments: list[str] | None = None) -> int:
    """Its exit code. Without `arguments`, those of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.corruption", description=__doc__)
    parser.add_argument("--kind", choices=KINDS, action="append", help="default: all")
    parser.add_argument("--corruption", choices=CORRUPTIONS, action="append", help="default: all")
    parser.add_argument("--number", type=int, action="append", help="these cases alone")
    parser.add_argument("--every", type=int, default=1, help="every so many cases")
    parser.add_argument("--first", type=int, default=0, help="beginning with this one")
    parser.add_argument("--wrong", action="store_true", help="show those that went wrong alone")
    parser.add_argument("--out", type=Path, help="the file for the table")
    parser.add_argument("--planted", choices=["all", *DEFECTS], action="append")
    words = parser.parse_args(arguments)
    if words.planted:
        return try_defects(list(DEFECTS) if "all" in words.planted else words.planted)
    cases = map(Case.of, words.number or range(words.first, COUNT, words.every))
    kinds, corruptions = words.kind or KINDS, words.corruption or CORRUPTIONS
    numbers = [c.number for c in cases if c.kind in kinds and c.corruption in corruptions]
    found = []
    with Runner() as runner:
        for outcome in runner.run(numbers):
            found.append(outcome)
            if not words.wrong or outcome.verdict not in RIGHT:
                name = f"{outcome.case} {outcome.seconds:.2f} s"
                print(f"{name}  {outcome.verdict.upper()}: {outcome.said[:1000]!r}", flush=True)
    rows = table(found)
    wrong = [outcome for outcome in found if outcome.verdict not in RIGHT]
    print(f"{len(found)} cases, {len(wrong)} wrong")
    if words.out:
        content = {"machine": machine(), "results": rows}
        words.out.write_text(json.dumps(content, indent=1) + "\n")
    return int(bool(wrong))


def try_defects(names: list[str]) -> int:
    """Looks for each planted defect until it is caught."""
    missed = []
    for name in names:
        defect = DEFECTS[name]
        numbers = [n for n in range(COUNT) if Case.of(n).kind == defect.kind]
        with Runner(name) as runner:
            found = (each for each in runner.run(numbers) if each.verdict not in RIGHT)
            caught = next(found, None)
        said = f"{caught.case} {caught.verdict.upper()}: {caught.said[:200]!r}" if caught else None
        print(f"{name}: {said or 'NOT CAUGHT'}", flush=True)
        missed += [] if caught else [name]
    print(f"{len(names) - len(missed)} of {len(names)} planted defects were caught")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
