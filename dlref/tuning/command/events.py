"""What happens in a sweep, as dictionaries that go through JSON: shown, logged, and sent from worker to parent.

Each has `event` and `time` (seconds since 1970), and then:

| event | with |
| --- | --- |
| `started` | `target`, `directory`, `trials`, `epochs`, `seed`, `search`, `objectives`, `ended`, `workers` |
| `device` | `device` |
| `note` | `text`: which trials form a population, what is trained alone and why |
| `zoom` | `zooms`: of each hyperparameter its `name`, `scale`, `old` and `new` range, and `why` |
| `claimed` | `trials`: the numbers of those that are trained next |
| `epoch` | `trials`, `epoch` (how many are done), `logs` (a value per trial), `memory`, `gpu_memory` (bytes) |
| `trial` | `trial`, `status`, `score`, `values`, `metrics`, `best_epoch`, `seconds`, `population`, `reason` |
| `worker_ended` | `worker`, `code` (negative: the signal that killed it), `log` |
| `interrupted` | |
| `ended` | `trials`, `finished`, `diverged`, `failed`, `pruned`, `best` (its number), `score`, `report` |

A value that is no finite number is null. Several workers: each event of one of them has `worker`, counted from 0.
"""

import json
import math
import sys
import time
from collections.abc import Callable
from typing import Any

from dlref.tuning.command import hardware
from dlref.tuning.listener import Listener
from dlref.tuning.samplers.one_minus import shown

Event = dict[str, Any]
Sink = Callable[[Event], None]


def event(name: str, **content: Any) -> Event:
    """An event that happens now."""
    return {"event": name, "time": round(time.time(), 3), **plain(content)}


class Events(Listener):
    """Tells a search's events to `sinks`.

    Args:
        sinks: called with each event.
        check_interruption: called often; raises `KeyboardInterrupt` to end the search.
        metric: the first objective's name.
    """

    def __init__(
        self, sinks: list[Sink], check_interruption: Callable[[], None], metric: str
    ) -> None:
        self.sinks, self.check_interruption, self.metric = sinks, check_interruption, metric
        self.find_zooms: Callable[[], list[Any]] | None = None  # set until they were found

    def send(self, name: str, **content: Any) -> None:
        """Tells what happens now."""
        self.tell(event(name, **content))

    def tell(self, event: Event) -> None:
        """Passes on an event."""
        for sink in self.sinks:
            sink(event)

    def check(self) -> None:
        self.check_interruption()

    def claimed(self, trials: list[Any]) -> None:
        self.send("claimed", trials=[int(trial.trial_id) for trial in trials])
        if self.find_zooms and (zooms := self.find_zooms()):
            self.find_zooms = None
            self.send("zoom", zooms=zooms)

    def note(self, text: str) -> None:
        self.send("note", text=text)

    def epoch_ended(self, numbers: list[int], epoch: int, logs: dict[str, Any]) -> None:
        memory = {"memory": hardware.memory(), "gpu_memory": hardware.device_memory()}
        self.send("epoch", trials=list(numbers), epoch=epoch, logs=logs, **memory)

    def trial_ended(self, result: Any, trial: Any) -> None:
        values = dict(shown(*item) for item in trial.hyperparameters.values.items())
        self.send(
            "trial",
            trial=result.number,
            status=result.state,
            score=result.metrics.get(self.metric) if result.state == "finished" else None,
            values=values,
            metrics=result.metrics,
            best_epoch=result.best_epoch,
            seconds=round(result.seconds, 3),
            population=result.population,
            reason=result.message.partition("\n")[0],
        )


class JsonLog:
    """Writes each event as a line of JSON; a log that cannot be written on ends no sweep.

    Args:
        file: its name, or "-" for the standard output. The events are added to what is there.
    """

    def __init__(self, file: str) -> None:
        self.name = file
        self.stream: Any = sys.stdout if file == "-" else open(file, "a", encoding="utf-8")

    def __call__(self, event: Event) -> None:
        if self.stream is None:
            return
        try:
            self.stream.write(json.dumps(event) + "\n")
            self.stream.flush()
        except OSError as error:
            self.stream = None
            print(f"--log-json {self.name} ends here: {error}", file=sys.stderr)

    def __enter__(self) -> "JsonLog":
        return self

    def __exit__(self, *error: object) -> None:
        if self.stream not in (None, sys.stdout):
            self.stream.close()


def plain(value: Any) -> Any:
    """The value as JSON has it: lists for arrays, null for NaN and infinity."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, int | str | None) else str(value)
