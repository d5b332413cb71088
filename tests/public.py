"""What dlref offers: its modules, its public objects, and where each is defined."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import dlref

ROOT = Path(dlref.__file__).parents[1]
INSIDE = "dlref.conformance"  # the proof offers no objects of its own


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(dlref.__path__, "dlref."):
        if not found.name.startswith(INSIDE):
            yield importlib.import_module(found.name)


def equations(module: ModuleType) -> list[int]:
    """The numbers of the equations in a module's docstring, and of a network's layers."""
    found = re.findall(r"\\tag\{(\d+)\}|^\| \((\d+)\) \|", module.__doc__ or "", re.MULTILINE)
    return [int(equation or layer) for equation, layer in found]


def source(module: ModuleType) -> Path:
    """The file of a module, relative to the root of the project."""
    return Path(inspect.getfile(module)).relative_to(ROOT)


def defined(module: ModuleType) -> dict[str, Any]:
    """The public functions and classes that a module defines."""
    return {
        name: value
        for name, value in vars(module).items()
        if callable(value)
        and not name.startswith("_")
        and getattr(value, "__module__", None) == module.__name__
    }


# A file with equations or numbered layers is an idea of the lectures, and what it defines is public.
IDEAS = [module for module in _modules() if equations(module)]


def _name(module: ModuleType, attribute: str) -> str:
    return f"{module.__name__.split('.')[1]}.{attribute}"


PUBLIC = {_name(module, name): value for module in IDEAS for name, value in defined(module).items()}
# What is no part of a model is not saved.
CLASSES = {name: value for name, value in PUBLIC.items() if hasattr(value, "get_config")}
