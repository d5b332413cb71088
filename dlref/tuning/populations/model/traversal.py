"""The traversal of all that a Keras model is made of, and what its Python code reads outside of it."""

import hashlib
import logging
import math
import pickle
import types
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence, Set
from enum import Enum
from functools import partial
from typing import Any, NamedTuple

import keras
import numpy as np

from dlref import layers as ours
from dlref.tuning.populations.model import python_code
from dlref.tuning.populations.model.attributes import CELLS, OUR_CELLS, attributes
from dlref.tuning.populations.model.fast_build import value as value_of
from dlref.tuning.populations.model.scalar_tensor import asks_for_signs
from dlref.tuning.populations.model.unsupported import Unsupported

Path = tuple[Any, ...]
Item = tuple[Any, Any, Any]  # the last part of a path, the value there, and who holds it
# Widths that padding with zeros can make equal, which is checked when it is done.
CONVOLUTIONS = (keras.layers.Conv1D, keras.layers.Conv2D, keras.layers.Conv3D)
WIDTHS = {
    keras.layers.Dense: "units",
    **dict.fromkeys((*CELLS, *OUR_CELLS), "units"),
    **dict.fromkeys((*CONVOLUTIONS, ours.Conv2D, ours.TrueConv2D), "filters"),
}
PLAIN = (types.NoneType, bool, int, float, str, bytes, complex, np.generic, range)
# Their values are read off the built model.
OPAQUE = (keras.KerasTensor, keras.initializers.Initializer, keras.random.SeedGenerator)
NAMED = (types.BuiltinFunctionType, types.MemberDescriptorType, types.GetSetDescriptorType)
NAMED += (types.WrapperDescriptorType, types.MethodDescriptorType, np.ufunc, logging.Logger, Enum)
EXPORT = "_api_export"  # Keras' names for its functions, and their ids, which each process has anew


class SharedObject(NamedTuple):
    """Something that a model holds or reads, and where the traversal says what it is made of."""

    thing: Any
    name: str
    depth: int  # the length of its path
    span: slice  # of the structure


