"""`python -m benchmarks.sweep`: a whole sweep through keras-tuner's `RandomSearch` and through dlref's, in one run.

The same `build`, data, epochs and number of trials; building, tracing, compiling and bookkeeping included, importing
not. The two alternate: half of keras-tuner's trials, ours, the other half. keras-tuner may be given fewer trials, since
the time of each is the same; the ratio is of trials per second.
"""

import argparse
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.measure import in_a_process

CASES = {"scalars": 60, "lecture": 20, "cnn": 5}  # and how many times as fast it should be
EPOCHS = 10


def main() -> int:
    """Runs what the command line asks for, each backend in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sweep", description=__doc__)
    parser.add_argument("--backend", action="append", choices=("tensorflow", "jax"))
    parser.add_argument("--case", action="append", choices=tuple(CASES))
    parser.add_argument("--trials", type=int, default=128, help="of dlref")
    parser.add_argument("--population", type=int, help="most trials at once, as `max_population`")
    parser.add_argument("--keras-tuner-trials", type=int, default=16, help="0: leave it out")
    parser.add_argument(
        "--seeds", type=int, default=0, help="compare the best scores of so many seeds too"
    )
    parser.add_argument("--json", type=Path, help="keep the results")
    options = parser.parse_args()
    machine = report.machine()
    print(report.describe(machine))
    results = []
    for backend in options.backend or ("tensorflow", "jax"):
        for case in options.case or CASES:
            request = {**vars(options), "case": case, "json": None}
            results.append(
                {
                    "backend": backend,
                    "case": case,
                    **in_a_process("benchmarks.sweep", backend, request),
                }
            )
            print(_line(results[-1]), flush=True)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        kept = {"machine": machine, "epochs": EPOCHS, "results": results}
        options.json.write_text(json.dumps(kept, indent=1) + "\n")
    return 0


def _one(request: dict[str, Any]) -> dict[str, Any]:
    """One case on the backend of this process."""
    import keras_tuner

    from benchmarks import sweep_models
    from dlref.tuning import RandomSearch

    gc.freeze()  # else keras-tuner collects what was imported before every trial
    build, data = getattr(sweep_models, request["case"]), sweep_models.load_data(request["case"])
    theirs, ours, count = [], [], request["keras_tuner_trials"]
    search = partial(RandomSearch, max_population=request["population"])
    with tempfile.TemporaryDirectory() as directory:
        for half in ("before", "after") if count else ():
            if half == "after":
                ours.append(_seconds(search, build, data, request["trials"], directory, "ours"))
            theirs.append(
                _seconds(keras_tuner.RandomSearch, build, data, count // 2, directory, half)
            )
        if not count:
            ours.append(_seconds(search, build, data, request["trials"], directory, "ours"))
        found = {"trials": request["trials"], "seconds_per_trial": ours[0] / request["trials"]}
        found |= _ceiling(build, data, found["seconds_per_trial"])
        if count:
            found["keras_tuner_trials"] = count // 2 * 2
            found["keras_tuner_seconds_per_trial"] = sum(theirs) / (count // 2 * 2)
            found["ratio"] = found["keras_tuner_seconds_per_trial"] / found["seconds_per_trial"]
            found["goal"] = CASES[request["case"]]
        if request["seeds"]:
            found |= _quality(build, data, request["seeds"], directory)
    return found


def _seconds(
    search: Any, build: Any, data: Any, trials: int, directory: str, name: str, seed: int = 0
) -> float:
    began = time.perf_counter()
    _search(search, build, data, trials, directory, name, seed)
    return time.perf_counter() - began


def _search(
    search: Any, build: Any, data: Any, trials: int, directory: str, name: str, seed: int
) -> Any:
    x_train, y_train, *dev = data
    place = {"directory": directory, "project_name": name}
    tuner = search(build, "val_accuracy", max_trials=trials, seed=seed + 1, **place)
    if hasattr(tuner.oracle, "max_consecutive_failed_trials"):
        tuner.oracle.max_consecutive_failed_trials = 10**9  # of diverged trials
    tuner.search(x_train, y_train, validation_data=tuple(dev), epochs=EPOCHS, verbose=0)
    return tuner


def _ceiling(build: Callable[..., Any], data: Any, seconds: float) -> dict[str, float]:
    """How near to what a large matrix product reaches here."""
    import keras
    import keras_tuner

    from benchmarks import sweep_models

    size = 16384 if report.accelerator() else 2048
    matrix = keras.random.normal((size, size))
    best = 0.0
    for _ in range(8):
        began = time.perf_counter()
        float(keras.ops.matmul(matrix, matrix)[0, 0])
        best = max(best, 2 * size**3 / (time.perf_counter() - began))
    forward = sweep_models.flops(build(keras_tuner.HyperParameters()))
    trial = forward * EPOCHS * (3 * len(data[0]) + len(data[2]))
    return {
        "flop_per_trial": trial,
        "matrix_product_flops": best,
        "share_of_ceiling": trial / seconds / best,
    }


def _quality(build: Any, data: Any, seeds: int, directory: str, trials: int = 8) -> dict[str, Any]:
    """The best score after equal trials, for several seeds, and whether the two samples differ."""
    import keras_tuner
    from scipy.stats import mannwhitneyu

    from dlref.tuning import RandomSearch

    best: dict[str, list[float]] = {}
    for seed in range(seeds):
        for search in (keras_tuner.RandomSearch, RandomSearch):
            place = f"{search.__module__}-{seed}"
            tuner = _search(search, build, data, trials, directory, place, 1000 * seed)
            score = tuner.oracle.get_best_trials(1)[0].score
            best.setdefault(search.__module__.split(".")[0], []).append(score)
    p_value = float(mannwhitneyu(best["keras_tuner"], best["dlref"]).pvalue)
    return {"best": best, "trials_per_seed": trials, "p_value": p_value}


def _line(found: dict[str, Any]) -> str:
    share = f"{100 * found['share_of_ceiling']:.1f} % of a matrix product's rate"
    text = f"{found['backend']:<11}{found['case']:<9}{found['seconds_per_trial']:.4f} s a trial, {share}"
    if "ratio" in found:
        theirs = found["keras_tuner_seconds_per_trial"]
        text += f"; keras-tuner {theirs:.2f} s: {found['ratio']:.1f} times (wanted {found['goal']})"
    if "p_value" in found:
        text += f"; best scores differ with p = {found['p_value']:.2f}"
    return text


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1].startswith("{"):  # in a process of its own
        print(json.dumps(_one(json.loads(sys.argv[1]))))
    else:
        sys.exit(main())
