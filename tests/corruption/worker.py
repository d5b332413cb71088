"""The process in which files are read: it is given numbers of cases, and answers each in two lines of JSON."""

import json
import sys
import tempfile
import time
from pathlib import Path

from tests.corruption.cases import Case, Judge
from tests.corruption.kinds import KINDS
from tests.corruption.planted import DEFECTS


def main(defect: str) -> None:
    """Says when the sound file of a case is there, and then how the case ended."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what dlref prints is no answer
    if defect:
        DEFECTS[defect].plant()
    with tempfile.TemporaryDirectory() as folder:
        judge = Judge(Path(folder))
        for line in sys.stdin:
            case = Case.of(int(line))
            judge.sound(KINDS[case.kind])
            print(json.dumps("begins"), file=answers, flush=True)
            began = time.monotonic()
            answer = [*judge(case), round(time.monotonic() - began, 3)]
            print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main("".join(sys.argv[1:]))
