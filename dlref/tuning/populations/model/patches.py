"""Methods of Keras and its backends that are replaced while models are built, as long as they are what they were.

What they were is written down as the arguments that each took when it was seen to work, with the versions of `SEEN`. If
one has gone or takes others, nothing is replaced: models are built in the usual way, more slowly, and the log says so.
"""

import inspect
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

SEEN = "Keras 3.15.1, TensorFlow 2.21.0, JAX 0.10.2"
LOG = logging.getLogger("dlref")


class Patch(NamedTuple):
    """A method, what stands in for it, and the arguments that it took; None where Python cannot tell."""

    owner: Any
    name: str
    replacement: Any
    arguments: tuple[str, ...] | None

    @property
    def is_as_seen(self) -> bool:
        """Whether the method is there and takes what it took."""
        method = getattr(self.owner, self.name, None)
        if not callable(method) or self.arguments is None:
            return callable(method)
        return tuple(inspect.signature(method).parameters) == self.arguments


@contextmanager
def patched(make: Callable[[], list[Patch]]) -> Iterator[bool]:
    """Within it the methods are replaced, all of them or none; yields which.

    Args:
        make: imports what holds the methods; an error of it counts as a method that has gone.
    """
    try:
        patches = make()
        changed = [patch.name for patch in patches if not patch.is_as_seen]
    except (ImportError, AttributeError) as error:
        patches, changed = [], [str(error)]
    if changed:
        _say(", ".join(changed))
        yield False
        return
    own = [vars(owner).get(name) for owner, name, *_ in patches]
    for owner, name, replacement, _ in patches:
        setattr(owner, name, replacement)
    try:
        yield True
    finally:
        for (owner, name, *_), method in reversed(list(zip(patches, own, strict=True))):
            if method is None:
                delattr(owner, name)
            else:
                setattr(owner, name, method)


@cache
def _say(changed: str) -> None:
    """Once."""
    LOG.warning("Models are built more slowly: not as in %s: %s.", SEEN, changed)
