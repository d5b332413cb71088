"""What is read from a file: whatever is wrong with it, an error names the file, and what is in it has its types."""

import os
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict


@contextmanager
def reading(
    path: str | os.PathLike[str], what: str, error: type[Exception] = ValueError
) -> Iterator[None]:
    """Within it a file is read: what goes wrong becomes one clear error.

    Args:
        path: of the file. What is no file, such as a directory or a pipe, is not even opened.
        what: it must be, such as `"a table of tags"`.
        error: the class of the error. Defaults to `ValueError`.

    Raises:
        Exception: of the class `error`, which names the file; an `OSError` that does stays what it is.

    Example:
        >>> with reading("tags.csv", "a table of tags"):
        ...     {}["dog"]
        Traceback (most recent call last):
        ...
        ValueError: tags.csv must be a table of tags. Received: KeyError: 'dog'.
    """
    place = Path(path)
    if place.exists() and not place.is_file():
        found = "a directory" if place.is_dir() else "no file that can be read to its end"
        raise error(f"{path} must be {what}. It is {found}.")
    try:
        yield
    except Exception as found:  # every parser has its own kinds
        own = type(found) in (ValueError, error) and str(path) in str(found)
        if own or (isinstance(found, OSError) and found.filename):
            raise
        text = str(found).strip().rstrip(".")
        kind = "" if type(found) is ValueError and text else f"Received: {type(found).__name__}: "
        raise error(f"{path} must be {what}. {kind}{text}.") from found


def checked(stored: Mapping[str, Any], hints: Mapping[str, Any]) -> dict[str, Any]:
    """The entries that have a hint, each of which must be of its type; those that are missing are left out.

    Args:
        stored: as JSON has it.
        hints: types by name, such as `{"epochs": int, "curves": dict[str, list[float]]}`.

    Raises:
        ValueError: if one is of another type.

    Example:
        >>> checked({"epochs": 3, "new": None}, {"epochs": int, "seed": int})
        {'epochs': 3}
        >>> checked({"epochs": "3"}, {"epochs": int})
        Traceback (most recent call last):
        ...
        ValueError: epochs must be int. Received: '3'
    """
    found = {name: stored[name] for name in hints if name in stored}
    for name, value in found.items():
        if not _fits(value, hints[name]):
            hint = getattr(hints[name], "__name__", "") if not get_args(hints[name]) else ""
            raise ValueError(f"{name} must be {hint or hints[name]}. Received: {repr(value)[:80]}")
    return found


def _fits(value: Any, hint: Any) -> bool:
    kind, inside = get_origin(hint) or hint, get_args(hint)
    if hint is Any:
        return True
    if is_typeddict(hint):
        hints = get_type_hints(hint)
        return (
            isinstance(value, dict)
            and value.keys() == hints.keys()
            and all(_fits(value[name], each) for name, each in hints.items())
        )
    if kind is Literal:
        return value in inside
    if kind in (Union, types.UnionType):
        return any(_fits(value, each) for each in inside)
    if kind is dict and inside:
        return isinstance(value, dict) and all(
            isinstance(key, inside[0]) and _fits(each, inside[1]) for key, each in value.items()
        )
    if kind is list and inside:
        return isinstance(value, list) and all(_fits(each, inside[0]) for each in value)
    if hint is float:
        return type(value) is float or (type(value) is int and abs(value) < 2**1023)
    return isinstance(value, kind) and (hint is bool or not isinstance(value, bool))
