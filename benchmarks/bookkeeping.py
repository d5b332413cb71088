"""What a trial costs besides its training: `python -m benchmarks.bookkeeping --trials 10000`.

Trials that train nothing are claimed and finished, one by one and 128 at a time, in a SQLite file that grows to so
many; 100 trials are timed at each size. Prints JSON: milliseconds a trial, and the bytes the process has grown by.
"""

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path

import keras_tuner

from dlref.tuning.study import Result, Study

SIZES = (100, 1000, 10_000)
TIMED, BULK, BULKS = 100, 128, 5
EPOCHS = 10


def lecture_study(directory: str, trials: int, storage: str | None = None) -> Study:
    """A study over the space of the lectures, with seven hyperparameters."""
    hp = keras_tuner.HyperParameters()
    hp.Float("learning_rate", 1e-4, 1.0, sampling="log")
    hp.Float("one_minus_momentum", 1e-3, 0.1, sampling="log")
    hp.Int("hidden_units", 50, 100)
    hp.Int("layers", 2, 4)
    hp.Int("batch_size", 32, 256, step=2, sampling="log")
    hp.Float("decay_rate", 0.0, 1.0)
    hp.Float("keep_prob", 0.5, 1.0)
    study = Study("val_loss", max_trials=trials, seed=0, hyperparameters=hp, storage=storage)
    study._set_project_dir(directory, "bookkeeping")
    return study


def result(number: int) -> Result:
    """As a trial of a few epochs leaves it: four metrics, their curves, a population, a file of weights."""
    curve = [1 / (number + epoch + 1) for epoch in range(EPOCHS)]
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    return Result(
        number,
        "finished",
        dict.fromkeys(names, curve),
        dict.fromkeys(names, curve[-1]),
        EPOCHS - 1,
        seconds=0.1,
        population="1 (128 trials, 128 wide)",
        weights=f"weights/population.npz {number}",
    )


def run(study: Study, count: int) -> float:
    """Claims and finishes so many trials at once; returns seconds a trial."""
    began = time.perf_counter()
    trials = study.claim(count)
    study.finish([result(int(trial.trial_id)) for trial in trials])
    return (time.perf_counter() - began) / len(trials)


def measure(directory: str, most: int) -> dict[str, object]:
    """Milliseconds a trial at each size of the study."""
    study = lecture_study(directory, most + len(SIZES) * (TIMED + BULKS * BULK))
    run(study, 1)
    found: dict[str, object] = {"cores": os.cpu_count(), "epochs": EPOCHS}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for size in [size for size in SIZES if size <= most]:
        while (missing := size - len(study.trials)) > 0:
            run(study, min(missing, BULK))
        bulk = statistics.median(1000 * run(study, BULK) for _ in range(BULKS))
        single = [1000 * run(study, 1) for _ in range(TIMED)]
        found[f"{size} trials"] = {
            "ms a trial, one by one": round(statistics.mean(single), 2),
            "median": round(statistics.median(single), 2),
            f"ms a trial, {BULK} at once": round(bulk, 3),
        }
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    found["bytes of memory a trial"] = round(grown / len(study.trials))
    file = Path(directory) / "bookkeeping" / "study.sqlite3"
    found["bytes on the disk a trial"] = round(file.stat().st_size / len(study.trials))
    began = time.perf_counter()
    assert len(study.get_best_trials(10)) == 10
    found["ms of get_best_trials"] = round(1000 * (time.perf_counter() - began), 1)
    study.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=max(SIZES))
    with tempfile.TemporaryDirectory() as directory:
        print(json.dumps(measure(directory, parser.parse_args().trials), indent=2))


if __name__ == "__main__":
    main()
