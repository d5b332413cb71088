"""`python -m benchmarks`: the objects of dlref timed against the Keras built-ins, in one run."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import report, startup
from benchmarks.measure import FULL, QUICK

BACKENDS = ("tensorflow", "jax")
SMALL = ["dlref", "mlp", "128x64"]  # the cases of a quick run
ROOT = Path(__file__).parent.parent


def main() -> int:
    """Runs what the command line asks for; returns 1 if a case failed, not if one is slow."""
    options = _parser().parse_args()
    start, machine = time.perf_counter(), report.machine()
    print(report.describe(machine))
    results: list[dict[str, Any]] = []
    for result in _results(options):
        report.show(result, results[-1] if results else None)
        results.append(result)
    if not results:
        print(f"no case is named like {' or '.join(options.case)}")
        return 2
    lasted = round(time.perf_counter() - start)
    print(f"\n{report.closing(results)}\n{lasted} s.")
    if options.json:
        kept = {"machine": machine, "quick": options.quick, "seconds": lasted, "results": results}
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    return int(any("error" in result for result in results))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--backend", action="append", choices=BACKENDS, help="only this one; may be repeated")
    add(
        "--case",
        action="append",
        metavar="TEXT",
        help="only the cases whose name contains TEXT, such as adam or import; may be repeated",
    )
    add("--quick", action="store_true", help="few samples of small cases: to see that it runs")
    add("--json", type=Path, metavar="FILE", help="keep the results")
    return parser


def _results(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    wanted = options.case or (SMALL if options.quick else [])
    backends = options.backend or list(BACKENDS)
    for result in startup.results(wanted, backends, QUICK if options.quick else FULL):
        yield result.as_dict()
    for backend in backends:
        yield from _on(backend, {"wanted": wanted, "quick": options.quick})


def _on(backend: str, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The results of a process of its own, for a process has one backend."""
    command = [sys.executable, "-m", "benchmarks.worker", json.dumps(request)]
    environment = {**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        yield from map(json.loads, process.stdout or ())
        if process.wait():
            errors.seek(0)
            raise SystemExit(
                f"benchmarks on {backend} ended with {process.returncode}:\n{errors.read()}"
            )


if __name__ == "__main__":
    sys.exit(main())