class Traversal:
    """Writes down what it visits.

    Args:
        own: the variables whose values are read off the model.

    Raises:
        Unsupported: if the code reads something by a name that is not in it.
    """

    def __init__(self, own: Iterable[keras.Variable]) -> None:
        self.structure: list[Any] = []
        self.scalars: dict[Path, float] = {}
        self.owners: dict[Path, tuple[Any, Any]] = {}
        self.widths: list[int] = []
        # By id, which the reference to it keeps from being used again; globals by their module and name.
        self.shared: dict[Hashable, SharedObject] = {}
        self._own = {id(variable) for variable in own}
        self._seen: dict[int, tuple[int, Any]] = {}

    def visit(self, path: Path, value: Any, owner: Any = None) -> None:
        """Writes down a value and all that is in it; `owner` holds it."""
        if owner is not None and _is_scalar(value, owner[0]):
            self.scalars[path], self.owners[path] = float(value), owner
            sign = np.sign(float(value)) if asks_for_signs(owner[0]) else None
            self.structure.append((path, "scalar", sign))
        elif isinstance(value, PLAIN):
            self.structure.append((path, type(value), value))  # 1 == True == 1.0
        elif isinstance(value, OPAQUE) or id(value) in self._own:
            self.structure.append((path, type(value)))
        elif id(value) in self._seen:
            self.structure.append((path, "again", self._seen[id(value)][0]))
        else:
            self._seen[id(value)] = len(self._seen), value
            self.share(id(value), value, path, self._visit_object)

    def share(
        self, key: Hashable, value: Any, path: Path, visit: Callable[[Path, Any], None]
    ) -> None:
        """Visits what other models may hold or read, too."""
        start = len(self.structure)
        visit(path, value)
        span = slice(start, len(self.structure))
        self.shared[key] = SharedObject(value, str(path[-1]), len(path), span)

    def _visit_object(self, path: Path, value: Any) -> None:
        if isinstance(value, Mapping):
            self._visit_items(path, [(key, value[key], (value, key)) for key in value])
        elif isinstance(value, list | tuple | set | frozenset):
            self._visit_items(path, [(i, item, None) for i, item in enumerate(value)])
        elif isinstance(value, keras.Variable):
            self._visit_array(path, value_of(value))
        elif isinstance(value, np.ndarray) or keras.ops.is_tensor(value):
            self._visit_array(path, np.asarray(value))
        elif isinstance(value, partial):
            self._visit_attributes(path, value, "func", "args", "keywords")
        elif isinstance(value, types.MethodType):
            self._visit_attributes(path, value, "__func__", "__self__")
        elif isinstance(value, types.FunctionType):
            self._visit_function(path, value)
        elif isinstance(value, type):
            self._visit_class(path, value)
        elif isinstance(value, types.ModuleType):  # what is read of it is visited where it is read
            self.structure.append((path, value.__name__))
        elif isinstance(value, tuple(python_code.METHODS)):
            self._visit_attributes(path, value, python_code.inner(value))
        elif isinstance(value, NAMED):
            self.structure.append((path, repr(value)))
        elif hasattr(value, "python_function"):  # what `tf.function` makes
            self._visit_attributes(path, value, "python_function")
        elif hasattr(value, "__dict__") or python_code.has_slots(value):
            self.visit((*path, "class"), type(value))
            self._visit_items(path, [(k, v, (value, k)) for k, v in attributes(value)])
        elif isinstance(value, Sequence | Set):
            self._visit_items(path, [(i, item, None) for i, item in enumerate(value)])
        else:
            self.structure.append((path, _pickled(value)))

    def _visit_items(self, path: Path, items: Collection[Item]) -> None:
        self.structure.append((path, len(items)))
        for key, item, owner in items:
            if owner and WIDTHS.get(type(owner[0])) == key:
                self.widths.append(item)
            else:
                self.visit((*path, key), item, owner)

    def _visit_attributes(self, path: Path, value: Any, *names: str) -> None:
        self._visit_items(path, [(name, getattr(value, name), None) for name in names])

    def _visit_array(self, path: Path, array: np.ndarray) -> None:
        if array.dtype.hasobject:
            self.visit((*path, "objects"), array.tolist())
        else:
            digest = hashlib.blake2b(array.tobytes()).digest()
            self.structure.append((path, array.shape, str(array.dtype), digest))

    def _visit_function(self, path: Path, function: types.FunctionType) -> None:
        self.structure.append((path, function.__code__))
        contents = [
            *(
                cell.cell_contents
                for cell in function.__closure__ or ()
                if python_code.is_filled(cell)
            ),
            *(function.__defaults__ or ()),
            *(function.__kwdefaults__ or {}).values(),
            *(value for name, value in vars(function).items() if not name.startswith(EXPORT)),
        ]
        self._visit_items(path, [(i, item, None) for i, item in enumerate(contents)])
        if python_code.is_library(function):
            return
        if hidden := python_code.reads(function.__code__).hidden:
            raise Unsupported(f"what {function.__name__} reads by {hidden} is not in its code")
        for name, value in python_code.read_globals(function):
            self._visit_global(path, function, function.__globals__, name, value)

    def _visit_global(
        self, path: Path, function: Any, namespace: dict[str, Any], name: str, value: Any
    ) -> None:
        path, key = (*path, name), (id(namespace), name)
        if key in self.shared:
            return
        self.share(key, value, path, self.visit)
        if isinstance(value, types.ModuleType) and not python_code.is_library(value):
            for attribute, item in python_code.read_attributes(function, value):
                self._visit_global(path, function, vars(value), attribute, item)

    def _visit_class(self, path: Path, kind: type) -> None:
        if python_code.is_library(kind):
            self.structure.append((path, kind))
            return
        self.structure.append((path, kind.__qualname__))
        found = [(name, value, None) for name, value in python_code.members(kind)]
        self._visit_items(path, [*found, ("bases", kind.__bases__, None)])


def _is_scalar(value: Any, holder: Any) -> bool:
    if isinstance(value, types.NoneType | str | bool | list | dict | types.FunctionType):
        return False  # most are, and whether something is a tensor takes long to find out
    if keras.ops.is_tensor(value) and not np.ndim(value):  # as Keras' L1 holds its strength
        value = np.asarray(value)[()]
    # The integers of a schedule count steps: they differ with the size of the mini-batch.
    counts = isinstance(holder, keras.optimizers.schedules.LearningRateSchedule)
    is_number = isinstance(value, float | np.floating) or (counts and type(value) is int)
    return is_number and math.isfinite(value)


def _pickled(value: Any) -> Any:
    try:
        return pickle.dumps(value)
    except Exception:
        return object()  # not understood: like nothing else
