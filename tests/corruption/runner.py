"""Runs cases in a process that may hang or crash, and adds up how they ended."""

import json
import os
import selectors
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from tests.corruption.cases import WRONG, Case, Outcome
from tests.processes import ENVIRONMENT, ROOT

SECONDS = 10  # for a file of a few kilobytes; then dlref hangs
FIRST_SECONDS = 300  # for what is imported, and for a sound file


class _Hangs(Exception):
    pass


class Runner:
    """A process that reads damaged files, started again when it has ended; a context.

    Args:
        defect: of `planted.py`, that is in the library. Defaults to none.
    """

    def __init__(self, defect: str = "") -> None:
        self.defect = defect
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Runner":
        return self

    def __exit__(self, *error: object) -> None:
        self._end()

    def run(self, numbers: Iterable[int]) -> Iterator[Outcome]:
        """How the cases of these numbers end."""
        for number in numbers:
            case = Case.of(number)
            try:
                process = self._process or self._start()
                assert process.stdin
                process.stdin.write(f"{number}\n".encode())
                process.stdin.flush()
                self._answer(process, FIRST_SECONDS)
                yield Outcome(case, *self._answer(process, SECONDS))
            except _Hangs:
                self._end()
                yield Outcome(case, "hang", f"no answer within {SECONDS} s")
            except (EOFError, BrokenPipeError):
                self._end()
                yield Outcome(case, "crash", "the process ended")

    def _start(self) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "tests.corruption.worker", self.defect]
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 0}
        stderr = None if os.environ.get("CORRUPTION_STDERR") else subprocess.DEVNULL
        process: Any = subprocess.Popen(words, env=ENVIRONMENT, cwd=ROOT, stderr=stderr, **pipes)
        self._process = process
        return process

    def _answer(self, process: subprocess.Popen[bytes], seconds: float) -> Any:
        assert process.stdout
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            if not selector.select(seconds):
                raise _Hangs
        line = process.stdout.readline()
        if not line:
            raise EOFError
        return json.loads(line)

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def table(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """How many cases there were of a kind and a group of corruptions, and how they ended."""
    rows: dict[tuple[str, str], dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(("cases", "error", "right", *WRONG), 0)
    )
    for outcome in outcomes:
        row = rows[outcome.case.kind, outcome.case.group]
        row["cases"] += 1
        row[outcome.verdict] += 1
    return [{"file": kind, "damage": group, **row} for (kind, group), row in rows.items()]
