"""The directory of a sweep: new, the one to go on with, or somebody else's."""

import os
from dataclasses import replace
from pathlib import Path

from dlref.tuning.errors import SweepError
from dlref.tuning.storage.lock_files import any_alive
from dlref.tuning.storage.storage import Storage
from dlref.tuning.storage.trial_store import TrialStore
from dlref.tuning.trials.load_sweep import find_sweep, find_url, load, read_settings
from dlref.tuning.trials.records import COMMANDS, Settings, Sweep

FILES = (
    *("study.sqlite3", "study.sqlite3-wal", "study.sqlite3-shm", "oracle.json", "tuner0.json"),
    *("report.html", "sweep.json", COMMANDS),
)
FOLDERS = {
    "weights": ("*.npz", "*.weights.h5"),
    "checkpoints": ("*",),
    "workers": ("*.lock", "*.log"),
}
COMPARED = (
    *("objectives", "subject_to", "epochs", "seed", "backend", "search", "pruner"),
    *("executions_per_trial", "batch_size", "early_stopping", "storage"),
)


def open_directory(settings: Settings, overwrite: bool, storage: str | None = None) -> Sweep:
    """Makes the directory of a sweep, or finds the sweep that goes on there.

    Args:
        settings: of the sweep that is asked for.
        overwrite: whether a sweep that is there is deleted.
        storage: the URL of its storage, with its password. Defaults to `None`: as the settings name it.

    Returns:
        The sweep; `notes` says what is to be told of it.

    Raises:
        SweepError: if another sweep, or something else, is there.
    """
    directory = Path(settings.directory)
    url = storage or (find_url(settings.storage) if settings.storage else None)
    if overwrite and (directory / "sweep.json").exists():
        remove(directory, url)
    sweep = _find(directory, settings, url)
    if sweep is None:
        if (directory / "sweep.json").exists():  # another process has begun it just now
            return open_directory(settings, overwrite=False, storage=storage)
        if foreign := [name for name in FILES if (directory / name).exists()]:
            raise SweepError(
                f"{directory} holds {foreign[0]} but no sweep of dlref. Name another --directory."
            )
        sweep = Sweep(settings, [])
    elif mended := _compare(sweep, settings):
        remove(directory, url)
        sweep = Sweep(settings, [], notes=(mended,))
    else:
        found = {name: getattr(sweep.settings, name) for name in ("versions", "started")}
        sweep = replace(sweep, settings=replace(settings, **found))
    directory.mkdir(parents=True, exist_ok=True)
    sweep.settings.save()
    return sweep


def remove(directory: str | os.PathLike[str], storage: str | None = None) -> None:
    """Deletes a sweep's files, and its study in the storage, and nothing else that lies in its directory.

    Raises:
        SweepError: if a process is at work on it.
    """
    directory = Path(directory)
    if any_alive(directory / "workers"):
        raise SweepError(f"{directory} cannot be deleted: another process is at work on it.")
    if storage is not None:
        _erase(storage, directory.resolve().name)
    for name, patterns in FOLDERS.items():
        for path in [path for pattern in patterns for path in (directory / name).glob(pattern)]:
            path.unlink(missing_ok=True)
        if (directory / name).is_dir() and not any((directory / name).iterdir()):
            (directory / name).rmdir()
    for name in FILES:
        (directory / name).unlink(missing_ok=True)


def _find(directory: Path, settings: Settings, storage: str | None) -> Sweep | None:
    """The sweep in the directory, or the one of this name that another machine has begun in the storage."""
    if (directory / "sweep.json").exists():
        found = read_settings(directory)
        same = found is not None and found.storage == settings.storage
        return load(directory, storage=storage if same else None)
    if storage is not None:
        found = find_sweep(storage, directory.resolve().name)
        if found is not None and found.settings.identity:
            return found
    return None


def _compare(there: Sweep, here: Settings) -> str:
    """What is to be said if the sweep there is to begin again, because only its failures are lost.

    Raises:
        SweepError: if the sweep there is another one.
    """
    changed, mended = _changes(there.settings, here)
    failed = there.failures
    if mended and not changed and len(failed) == len(there.ended):
        they = (
            f"all {len(failed)} trials had failed; they are"
            if failed
            else "nothing had ended; it is"
        )
        return f"{'; '.join(mended)}: {they} run again."
    if changed or mended:
        raise SweepError(
            f"{here.directory} holds another sweep: {'; '.join(changed + mended)}. "
            "Name another --directory, or delete the sweep that is there with --overwrite."
        )
    return ""


def _changes(there: Settings, here: Settings) -> tuple[list[str], list[str]]:
    """What differs: of the settings and the data; of the model and its space."""
    changed = [
        f"{name} is {_said(getattr(there, name))} there and {_said(getattr(here, name))} here"
        for name in COMPARED
        if getattr(there, name) != getattr(here, name)
    ]
    if there.identity["data"] != here.identity["data"]:
        changed.append("the data differ")
    spaces = [{hp["config"]["name"]: hp for hp in settings.space} for settings in (there, here)]
    names = [
        name for name in {**spaces[0], **spaces[1]} if spaces[0].get(name) != spaces[1].get(name)
    ]
    mended = [f"the search space differs in {', '.join(names)}"] if names else []
    if not names and there.identity["model"] != here.identity["model"]:
        mended.append("the model's code has changed")
    return changed, mended


def _said(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text or "nothing"


def _erase(storage: str, name: str) -> None:
    opened = Storage(storage)
    try:
        trial_store = opened.run(lambda connection: TrialStore.find(connection, name), write=False)
        if trial_store is not None:
            opened.run(lambda connection: trial_store.delete_idle(connection))
    finally:
        opened.close()
