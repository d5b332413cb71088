"""A sweep described in a TOML file: the same words as the options, with `_` for `-`, and `target`.

target = "model.py:build"  # paths are relative to this file
data = "iris.npz"
trials = 200
objective = "max:val_accuracy"
subject_to = ["latency_ms<=100"]
search = "coarse-to-fine"
workers = "auto"
"""

import difflib
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from dlref_cli.engine import reading

FORBIDDEN = ("overwrite", "dry_run", "replay")  # what a command does once, no property of a sweep
PATHS = ("data", "directory", "log_json")
NAMES = {int: "whole number", str: "string", bool: "boolean"}


def read(file: str, parameters: Sequence[click.Parameter]) -> dict[str, Any]:
    """The settings in a TOML file, each checked like the option of that name.

    Args:
        file: its name.
        parameters: of the command.

    Raises:
        click.UsageError: naming the file, the key, and what would be right.
    """
    known = {p.name: p for p in parameters if p.name and p.name not in FORBIDDEN}
    settings = {}
    for key, value in parse(file).items():
        if key not in known:
            raise click.UsageError(f"{file}: there is no key {key!r}.{nearest(key, list(known))}")
        settings[key] = _convert(file, known[key], value)
    if "target" not in settings:
        raise click.UsageError(f'{file} must say what to sweep, such as target = "model.py:build".')
    folder = Path(file).parent
    for key in (key for key in PATHS if key in settings and settings[key] != "-"):
        settings[key] = str(folder / settings[key])
    if ":" in settings["target"]:
        settings["target"] = str(folder / settings["target"])
    return settings


def parse(file: str) -> dict[str, Any]:
    """What a TOML file holds; an error that names it, if it is none."""
    with reading(file, "a TOML file", click.UsageError):
        return tomllib.loads(Path(file).read_text("utf-8"))


def nearest(key: str, known: list[str]) -> str:
    """The words to add to an error about a key that is not known: the most similar one, or all."""
    near = difflib.get_close_matches(key.replace("-", "_").lower(), known, n=1, cutoff=0.5)
    return f" Is it {near[0]!r}?" if near else f" There are: {', '.join(sorted(known))}."


def _convert(file: str, parameter: click.Parameter, value: Any) -> Any:
    """The value as the command line would have it; a list or one value where an option may be repeated."""
    values = value if parameter.multiple and isinstance(value, list) else [value]
    kinds = _kinds(parameter)
    wrong = [single for single in values if type(single) not in kinds]
    if wrong:
        wanted = " or ".join(f"a {NAMES[kind]}" for kind in kinds)
        wanted += ", or a list of them" if parameter.multiple else ""
        received = str(wrong[0]).lower() if isinstance(wrong[0], bool) else repr(wrong[0])
        raise click.UsageError(f"{file}: {parameter.name} must be {wanted}. Received: {received}.")
    try:
        converted = [parameter.type.convert(single, parameter, None) for single in values]
    except click.BadParameter as error:
        raise click.UsageError(f"{file}: {parameter.name}: {error.message}") from error
    return tuple(converted) if parameter.multiple else converted[0]


def _kinds(parameter: click.Parameter) -> tuple[type, ...]:
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return (bool,)
    if parameter.name == "workers":
        return (int, str)
    return (int,) if isinstance(parameter.type, click.types.IntParamType) else (str,)
