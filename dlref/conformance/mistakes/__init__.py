"""The mistakes that lectures, notes and implementations are known for: each a wrong version of an object of dlref.

The tests must catch every one of them; `check` names the one that a stranger's object behaves like. By object, the
words for the mistake, what stands once in its source, and what stands there instead.
"""

from importlib import import_module
from pkgutil import iter_modules

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    name: known
    for area in iter_modules(__path__, f"{__name__}.")
    for name, known in import_module(area.name).KNOWN.items()
}
