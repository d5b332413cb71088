"""What `import dlref` adds to `import keras`, and how soon `dlref --help` answers: fresh processes, in turn."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Effort, Result, matches, seconds, summary

KERAS = "import keras"
# By name, for a package may load its parts only when they are asked for. Not the tools: conformance and tuning.
DLREF = (
    "from dlref import "
    "activations, averages, initializers, layers, losses, optimizers, regularizers, schedules"
)
TIMED = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"
COMMAND = Path(sys.executable).with_name("dlref")
IMPORT, HELP = "import dlref", "dlref --help"


def results(wanted: list[str], backends: list[str], effort: Effort) -> Iterator[Result]:
    """Times those of the two cases that are wanted."""
    if matches(IMPORT, wanted):
        yield from (_import(backend, effort) for backend in backends)
    if matches(HELP, wanted):
        yield _help(effort)


def _import(backend: str, effort: Effort) -> Result:
    for statement in (
        DLREF,
        KERAS,
    ):  # the first run writes what Python caches, and fills the disk's cache
        _lasts(statement, backend)
    samples = [(_lasts(DLREF, backend), _lasts(KERAS, backend)) for _ in range(effort.processes)]
    measured = summary([a - b for a, b in samples], *zip(*samples, strict=True))
    return Result(
        name=IMPORT,
        builtin=KERAS,
        backend=backend,
        jit_compile=None,
        quantity="difference",
        goal=0.15,
        **measured,
    )


def _lasts(statement: str, backend: str) -> float:
    command = [sys.executable, "-c", TIMED.format(statement)]
    environment = {**os.environ, "KERAS_BACKEND": backend}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{statement} failed on {backend}:\n{done.stderr}")
    return float(done.stdout)


def _help(effort: Effort) -> Result:
    def answer() -> None:
        subprocess.run([COMMAND, "--help"], capture_output=True, check=True)

    answer()
    samples = [seconds(answer) for _ in range(effort.processes)]
    return Result(
        name=HELP,
        builtin="",
        backend="",
        jit_compile=None,
        quantity="seconds",
        goal=0.3,
        **summary(samples, samples),
    )
