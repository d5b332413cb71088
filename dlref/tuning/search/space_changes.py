"""What has changed since a search was begun: the ranges of its hyperparameters, the code of its model."""

import hashlib
import inspect
import json
import warnings
from typing import Any

import keras_tuner

from dlref.tuning.samplers.declared_space import declared_space
from dlref.tuning.storage.write_rows import to_json


def digest(hypermodel: Any) -> str:
    """SHA-256 of the source of a `build(hp)` or a `HyperModel`, "" where there is none to read."""
    if isinstance(hypermodel, keras_tuner.HyperModel):  # a function becomes the `build` of one
        hypermodel = vars(hypermodel).get("build", type(hypermodel))
    try:
        return hashlib.sha256(inspect.getsource(hypermodel).encode()).hexdigest()
    except (OSError, TypeError):
        return ""


def warn_of_changes(study: Any, hypermodel: Any, given: Any = None) -> None:
    """Warns if a study with trials was begun for another space or model than it goes on with.

    Args:
        study: a `Study`.
        hypermodel: a `keras_tuner.HyperModel`, or None.
        given: the hyperparameters that were declared beforehand. Defaults to `None`.
    """
    if hypermodel is None or not study.trials:
        return
    if changes := _find_changes(study.session.attrs, hypermodel, given):
        warnings.warn(
            f"{study._project_dir} holds trials of another search: {', '.join(changes)}. It goes on with the ranges "
            "that are stored. For a search of its own pass overwrite=True or another project_name.",
            stacklevel=3,
        )


def _find_changes(stored: dict[str, Any], hypermodel: Any, given: Any) -> list[str]:
    space = declared_space(hypermodel, given)
    there = {hp["config"]["name"]: hp for hp in stored["space"]}
    found = []
    # One that is stored and not declared may be one that only some values of others declare.
    for hp in json.loads(to_json(space.get_config()["space"])):
        name = hp["config"]["name"]
        if name not in there:
            found.append(f"{name} is new")
        elif there[name] != hp:
            found.append(f"{name} has another range")
    code = digest(hypermodel)
    if not found and code and stored.get("model", code) != code:
        found.append("the model's code has changed")
    return found
