"""Runs cases on the backend of KERAS_BACKEND and prints a line of JSON for each."""

import json
import sys
from typing import Any

import keras

from benchmarks.cases import BACKEND, CASES, COMPILED, Case
from benchmarks.measure import FULL, QUICK, Effort, Result, compare, matches


def _run(case: Case, jit: bool, effort: Effort) -> dict[str, Any]:
    labels = {
        "name": case.name,
        "builtin": case.builtin,
        "backend": BACKEND,
        "device": ", ".join(keras.distribution.list_devices()),
        "jit_compile": jit,
        "goal": case.goal,
    }
    keras.utils.clear_session()
    try:
        ours, theirs = (case.program(make(), jit) for make in (case.ours, case.theirs))
        return Result(**labels, **compare(ours, theirs, effort)).as_dict()
    except Exception as error:  # one broken object must not hide the speed of the others
        return labels | {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    request = json.loads(sys.argv[1])
    wanted = [case for case in CASES if matches(case.name, request["wanted"])]
    for jit in COMPILED:
        for case in wanted:
            print(json.dumps(_run(case, jit, QUICK if request["quick"] else FULL)), flush=True)
