"""What `dlref sweep` was asked for, and what it finds: the model, the data, the settings."""

import contextlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from platform import python_version
from typing import Any

import keras

from dlref._compat.keras_tuner import get_hypermodel
from dlref.tuning import digits
from dlref.tuning.command import hardware, inputs
from dlref.tuning.errors import SweepError
from dlref.tuning.samplers import factory
from dlref.tuning.samplers.declared_space import declared_space
from dlref.tuning.storage.storage import redacted
from dlref.tuning.trials.load_sweep import find_url
from dlref.tuning.trials.objectives import Bound, parse_objectives
from dlref.tuning.trials.records import Settings

PACKAGES = ("dlref", "keras", "keras-tuner", "optuna", "tensorflow", "jax", "numpy", "scikit-learn")

COPIED = (
    *("target", "directory", "data", "target_column", "trials", "epochs", "seed"),
    *("search", "pruner", "executions_per_trial", "batch_size", "early_stopping"),
)  # as they are, into the settings


@dataclass(frozen=True)
class Options:
    """The words of the command.

    Args:
        target: `"digits"`, or `"FILE.py:FUNCTION"`.
        directory: where the sweep is kept.
        data: a .npz, .csv or .parquet file, or None for the digits.
        target_column: the column of a table that is to be predicted.
        trials: models to train.
        epochs: of each model.
        seed: of the values drawn, the training and the split of the data.
        objective: metrics, each with or without its direction.
        subject_to: bounds, such as `"latency_ms<=100"`.
        search: how values are chosen.
        pruner: how trials that fall behind are ended.
        executions_per_trial: trainings of each trial.
        batch_size: mini-batch size, unless it is searched; None for Keras' default.
        early_stopping: epochs without improvement that end a trial, or None.
        workers: processes on this machine, or `"auto"`.
        storage: URL of a database, or None for a file in the directory.
        quiet: prints nothing.
        log_json: file for the events, `"-"` for the standard output, or None.
    """

    target: str
    directory: str
    data: str | None = None
    target_column: str | None = None
    trials: int = 20
    epochs: int = 10
    seed: int = 0
    objective: tuple[str, ...] = ("val_accuracy",)
    subject_to: tuple[str, ...] = ()
    search: str = "random"
    pruner: str = "none"
    executions_per_trial: int = 1
    batch_size: int | None = None
    early_stopping: int | None = None
    workers: int | str = 1
    storage: str | None = None
    quiet: bool = False
    log_json: str | None = None

    @classmethod
    def make(cls, words: dict[str, Any]) -> "Options":
        """The options from what came through JSON or from the command line."""
        plain: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in words.items()
        }
        return cls(**plain)

    @classmethod
    def of(cls, settings: Settings, storage: str | None) -> "Options":
        """The options of a sweep that there is."""
        copied: dict[str, Any] = {name: getattr(settings, name) for name in COPIED}
        if settings.storage:
            storage = storage or find_url(settings.storage)
        objectives, bounds = tuple(settings.objectives), tuple(settings.subject_to)
        return cls(**copied, objective=objectives, subject_to=bounds, storage=storage)

    @property
    def processes(self) -> int:
        """How many workers: one for each GPU where that is left to the machine."""
        return max(1, len(hardware.gpus())) if self.workers == "auto" else int(self.workers)


@dataclass(frozen=True)
class Inputs:
    """What a sweep works on."""

    model: Any
    data: inputs.Data
    settings: Settings


def prepare(options: Options) -> Inputs:
    """Loads the model and the data, and checks that all fits together.

    Raises:
        SweepError: if the model, the data or an option cannot be used.
    """
    objectives = parse_objectives(options.objective)
    factory.check(options.search, options.pruner, len(objectives))
    trained = options.trials, options.executions_per_trial
    factory.check_members(options.search, options.pruner, *trained)
    bounds = [str(Bound.parse(text)) for text in options.subject_to]
    check_words(options.target, options.data)
    model, code = load_model(options.target)
    data = load_data(options)
    copied: dict[str, Any] = {name: getattr(options, name) for name in COPIED}
    settings = Settings(
        **copied,
        objective=objectives[0],
        objectives=objectives,
        subject_to=bounds,
        workers=options.processes,
        storage=redacted(options.storage) if options.storage else "",
        backend=keras.backend.backend(),
        identity={"model": code, "data": data.digest()},
        space=json.loads(json.dumps(declared_space(model).get_config()["space"])),
        versions=installed_versions(),
        started=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return Inputs(model, data, settings)


def load_model(target: str) -> tuple[Any, str]:
    """The model, and what identifies its code.

    Raises:
        SweepError: if there is no such model.
    """
    function = target.rpartition(":")[2]
    if target == "digits":
        return get_hypermodel(digits.build), f"{function} {inputs.digest_file(digits.__file__)}"
    model, source = inputs.load_model(target)
    return model, f"{function} {source}"


def load_data(options: Options) -> inputs.Data:
    """The data of a sweep.

    Raises:
        SweepError: if there are none, or they cannot be used.
    """
    check_words(options.target, options.data)
    if options.data is None:
        if options.target_column is not None:
            raise SweepError("digits has its own data: leave out --target.")
        return inputs.Data(*digits.load_data())
    return inputs.load_data(options.data, options.seed, options.target_column)


def check_words(target: str, data: str | None) -> None:
    """Raises `SweepError` if data are missing, or were given where there are some, or the target is none."""
    if target != "digits" and ":" not in target:
        raise SweepError(
            f"{target!r} must be `digits`, FILE.py:FUNCTION such as model.py:build, or FILE.toml."
        )
    if target == "digits" and data is not None:
        raise SweepError("digits has its own data: leave out --data.")
    if target != "digits" and data is None:
        raise SweepError(
            f"{target} needs --data FILE: a .npz with x_train, y_train, x_val and y_val, or x and y; or a .csv or "
            ".parquet, with --target COLUMN."
        )


def installed_versions() -> dict[str, str]:
    """What a sweep's result depends on, by name."""
    installed = {"python": python_version()}
    for package in PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            installed[package] = metadata.version(package)
    return installed
