"""Takes what a terminal asks for: values for hyperparameters, or the end of the run."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import keras

from dlref.tuning.babysitting.controls import Control, parse, retrace


@dataclass
class Done:
    """What was done, or why nothing was."""

    changes: list[dict[str, Any]] = field(default_factory=list)
    stop: bool = False
    retraced: bool = False
    error: str = ""


def run_command(model: keras.Model, controls: dict[str, Control], command: Any) -> Done:
    """Does all that a command asks for, or, if anything in it is wrong, nothing.

    Example:
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        >>> model.compile(keras.optimizers.SGD(0.5))
        >>> from dlref.tuning.babysitting.controls import controls
        >>> run_command(model, controls(model), {"set": {"learning_rate": "0.25"}}).changes
        [{'name': 'learning_rate', 'old': 0.5, 'new': 0.25}]
        >>> run_command(model, controls(model), {"set": {"learning_rat": "0.25"}}).error
        "There is no hyperparameter 'learning_rat' in this run. Did you mean learning_rate?"
    """
    try:
        return _obey(model, controls, command)
    except Exception as error:  # a constructor may raise anything, and the run has to go on
        return Done(error=f"{error}")


def _obey(model: keras.Model, controls: dict[str, Control], command: Any) -> Done:
    if isinstance(command, Exception):
        raise ValueError(f"The command cannot be read: {command}.")
    if not isinstance(command, dict) or not isinstance(command.get("set", {}), dict):
        raise ValueError('A command must be an object such as {"set": {"learning_rate": "0.01"}}.')
    prepared = []
    for name, text in command.get("set", {}).items():
        if name not in controls:
            close = get_close_matches(name, controls, 1)
            hint = f"Did you mean {close[0]}?" if close else "`--list` shows them."
            raise ValueError(f"There is no hyperparameter {repr(name)[:80]} in this run. {hint}")
        prepared.append((name, controls[name].prepare(parse(name, str(text)))))
    done = Done(stop=bool(command.get("stop", False)))
    for name, apply in prepared:
        old = controls[name].read()
        apply()
        done.changes.append({"name": name, "old": old, "new": controls[name].read()})
    done.retraced = any(controls[change["name"]].retraces for change in done.changes)
    if done.retraced:
        retrace(model)
    return done
