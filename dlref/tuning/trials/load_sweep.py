"""A sweep is read: its settings from the directory or the study, its trials from the storage."""

import contextlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sql

from dlref._compat.optuna import models
from dlref._stored import checked, reading
from dlref.tuning.errors import SweepError
from dlref.tuning.storage.read_rows import read, reads
from dlref.tuning.storage.storage import Storage, redacted
from dlref.tuning.storage.trial_store import TrialStore
from dlref.tuning.trials.make_record import make_record
from dlref.tuning.trials.records import COMMANDS, Settings, Sweep

FILE = "study.sqlite3"
VARIABLE = "DLREF_STORAGE"
WHOLE = "the settings of a sweep. Name another --directory, or start again with --overwrite"
PACE = {"trials": int, "seconds": float}  # of a command


def load(
    source: str | os.PathLike[str], study: str | None = None, storage: str | None = None
) -> Sweep:
    """Reads a sweep, which may still be running.

    Args:
        source: the directory of a sweep, or the URL of a storage.
        study: which one, if the storage holds several. Defaults to `None`.
        storage: the URL of the directory's storage, if that needs a password. Defaults to `None`: what `sweep.json`
            names, with the password of the variable DLREF_STORAGE if there is one.

    Raises:
        SweepError: if there is no sweep, or what is there cannot be read.
    """
    source = str(source)
    if "://" in source:
        sweep = _read_storage(source, study, None)
        if sweep is None:
            named = f" named {study!r}" if study else ""
            raise SweepError(f"{redacted(source)} holds no study{named}.")
        return sweep
    directory = Path(source)
    settings, file = read_settings(directory), directory / FILE
    if settings is None and not file.exists():
        usual = Path("sweeps") / source  # where `dlref sweep NAME` keeps it
        hint = f" Did you mean {usual}?" if (usual / "sweep.json").is_file() else ""
        missing = directory / "sweep.json"
        raise SweepError(f"{source} holds no sweep: there is no file {missing}.{hint}")
    if settings is not None and settings.storage:
        url = storage or find_url(settings.storage)
    elif file.exists():
        url = file
    else:
        return Sweep(settings or _unknown({}), [], settings.space if settings else [])
    sweep = _read_storage(url, study or directory.resolve().name, settings)
    if sweep is None and url == file:  # the directory may have been renamed
        sweep = _read_storage(url, None, settings)
    if sweep is None:
        return Sweep(settings, [], settings.space) if settings else Sweep(_unknown({}), [])
    return replace(
        sweep, settings=replace(sweep.settings, directory=source), commands=_commands(directory)
    )


def find_sweep(storage: str, study: str) -> Sweep | None:
    """The sweep of a name in a storage, or None."""
    return _read_storage(storage, study, None)


def read_settings(directory: Path) -> Settings | None:
    """The settings of the sweep in a directory; None if there is none.

    Raises:
        SweepError: if the file is damaged.
    """
    path = directory / "sweep.json"
    if not path.exists():
        return None
    with reading(path, WHOLE, SweepError):
        settings = Settings.of(json.loads(path.read_text("utf-8")))
    return replace(settings, directory=str(directory))  # it may have been moved


def _commands(directory: Path) -> tuple[tuple[int, float], ...]:
    path, found = directory / COMMANDS, []
    with reading(path, "the log of the commands", SweepError):
        lines = path.read_bytes().splitlines() if path.exists() else []
    for line in lines:  # a command may have been killed while it wrote one
        with contextlib.suppress(ValueError, TypeError, RecursionError):
            known = checked(dict(zip(PACE, json.loads(line), strict=True)), PACE)
            found.append(tuple(known.values()))
    return tuple(found)


def find_url(name: str) -> str:
    """The URL of a storage that is known without its password."""
    given = os.environ.get(VARIABLE, "")
    return given if redacted(given) == name else name.replace(":***@", "@")


def _read_storage(url: str | Path, study: str | None, settings: Settings | None) -> Sweep | None:
    storage = Storage(url, create=False)
    try:
        return storage.run(lambda c: _read(c, storage.name, study, settings), write=False)
    finally:
        storage.close()


@reads
def _read(
    connection: sql.Connection, name: str, study: str | None, settings: Settings | None
) -> Sweep | None:
    query = sql.select(models.StudyModel.study_name).order_by(models.StudyModel.study_id)
    names = list(connection.scalars(query)) if _has_tables(connection) else []
    if study is None and len(names) > 1:
        raise SweepError(f"{name} holds several studies: {', '.join(names)}. Name one.")
    study = study or (names[0] if names else "")
    trial_store = TrialStore.find(connection, study) if study and study in names else None
    if trial_store is None or study is None:
        return None
    attrs = trial_store.attrs(connection)
    if settings is None and "settings" in attrs:
        settings = Settings.of(attrs["settings"])
    settings = settings or _unknown(attrs, study)
    rows = read(connection, trial_store.id)
    zooms = attrs.get("zoom", {}).get("zooms", [])
    holds = _bounds(settings.subject_to)
    trials = [make_record(row, holds) for row in rows]
    return Sweep(settings, trials, attrs.get("space", settings.space), zooms)


def _has_tables(connection: sql.Connection) -> bool:
    return sql.inspect(connection).has_table("studies")


def _bounds(texts: list[str]) -> Callable[[dict[str, float]], bool] | None:
    if not texts:
        return None
    from dlref.tuning.trials.objectives import Bound

    bounds = [Bound.parse(text) for text in texts]
    return lambda metrics: all(bound.holds(metrics) for bound in bounds)


def _unknown(attrs: dict[str, Any], study: str = "") -> Settings:
    """The settings of a search that was not started by the command."""
    objectives = attrs.get("objectives") or ["min:objective"]
    return Settings(
        target=study,
        data=None,
        trials=attrs.get("max_trials") or 0,
        epochs=0,
        seed=attrs.get("seed", 0),
        directory="",
        objective=objectives[0],
        backend="",
        identity={},
        space=attrs.get("space", []),
        versions={},
        started="",
        search=attrs.get("sampler", ""),
        objectives=objectives,
        subject_to=attrs.get("subject_to", []),
    )
