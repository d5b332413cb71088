"""The small weights of a member as one row, for optimizers that treat every number alike: few operations, not many.

What is large stays by itself: joining it in every step would take longer than an operation of its own.
"""

import re
from itertools import accumulate
from math import prod
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import optimizers as ours
from dlref.tuning.populations.model.unsupported import Unsupported

theirs = keras.optimizers
ALIKE = (ours.SGD, ours.Momentum, ours.Nesterov, ours.Adam, ours.RMSProp)
ALIKE += (
    theirs.SGD,
    theirs.Adam,
    theirs.AdamW,
    theirs.Adamax,
    theirs.Nadam,
    theirs.RMSprop,
    theirs.Lion,
)
# What does not mind zeros in a weight. The updates of Adafactor and Muon depend on its shape, Ftrl divides 0 by 0.
OF_ANY_WIDTH = (*ALIKE, ours.AdaGrad, ours.CS231nMomentum, ours.RMSPropEpsilonInside)
OF_ANY_WIDTH += (theirs.Adadelta, theirs.Adagrad, theirs.Lamb, type(None))
OF_ANY_WIDTH += (keras.constraints.MaxNorm, keras.constraints.MinMaxNorm)
OF_ANY_WIDTH += (keras.constraints.NonNeg, keras.constraints.UnitNorm)
UNLIKE = ("clipnorm", "global_clipnorm", "weight_decay", "use_ema", "gradient_accumulation_steps")
LARGE = 4096  # numbers
Members = dict[str, list[Any]]  # "trainable", "rest", "optimizer", "metrics"
Slot = tuple[int | None, str]


def check_widths(model: keras.Model) -> None:
    """Raises `Unsupported` if units of zeros may change how the others are trained.

    Whether they change what the model puts out, or its penalties, is seen when it is compared with the narrow one.
    """
    for part in (model.optimizer, *(weight.constraint for weight in model.trainable_variables)):
        if type(part) not in OF_ANY_WIDTH:
            name = type(part).__name__
            raise Unsupported(f"padding may change what {name} does with the other units")


def read_slots(optimizer: Any, count: int) -> list[Slot]:
    """Of each variable that an optimizer has for `count` weights: the weight or None, and its name there."""
    copy = type(optimizer).from_config(optimizer.get_config())
    copy.build([keras.Variable(0.0, name=f"row{i}") for i in range(count)])
    return [_slot(v.name) for v in copy.variables]


def _slot(name: str) -> Slot:
    found = re.fullmatch(r"row(\d+)_(.*)", name)
    return (int(found[1]), found[2]) if found else (None, name)


class SeparateWeights:
    """Weights as the model has them, for optimizers that tell them apart.

    Args:
        model: a compiled model; its optimizer becomes built.
    """

    def __init__(self, model: keras.Model) -> None:
        model.optimizer.build(model.trainable_variables)

    def pack(self, members: Members) -> Members:
        """What was unpacked."""
        return members

    def unpack(self, members: Members) -> Members:
        """The members' arrays as the model and its optimizer have them."""
        return members

    def in_order(self, optimizer: list[Any], slots: list[Slot]) -> list[Any]:
        """The unpacked variables of the optimizer as `slots` has them."""
        return optimizer

    def join(self, weights: list[Any], by: Any = ops) -> list[Any]:
        """The weights of all members as they are trained; `by` NumPy or the backend."""
        return weights

    def part(self, trained: list[Any], by: Any = ops) -> list[Any]:
        """The weights that were joined."""
        return trained


class FlatWeights(SeparateWeights):
    """Rows for each member: one of all its small weights, and one of each large one.

    Args:
        model: a compiled model; its optimizer, which is not built, becomes built for the rows.

    Raises:
        NotImplementedError: if the optimizer tells the weights apart.
    """

    def __init__(self, model: keras.Model) -> None:
        optimizer, weights = model.optimizer, model.trainable_variables
        alike = type(optimizer) in ALIKE and not any(getattr(optimizer, v, None) for v in UNLIKE)
        if (
            not alike
            or optimizer.built
            or any(w.constraint or w.dtype != keras.config.floatx() for w in weights)
        ):
            raise NotImplementedError("the optimizer tells the weights apart")
        self._shapes = [tuple(w.shape) for w in weights]
        large = [i for i, shape in enumerate(self._shapes) if prod(shape) >= LARGE]
        small = [i for i in range(len(weights)) if i not in large]
        self._rows = [[i] for i in large] + ([small] if small else [])
        lengths = [sum(prod(self._shapes[i]) for i in row) for row in self._rows]
        rows = [np.zeros(length, weights[0].dtype) for length in lengths]
        variables = [
            keras.Variable(row, dtype=row.dtype, name=f"row{k}") for k, row in enumerate(rows)
        ]
        optimizer.build(variables)
        self._names = [_slot(v.name) for v in optimizer.variables]
        self._slots = [None if k is None else self._rows[k] for k, _ in self._names]

    def pack(self, members: Members) -> Members:
        """What was unpacked."""
        optimizer = [
            value if row is None else _join(value, np)
            for row, value in zip(self._slots, members["optimizer"], strict=True)
        ]
        return {**members, "trainable": self.join(members["trainable"], np), "optimizer": optimizer}

    def unpack(self, members: Members) -> Members:
        """The members' arrays as the model and its optimizer have them: a list instead of each row."""
        optimizer = [
            value if row is None else self._part(value, row, np)
            for row, value in zip(self._slots, members["optimizer"], strict=True)
        ]
        return {**members, "trainable": self.part(members["trainable"], np), "optimizer": optimizer}

    def in_order(self, optimizer: list[Any], slots: list[Slot]) -> list[Any]:
        """As it would be for the weights one by one."""
        found: dict[Slot, Any] = {}
        for (_, name), row, value in zip(self._names, self._slots, optimizer, strict=True):
            found |= {(i, name): a for i, a in zip(row, value, strict=True)} if row else {}
            found |= {} if row else {(None, name): value}
        return [found[slot] for slot in slots]

    def join(self, weights: list[Any], by: Any = ops) -> list[Any]:
        """The weights of each member, row by row."""
        return [_join([weights[i] for i in row], by) for row in self._rows]

    def part(self, trained: list[Any], by: Any = ops) -> list[Any]:
        """The weights that the rows are made of."""
        found: dict[int, Any] = {}
        for row, array in zip(self._rows, trained, strict=True):
            found |= zip(row, self._part(array, row, by), strict=True)
        return [found[i] for i in range(len(found))]

    def _part(self, array: Any, row: list[int], by: Any) -> list[Any]:
        shapes = [self._shapes[i] for i in row]
        ends = list(accumulate(map(prod, shapes)))
        pieces = by.split(array, ends[:-1], axis=1) if len(row) > 1 else [array]
        return [
            by.reshape(piece, (array.shape[0], *shape))
            for piece, shape in zip(pieces, shapes, strict=True)
        ]


def _join(weights: list[Any], by: Any) -> Any:
    flat = [by.reshape(a, (a.shape[0], -1)) for a in weights]
    return by.concatenate(flat, axis=1) if len(flat) > 1 else flat[0]
