"""One search of one script, in a process of its own: `python -m benchmarks.wild.search REQUEST`."""

import json
import sys
import tempfile
import time
from collections import Counter
from typing import Any

import keras_tuner

from benchmarks.wild import kinds


class Timed(keras_tuner.RandomSearch):
    """Keras Tuner's search, with the time at which each trial has ended."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.ends: list[float] = []
        super().__init__(*args, **kwargs)

    def on_trial_end(self, trial: Any) -> None:
        super().on_trial_end(trial)
        self.ends.append(time.time())


def theirs(script: Any, trials: int, seed: int, directory: str, began: float) -> dict[str, Any]:
    """The seconds until the first trial has ended, and those that each of the others took."""
    tuner = _search(Timed, script, trials, seed, directory)
    ends = [began, *tuner.ends]
    first, *others = (end - start for start, end in zip(ends, ends[1:], strict=False))
    return {"first": first, "others": others}


def ours(script: Any, trials: int, seed: int, directory: str, began: float) -> dict[str, Any]:
    """The seconds of the search, how many trials were trained with others, and why the rest was not."""
    from dlref.tuning import RandomSearch
    from dlref.tuning.listener import Listener

    class Heard(Listener):
        notes: list[str] = []
        results: list[Any] = []

        def note(self, text: str) -> None:
            self.notes.append(text)

        def trial_ended(self, result: Any, trial: Any) -> None:
            self.results.append(result)

    heard = Heard()
    _search(RandomSearch, script, trials, seed, directory, listener=heard)
    seconds = time.time() - began
    sizes = Counter(result.population for result in heard.results if result.population)
    alone = [note.partition("trained alone: ")[2] for note in heard.notes]
    failed = [r.message for r in heard.results if r.state not in ("finished", "diverged")]
    return {
        "seconds": seconds,
        "together": sum(size for size in sizes.values() if size > 1) / trials,
        "populations": len(sizes),
        "alone": sorted({reason for reason in alone if reason}),
        "failed": failed,
        "notes": heard.notes,
    }


def _search(
    search: Any, script: Any, trials: int, seed: int, directory: str, **options: Any
) -> Any:
    options |= {"max_trials": trials, "seed": seed, "directory": directory}
    options |= getattr(script, "TUNER", {})
    tuner = search(script.build, getattr(script, "OBJECTIVE", "val_accuracy"), **options)
    tuner.search(**script.fit(), verbose=0)
    return tuner


if __name__ == "__main__":
    request = json.loads(sys.argv[1])
    run = ours if request["ours"] else theirs
    with tempfile.TemporaryDirectory() as place:
        module = kinds.load(request["script"])
        print(json.dumps(run(module, request["trials"], request["seed"], place, request["began"])))
