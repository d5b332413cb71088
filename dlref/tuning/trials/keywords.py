"""Keywords that a class does not take: the error names the class that the user wrote."""

import inspect
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any


def by_name(
    signature: inspect.Signature, owner: Any, args: Any, kwargs: Any, known: Collection[str]
) -> dict[str, Any]:
    """The arguments of a constructor by name.

    Raises:
        TypeError: if there are too many, or one that is not known.
    """
    try:
        given = dict(signature.bind(owner, *args, **kwargs).arguments)
    except TypeError as error:
        raise TypeError(f"{type(owner).__name__}() {error}.") from None
    given |= given.pop("kwargs", {})
    del given["self"]
    for name in (each for each in given if each not in known):
        own = inspect.signature(type(owner).__init__).parameters.keys()  # a subclass may have more
        names = [*dict.fromkeys([*own, *known]).keys() - {"self", "args", "kwargs"}]
        meant = get_close_matches(name, names, 1)
        hint = f"Did you mean `{meant[0]}`?" if meant else f"It takes {', '.join(sorted(names))}."
        raise TypeError(
            f"{_unexpected(owner, name)}. {hint} Received: {name}={given[name]!r:.200}."
        )
    return given


def refuse(owner: Any, given: Mapping[str, Any], *names: str, why: str) -> None:
    """Refuses keywords that the class sets itself.

    Raises:
        TypeError: if one is there.
    """
    for name in names:
        if name in given:
            raise TypeError(
                f"{_unexpected(owner, name)}, for {why}. Received: {name}={given[name]!r:.200}."
            )


def _unexpected(owner: Any, name: str) -> str:
    return f"{type(owner).__name__}() got an unexpected keyword argument `{name}`"
