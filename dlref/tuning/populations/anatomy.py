"""What a compiled Keras model is made of: its structure, its scalars, and its variables.

Two models can be trained by one program if they have the same structure; the scalars in which they differ become inputs
of the program. A scalar is any Python float that the model, its layers, optimizer, schedules, regularizers, loss or
metrics hold as an attribute: a dropout rate, a momentum, lambda; in a schedule it is any number. Everything else
(integers, strings, functions and what they enclose, how the layers are connected) is structure.
"""

import math
import types
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
import numpy as np

from dlref.tuning.populations.attributes import attributes, undecayed
from dlref.tuning.populations.scalar import asks_for_signs

Path = tuple[Any, ...]
# Widths that padding with zeros can make equal, which is checked when it is done.
WIDTHS = {
    keras.layers.Dense: "units",
    keras.layers.Conv1D: "filters",
    keras.layers.Conv2D: "filters",
    keras.layers.Conv3D: "filters",
}
PLAIN = (types.NoneType, bool, int, float, str, bytes, complex, type, np.generic)
# Their values are read off the built model.
OPAQUE = (
    keras.Variable,
    keras.KerasTensor,
    keras.initializers.Initializer,
    keras.random.SeedGenerator,
)


@dataclass
class Anatomy:
    """A model taken apart.

    Attributes:
        structure: equal for models that one program can train, the shapes of their variables aside.
        scalars: each float by the path to it.
        owners: the object (or dict) and the attribute (or key) that hold it.
        widths: units of each `Dense` layer and filters of each convolution.
    """

    structure: tuple[Any, ...]
    scalars: dict[Path, float]
    owners: dict[Path, tuple[Any, Any]]
    widths: tuple[int, ...]


def dissect(model: keras.Model) -> Anatomy:
    """Takes a compiled model apart; it need not be built."""
    walk = _Walk()
    walk.visit(("model",), model)
    walk.visit(("optimizer",), model.optimizer)
    loss, metrics = model._compile_loss, model._compile_metrics
    for path, value in (
        ("loss", loss and loss._user_loss),
        ("loss_weights", repr(loss and loss._user_loss_weights)),
        ("metrics", metrics and metrics._user_metrics),
        ("weighted_metrics", metrics and metrics._user_weighted_metrics),
        ("policy", str(keras.config.dtype_policy())),
        ("undecayed", undecayed(model)),
    ):
        walk.visit((path,), value)
    return Anatomy(tuple(walk.structure), walk.scalars, walk.owners, tuple(walk.widths))


class _Walk:
    def __init__(self) -> None:
        self.structure: list[Any] = []
        self.scalars: dict[Path, float] = {}
        self.owners: dict[Path, tuple[Any, Any]] = {}
        self.widths: list[int] = []
        self._seen: dict[int, int] = {}
        self._kept: list[Any] = []  # else an id could be used again

    def visit(self, path: Path, value: Any, owner: Any = None) -> None:
        if owner is not None and _is_scalar(value, owner[0]):
            self.scalars[path], self.owners[path] = float(value), owner
            sign = np.sign(float(value)) if asks_for_signs(owner[0]) else None
            self.structure.append((path, "scalar", sign))
        elif isinstance(value, PLAIN):
            self.structure.append((path, type(value), value))  # 1 == True == 1.0
        elif isinstance(value, OPAQUE):
            self.structure.append((path, type(value)))
        elif id(value) in self._seen:
            self.structure.append((path, "again", self._seen[id(value)]))
        else:
            self._seen[id(value)] = len(self._seen)
            self._kept.append(value)
            self._visit_object(path, value)

    def _visit_object(self, path: Path, value: Any) -> None:
        if isinstance(value, dict):
            self._visit_items(path, [(key, value[key], (value, key)) for key in value])
        elif isinstance(value, list | tuple | set | frozenset):
            self._visit_items(path, [(i, item, None) for i, item in enumerate(value)])
        elif isinstance(value, np.ndarray) or keras.ops.is_tensor(value):
            self.structure.append((path, np.asarray(value).shape, np.asarray(value).tobytes()))
        elif isinstance(value, partial):
            self._visit_items(
                path, [(name, getattr(value, name), None) for name in ("func", "args", "keywords")]
            )
        elif isinstance(value, types.MethodType):
            self._visit_items(
                path, [("function", value.__func__, None), ("self", value.__self__, None)]
            )
        elif isinstance(value, types.FunctionType):
            self._visit_function(path, value)
        elif isinstance(value, types.BuiltinFunctionType | types.ModuleType | np.ufunc):
            self.structure.append((path, repr(value)))
        elif hasattr(value, "__dict__"):
            self.structure.append((path, type(value)))
            self._visit_items(path, [(k, v, (value, k)) for k, v in attributes(value)])
        else:
            self.structure.append((path, object()))  # not understood: like nothing else

    def _visit_items(self, path: Path, items: list[tuple[Any, Any, Any]]) -> None:
        self.structure.append((path, len(items)))
        for key, item, owner in items:
            if owner and WIDTHS.get(type(owner[0])) == key:
                self.widths.append(item)
            else:
                self.visit((*path, key), item, owner)

    def _visit_function(self, path: Path, function: types.FunctionType) -> None:
        self.structure.append((path, function.__code__))
        held = [
            *(cell.cell_contents for cell in function.__closure__ or () if _filled(cell)),
            *(function.__defaults__ or ()),
            *(function.__kwdefaults__ or {}).values(),
            *_globals(function),
        ]
        self._visit_items(path, [(i, item, None) for i, item in enumerate(held)])


def _is_scalar(value: Any, holder: Any) -> bool:
    if isinstance(value, types.NoneType | str | bool | list | dict | types.FunctionType):
        return False  # most are, and whether something is a tensor takes long to find out
    if keras.ops.is_tensor(value) and not np.ndim(value):  # as Keras' L1 holds its strength
        value = np.asarray(value)[()]
    # The integers of a schedule count steps: they differ with the size of the mini-batch.
    counts = isinstance(holder, keras.optimizers.schedules.LearningRateSchedule)
    is_number = isinstance(value, float | np.floating) or (counts and type(value) is int)
    return is_number and math.isfinite(value)


def _filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:  # a recursive function that was never finished
        return False


def _globals(function: types.FunctionType) -> list[Any]:
    """The plain values among the globals that a function names."""
    codes, names = [function.__code__], set[str]()
    for code in codes:
        names.update(code.co_names)
        codes += [c for c in code.co_consts if isinstance(c, types.CodeType)]
    found = function.__globals__
    return [found[n] for n in sorted(names & found.keys()) if isinstance(found[n], PLAIN)]
