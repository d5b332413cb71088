"""What the code of a user's functions and classes reads, as far as it can be seen without running it."""

import dis
import sys
from collections.abc import Iterator
from functools import cached_property, lru_cache
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

# Their code reads nothing that the `build` of a search is meant to change.
LIBRARIES = {
    *("absl", "dlref", "h5py", "jax", "jaxlib", "keras", "keras_cv", "keras_hub", "keras_nlp"),
    *("keras_tuner", "matplotlib", "ml_dtypes", "mlflow", "numpy", "optree", "optuna", "pandas"),
    *("PIL", "rich", "scipy", "skimage", "sklearn", "tensorflow", "tensorflow_probability"),
    *("tf_keras", "torch", "tqdm", "wandb"),
    *sys.stdlib_module_names,
} - {"__main__"}
# What reads by names that no code shows.
HIDDEN = {"__import__", "environ", "eval", "exec", "getenv", "globals", "import_module", "modules"}
# They run when a model is built: what they read is in its attributes and weights.
BUILDING = {"__init__", "__new__", "__init_subclass__", "build", "get_config", "from_config"}
IN_CLASSES = {"__call__", "__getattr__", "__getattribute__", "__getitem__", "__iter__", "__slots__"}
METHODS = {property: "fget", cached_property: "func"}
METHODS |= {staticmethod: "__func__", classmethod: "__func__"}


class Reads(NamedTuple):
    """The names of globals and attributes that code reads, and one by which it reads others, or ""."""

    names: frozenset[str]
    attributes: frozenset[str]
    hidden: str


@lru_cache(4096)
def reads(code: CodeType) -> Reads:
    """What code reads, that of the functions in it included."""
    names, attributes = set[str](), set[str]()
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME", "IMPORT_NAME"):
            names.add(instruction.argval)
        elif instruction.opname in ("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM"):
            attributes.add(instruction.argval)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            found = reads(inner)
            names |= found.names
            attributes |= found.attributes
    hidden = min(HIDDEN & (names | attributes), default="")
    return Reads(frozenset(names), frozenset(attributes), hidden)


def is_library(thing: Any) -> bool:
    """Whether a function, class or module is none of the user's."""
    name = thing.__name__ if isinstance(thing, ModuleType) else getattr(thing, "__module__", None)
    return name is None or name.partition(".")[0] in LIBRARIES


def read_globals(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """The names and values of the globals and modules that a function reads."""
    for name in sorted(reads(function.__code__).names):
        if name in function.__globals__:
            yield name, function.__globals__[name]
        elif name in sys.modules:
            yield name, sys.modules[name]


def read_attributes(function: FunctionType, module: ModuleType) -> Iterator[tuple[str, Any]]:
    """The names and values of what a function may read of a module."""
    for name in sorted(reads(function.__code__).attributes & vars(module).keys()):
        yield name, vars(module)[name]


def members(kind: type) -> Iterator[tuple[str, Any]]:
    """What objects of a class read of it when they are used."""
    for name, value in vars(kind).items():
        if name in IN_CLASSES or not (name in BUILDING or name.startswith(("__", "_abc_"))):
            yield name, value


def inner(method: Any) -> str:
    """The attribute of a property, a static method or a class method that holds its function."""
    return next(name for kind, name in METHODS.items() if isinstance(method, kind))


def slots(value: Any) -> Iterator[tuple[str, Any]]:
    """The names and values of what an object keeps in slots."""
    for kind in type(value).__mro__:
        names = vars(kind).get("__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                yield name, getattr(value, name)


def has_slots(value: Any) -> bool:
    """Whether an object keeps anything in slots."""
    return next(slots(value), None) is not None


def is_filled(cell: Any) -> bool:
    """Whether a variable of an outer function has a value."""
    try:
        return cell.cell_contents is not cell
    except ValueError:  # a recursive function that was never finished
        return False
