"""Whether `build` changes what models read outside of themselves.

A program is traced once, after several models were built: what its code reads outside of the model would be that of
the last one built. It may read what is the same for all; models that read anything else are trained alone, each right
after it was built.
"""

from collections.abc import Hashable
from typing import Any

from dlref.tuning.populations.model.model_spec import ModelSpec


class ExternalState:
    """Compares what the models of a search read outside of themselves."""

    def __init__(self) -> None:
        self._before: tuple[ModelSpec, set[Hashable]] | None = None
        self._known: dict[Hashable, tuple[Any, dict[Any, Any]]] = {}
        self._changed: dict[Hashable, str] = {}

    def read_by(self, spec: ModelSpec) -> set[Hashable]:
        """What a model reads outside of itself: globals, and what it shares with the model before or after it.

        It forgets what the model before holds, which is no longer needed.
        """
        found = set[Hashable](key for key in spec.shared if isinstance(key, tuple))  # globals
        if self._before:
            before, read = self._before
            shared = spec.shared.keys() & before.shared.keys()
            for key in shared - read:
                self._compare(key, before)
            read |= shared
            found |= shared
            before.shared = {}
        for key in found:
            self._compare(key, spec)
        self._before = spec, found
        return found

    def changed(self, read: set[Hashable]) -> str:
        """The name of something that was changed, if a model reads any; else ""."""
        found = sorted(self._changed.items(), key=lambda item: not isinstance(item[0], tuple))
        return next((name for key, name in found if key in read), "")  # globals first

    def _compare(self, key: Hashable, spec: ModelSpec) -> None:
        shared_object = spec.shared[key]
        content = spec.content(shared_object)
        _, known = self._known.setdefault(key, (shared_object.thing, content))
        if any(known[path] != content[path] for path in known.keys() & content.keys()):
            is_global = isinstance(key, tuple)
            name = shared_object.name if is_global else getattr(shared_object.thing, "name", None)
            self._changed.setdefault(key, name or f"a {type(shared_object.thing).__name__}")
