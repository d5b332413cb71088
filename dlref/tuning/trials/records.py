"""What is known of a sweep, read without Keras: its settings, and every trial's values, score or reason.

A directory holds `sweep.json` (the settings below), `study.sqlite3` (the trials, unless another storage is named),
`commands.jsonl` (what each command did), `weights/`, `workers/` and `report.html`.
"""

import contextlib
import json
import shlex
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np

from dlref._stored import checked
from dlref.tuning.storage.whole_files import written_whole
from dlref.tuning.trials.pareto_front import best_tradeoffs

COMMANDS = "commands.jsonl"
UNFINISHED = ("running", "waiting")
DEFAULTS = {  # of the options that a command names only where they differ
    **{"subject_to": [], "search": "random", "pruner": "none", "executions_per_trial": 1},
    **{"batch_size": None, "early_stopping": None, "workers": 1, "storage": ""},
}


@dataclass(frozen=True)
class Settings:
    """What the command said, and what it found: enough to repeat the sweep."""

    target: str
    data: str | None
    trials: int
    epochs: int
    seed: int
    directory: str
    objective: str  # the first one, with its direction: "max:val_accuracy"
    backend: str
    identity: dict[str, str]  # sha256 of what trials of one sweep must share: the model, the data
    space: list[dict[str, Any]]  # what the default values declare, as keras-tuner serializes it
    versions: dict[str, str]
    started: str
    target_column: str | None = None
    search: str = "random"
    objectives: list[str] = field(default_factory=list)  # all of them
    subject_to: list[str] = field(default_factory=list)  # bounds, such as "latency_ms<=100"
    pruner: str = "none"
    executions_per_trial: int = 1
    batch_size: int | None = None
    early_stopping: int | None = None
    workers: int = 1
    storage: str = ""  # without its password; "" is the file in the directory

    def __post_init__(self) -> None:
        object.__setattr__(self, "objectives", list(self.objectives) or [self.objective])
        object.__setattr__(self, "subject_to", list(self.subject_to))

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Settings":
        """The settings among what is stored, which may be of another version.

        Raises:
            TypeError: if one is missing.
            ValueError: if one is of another type.
        """
        return cls(**checked(stored, get_type_hints(cls)))

    @property
    def metric(self) -> str:
        """The first objective's name."""
        return self.objective.partition(":")[2]

    @property
    def directions(self) -> list[str]:
        """The direction, "min" or "max", of each objective."""
        return [objective.partition(":")[0] for objective in self.objectives]

    def command(self) -> str:
        """The command that starts this sweep, or goes on with it."""
        words = ["dlref", "sweep", self.target]
        always = ("data", "trials", "epochs", "seed", "objectives", "directory")
        for name in (*always, *DEFAULTS):
            option = f"--{name.removesuffix('s') if name == 'objectives' else name}"
            value = getattr(self, name)
            for each in value if isinstance(value, list) else [value]:
                secret = name == "storage" and "***" in str(each)
                if each is not None and each != DEFAULTS.get(name) and not secret:
                    words += [option.replace("_", "-"), str(each)]
        prefix = "" if self.backend == "tensorflow" else f"KERAS_BACKEND={self.backend} "
        if "***" in self.storage:  # where the command takes one that is not to be seen
            prefix += f"DLREF_STORAGE={shlex.quote(self.storage)} "
        return prefix + shlex.join(words)

    def save(self) -> None:
        """Writes them to `sweep.json`."""
        write_json(Path(self.directory) / "sweep.json", asdict(self))


@dataclass(frozen=True)
class Trial:
    """One trial as tables and reports show it."""

    number: int
    status: str  # "finished", "diverged", "failed", "pruned", "running" or "waiting"
    score: float | None  # the first objective, if it is finished
    values: dict[str, Any]  # as they are shown: beta and not 1 - beta
    message: str
    scores: tuple[float, ...] = ()  # all objectives
    curves: dict[str, list[float]] = field(default_factory=dict)  # every metric, per epoch
    metrics: dict[str, float] = field(default_factory=dict)  # what it is judged by
    best_epoch: int | None = None  # counted from 0
    seconds: float = 0.0
    population: str = ""  # that it was trained in; "" is none
    worker: str = ""  # that trained it last
    feasible: bool = True  # keeps all bounds
    raw: dict[str, Any] = field(
        default_factory=dict
    )  # the values under the names they are stored by
    weights: str = ""  # the file of its best weights below the directory, and the place in it
    lineage: list[Any] = field(default_factory=list)  # see `lineage.py`

    @property
    def reason(self) -> str:
        """Why it diverged or failed, in one line."""
        return self.message.partition("\n")[0]


@dataclass(frozen=True)
class Sweep:
    """A sweep as its storage holds it, finished or not."""

    settings: Settings
    trials: list[Trial]
    space: list[dict[str, Any]] = field(default_factory=list)  # conditional hyperparameters too
    zooms: list[dict[str, Any]] = field(default_factory=list)  # see `samplers/zoom.py`
    notes: tuple[str, ...] = ()  # what is to be said of how it goes on
    commands: tuple[tuple[int, float], ...] = ()  # trials that ended in each, and its wall time

    @cached_property
    def best(self) -> list[Trial]:
        """The finished trials, best first: those that keep the bounds, among them the best trade-offs."""
        finished = [trial for trial in self.trials if trial.score is not None]
        signs = [-1 if direction == "max" else 1 for direction in self.settings.directions]
        costs = [
            [
                sign * score
                for sign, score in zip(signs, t.scores or (t.score or 0.0,), strict=False)
            ]
            for t in finished
        ]
        front = np.zeros(len(finished), bool)
        for kept in (True, False) if len(signs) > 1 else ():
            chosen = [i for i, trial in enumerate(finished) if trial.feasible == kept]
            front[chosen] = best_tradeoffs([costs[i] for i in chosen])
        order = sorted(
            range(len(finished)),
            key=lambda i: (not finished[i].feasible, not front[i], costs[i], finished[i].number),
        )
        return [finished[i] for i in order]

    @cached_property
    def failures(self) -> list[Trial]:
        """The trials that diverged or failed."""
        return [trial for trial in self.trials if trial.status in ("diverged", "failed")]

    @cached_property
    def ended(self) -> list[Trial]:
        """The trials that are not run again."""
        return [trial for trial in self.trials if trial.status not in UNFINISHED]

    @cached_property
    def names(self) -> list[str]:
        """The hyperparameters' names as shown, in the order they were declared."""
        return list(dict.fromkeys(name for trial in self.trials for name in trial.values))


def add_command(directory: str, trials: int, seconds: float) -> None:
    """Notes in the directory of a sweep what a command did; several machines may do so.

    A disk that is full must not hide why the sweep broke off, so an error of it is dropped.
    """
    with contextlib.suppress(OSError), (Path(directory) / COMMANDS).open("a") as file:
        file.write(json.dumps([trials, seconds]) + "\n")


def write_json(path: Path, content: Any) -> None:
    """Writes a file whole or not at all: a reader never sees half of it."""
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(content))
