"""What a sweep's directory holds, read without Keras: its settings, and every trial's values, score or reason.

A directory holds `sweep.json` (the settings below), `oracle.json`, `tuner0.json` and `trial_*/trial.json`
(keras-tuner's project), and `report.html`.
"""

import json
import os
import shlex
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

ONE_MINUS = "one_minus_"  # prefix of a hyperparameter that is stored as 1 - beta and shown as beta


class SweepError(ValueError):
    """Something the user can mend: a file that is missing, a directory that holds another sweep."""


@dataclass(frozen=True)
class Settings:
    """What the command said, and what it found: enough to repeat the sweep."""

    target: str
    data: str | None
    trials: int
    epochs: int
    seed: int
    directory: str
    objective: str  # with its direction: "max:val_accuracy"
    backend: str
    identity: dict[str, str]  # sha256 of what trials of one sweep must share: the model, the data
    space: list[dict[str, Any]]  # what the default values declare, as keras-tuner serializes it
    versions: dict[str, str]
    started: str

    @property
    def metric(self) -> str:
        """The objective's name."""
        return self.objective.partition(":")[2]

    def command(self) -> str:
        """The command that starts this sweep, or goes on with it."""
        options = {
            name: getattr(self, name)
            for name in ("trials", "epochs", "seed", "objective", "directory")
        }
        words = ["dlref", "sweep", self.target]
        for name, value in ({"data": self.data} | options).items():
            words += [] if value is None else [f"--{name}", str(value)]
        prefix = "" if self.backend == "tensorflow" else f"KERAS_BACKEND={self.backend} "
        return prefix + shlex.join(words)

    def save(self) -> None:
        """Writes them to `sweep.json`."""
        write_json(Path(self.directory) / "sweep.json", asdict(self))


@dataclass(frozen=True)
class Trial:
    """One trial as tables and reports show it."""

    number: int
    status: str  # "finished", "diverged", "failed" or "unfinished"
    score: float | None
    values: dict[str, Any]
    message: str

    @property
    def reason(self) -> str:
        """Why it diverged or failed, in one line."""
        return self.message.partition("\n")[0]


@dataclass(frozen=True)
class Sweep:
    """A sweep as its directory holds it, finished or not."""

    settings: Settings
    trials: list[Trial]
    space: list[dict[str, Any]] = field(default_factory=list)  # conditional hyperparameters too

    @cached_property
    def best(self) -> list[Trial]:
        """The finished trials, best first."""
        sign = -1 if self.settings.objective.startswith("max:") else 1
        finished = [trial for trial in self.trials if trial.score is not None]
        return sorted(finished, key=lambda trial: (sign * (trial.score or 0.0), trial.number))

    @property
    def failures(self) -> list[Trial]:
        """The trials that diverged or failed."""
        return [trial for trial in self.trials if trial.status in ("diverged", "failed")]

    @property
    def ended(self) -> list[Trial]:
        """The trials that are not run again."""
        return [trial for trial in self.trials if trial.status != "unfinished"]

    @property
    def names(self) -> list[str]:
        """The hyperparameters' names as shown, in the order they were declared."""
        return list(dict.fromkeys(name for trial in self.trials for name in trial.values))


def shown(name: str, value: Any) -> tuple[str, Any]:
    """The name and value to show: `one_minus_momentum` = 0.01 is `momentum` = 0.99."""
    scope, slash, last = name.rpartition("/")
    if last.startswith(ONE_MINUS) and isinstance(value, int | float):
        return scope + slash + last.removeprefix(ONE_MINUS), 1 - value
    return name, value


def make_trial(state: dict[str, Any]) -> Trial:
    """The record of a trial from the state keras-tuner keeps of it."""
    message = state["message"] or ""
    ended = {"COMPLETED": "finished", "FAILED": "failed"}
    status = ended.get(state["status"], "unfinished")
    if status == "failed" and message.startswith("diverged:"):
        status = "diverged"
    values = dict(shown(*item) for item in state["hyperparameters"]["values"].items())
    score = state["score"] if status == "finished" else None
    return Trial(int(state["trial_id"]), status, score, values, message)


def load(directory: str | os.PathLike[str]) -> Sweep:
    """Reads a sweep's directory.

    Raises:
        SweepError: if it holds no sweep, or a file in it is damaged; the file is named.
    """
    path = Path(directory) / "sweep.json"
    if not path.is_file():
        raise SweepError(f"{directory} holds no sweep: there is no file {path}.")
    settings = _read(
        path, lambda state: Settings(**{f.name: state[f.name] for f in fields(Settings)})
    )
    settings = replace(settings, directory=str(directory))  # it may have been moved
    files = Path(directory).glob("trial_*/trial.json")
    trials = sorted((_read(file, make_trial) for file in files), key=lambda trial: trial.number)
    oracle = Path(directory) / "oracle.json"
    space = settings.space
    if oracle.is_file():
        space = _read(oracle, lambda state: state["hyperparameters"]["space"])
    return Sweep(settings, trials, space)


def write_json(path: Path, content: Any) -> None:
    """Writes a file whole or not at all: a reader never sees half of it."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(content))
    os.replace(temporary, path)


def _read(path: Path, convert: Any) -> Any:
    try:
        return convert(json.loads(path.read_text()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SweepError(
            f"{path} is damaged ({type(error).__name__}: {error}). "
            "Name another --directory, or start again with --overwrite."
        ) from error
