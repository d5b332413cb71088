"""The directory of a sweep: new, the one to go on with, or somebody else's."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

from dlref.tuning.records import Settings, Sweep, SweepError, load

FILES = ("sweep.json", "oracle.json", "tuner0.json", "report.html")
COMPARED = ("objective", "epochs", "seed", "backend")


def open_directory(settings: Settings, overwrite: bool) -> Sweep:
    """Makes the directory of a sweep, or finds the sweep that goes on there.

    Raises:
        SweepError: if another sweep, or something else, is there.
    """
    directory = Path(settings.directory)
    if overwrite and (directory / "sweep.json").exists():
        remove(directory)
    sweep = Sweep(settings, [])
    if (directory / "sweep.json").exists():
        sweep = load(directory)
        _check_same(sweep.settings, settings)
        found = {name: getattr(sweep.settings, name) for name in ("versions", "started")}
        sweep = replace(sweep, settings=replace(settings, **found))
    elif foreign := [name for name in FILES if (directory / name).exists()]:
        raise SweepError(
            f"{directory} holds {foreign[0]} but no sweep of dlref. Name another --directory."
        )
    directory.mkdir(parents=True, exist_ok=True)
    sweep.settings.save()
    return sweep


def remove(directory: str | os.PathLike[str]) -> None:
    """Deletes a sweep's files, and nothing else that lies in its directory."""
    for path in (Path(directory) / name for name in FILES):
        path.unlink(missing_ok=True)
    for path in Path(directory).glob("trial_*"):
        if (path / "trial.json").is_file():
            shutil.rmtree(path)


def _check_same(there: Settings, here: Settings) -> None:
    changed = [
        f"{name} is {getattr(there, name)} there and {getattr(here, name)} here"
        for name in COMPARED
        if getattr(there, name) != getattr(here, name)
    ]
    spaces = [{hp["config"]["name"]: hp for hp in settings.space} for settings in (there, here)]
    names = [
        name for name in {**spaces[0], **spaces[1]} if spaces[0].get(name) != spaces[1].get(name)
    ]
    changed += [f"the search space differs in {', '.join(names)}"] if names else []
    if not names and there.identity["model"] != here.identity["model"]:
        changed.append("the model's code has changed")
    if there.identity["data"] != here.identity["data"]:
        changed.append("the data differ")
    if changed:
        raise SweepError(
            f"{there.directory} holds another sweep: {'; '.join(changed)}. "
            "Name another --directory, or delete the sweep that is there with --overwrite."
        )
