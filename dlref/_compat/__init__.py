"""What dlref uses of other packages that is not public: a module for each package, each name with its fall-back.

A name is looked up when its module is imported, and compared with the arguments that it took in the versions of `SEEN`.
If it has gone or takes others, a public way stands in for it, slower or with less, and the log says once what is lost.
Where there is no public way the import fails, with the versions that work. `patched` replaces methods the same way.
"""

import inspect
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

SEEN = "Keras 3.15.1, TensorFlow 2.21.0, JAX 0.10.2, keras-tuner 1.4.8, Optuna 5.0.0"
LOG = logging.getLogger("dlref")


class Name(NamedTuple):
    """A private name: its module, its place there, and the arguments that it took.

    Its place is "" for the module as a whole; its arguments are None where it has none or Python cannot tell them.
    """

    module: str
    place: str
    arguments: str | None = None

    def __str__(self) -> str:
        return f"{self.module}.{self.place}".rstrip(".")

    @property
    def owner(self) -> Any:
        """The module or the class that holds it."""
        owner: Any = import_module(self.module)
        for part in self.place.split(".")[:-1]:
            owner = getattr(owner, part)
        return owner

    @property
    def own_name(self) -> str:
        """Its name in its owner."""
        return self.place.rpartition(".")[2]

    def find(self) -> Any:
        """What has the name.

        Raises:
            ImportError: if there is no such thing, or it takes other arguments.
        """
        try:
            found = getattr(self.owner, self.own_name) if self.place else self.owner
        except (ImportError, AttributeError) as error:
            raise ImportError(f"{self} has gone") from error
        if self.arguments is not None:
            taken = ", ".join(inspect.signature(found).parameters)
            if taken != self.arguments:
                raise ImportError(f"{self} takes {taken or 'nothing'}")
        return found

    def find_or(self, fallback: Any, lost: str) -> Any:
        """What has the name, or else the fall-back; then the log says what is lost by it."""
        try:
            return self.find()
        except ImportError as error:
            say(lost, str(error))
            return fallback

    def needed(self) -> Any:
        """What has the name, for which there is no public way.

        Raises:
            ImportError: as `find`, with the versions that work.
        """
        try:
            return self.find()
        except ImportError as error:
            raise ImportError(f"dlref was tested with {SEEN}: {error}.") from error


@contextmanager
def patched(
    replacements: dict[Name, Callable[[Any], Any]], lost: str, needs: tuple[Name, ...] = ()
) -> Iterator[bool]:
    """Within it methods are replaced, all of them or, if one of them or of `needs` is another, none; yields which.

    Args:
        replacements: for each, a function that makes of the method what stands in for it.
        lost: what is lost without.
        needs: names that the replacements use.
    """
    try:
        found = {name: name.find() for name in (*replacements, *needs)}
    except ImportError as error:
        say(lost, str(error))
        yield False
        return
    before = [
        (name.owner, name.own_name, vars(name.owner).get(name.own_name)) for name in replacements
    ]
    for name, make in replacements.items():
        setattr(name.owner, name.own_name, make(found[name]))
    try:
        yield True
    finally:
        for owner, own_name, method in reversed(before):
            if method is None:
                delattr(owner, own_name)
            else:
                setattr(owner, own_name, method)


@cache
def say(lost: str, why: str) -> None:
    """Once."""
    LOG.warning("%s: not as in %s: %s.", lost, SEEN, why)
