"""All weights of a member as one row, for optimizers that treat every number alike: a few long operations, not many."""

from itertools import accumulate
from math import prod
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import optimizers as ours

theirs = keras.optimizers
ALIKE = (ours.SGD, ours.Momentum, ours.Nesterov, ours.Adam, ours.RMSProp)
ALIKE += (theirs.SGD, theirs.Adam, theirs.Adamax, theirs.Nadam, theirs.RMSprop, theirs.Lion)
UNLIKE = ("clipnorm", "global_clipnorm", "weight_decay", "use_ema", "gradient_accumulation_steps")
Members = dict[str, list[Any]]  # "trainable", "rest", "optimizer", "metrics"


class Separate:
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

    def join(self, weights: list[Any], by: Any = ops) -> list[Any]:
        """The weights of all members as they are trained; `by` NumPy or the backend."""
        return weights

    def part(self, trained: list[Any], by: Any = ops) -> list[Any]:
        """The weights that were joined."""
        return trained


class Packed(Separate):
    """A row for each member.

    Args:
        model: a compiled model; its optimizer, which is not built, becomes built for one row.

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
        self._ends = list(accumulate(map(prod, self._shapes)))
        row = np.zeros(self._ends[-1], weights[0].dtype)
        optimizer.build([keras.Variable(row, dtype=row.dtype, name="row")])
        self._slots = [v.name.startswith("row_") for v in optimizer.variables]

    def pack(self, members: Members) -> Members:
        """What was unpacked."""
        optimizer = [
            self.join(value, np)[0] if slot else value
            for slot, value in zip(self._slots, members["optimizer"], strict=True)
        ]
        return {**members, "trainable": self.join(members["trainable"], np), "optimizer": optimizer}

    def unpack(self, members: Members) -> Members:
        """The members' arrays as the model and its optimizer have them: a list instead of each row."""
        optimizer = [
            self.part([value], np) if slot else value
            for slot, value in zip(self._slots, members["optimizer"], strict=True)
        ]
        return {**members, "trainable": self.part(members["trainable"], np), "optimizer": optimizer}

    def join(self, weights: list[Any], by: Any = ops) -> list[Any]:
        """All weights of each member, one after the other."""
        return [by.concatenate([by.reshape(a, (a.shape[0], -1)) for a in weights], axis=1)]

    def part(self, trained: list[Any], by: Any = ops) -> list[Any]:
        """The weights that a row is made of."""
        (row,) = trained
        pieces = by.split(row, self._ends[:-1], axis=1)
        return [
            by.reshape(piece, (row.shape[0], *shape))
            for piece, shape in zip(pieces, self._shapes, strict=True)
        ]
