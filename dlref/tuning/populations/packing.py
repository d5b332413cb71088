"""All weights of a member as one row, for optimizers that treat every number alike: a few long operations, not many."""

from itertools import accumulate
from math import prod
from typing import Any

import keras
from keras import ops

from dlref import optimizers as ours

theirs = keras.optimizers
ALIKE = (ours.SGD, ours.Momentum, ours.Nesterov, ours.Adam, ours.RMSProp)
ALIKE += (theirs.SGD, theirs.Adam, theirs.Adamax, theirs.Nadam, theirs.RMSprop, theirs.Lion)
UNLIKE = ("clipnorm", "global_clipnorm", "weight_decay", "use_ema", "gradient_accumulation_steps")
Members = dict[str, list[Any]]  # "trainable", "rest", "optimizer", "metrics"


class Packing:
    """Builds the optimizer of a model for one row instead of the model's weights.

    Args:
        model: a compiled model; its optimizer is not built.

    Raises:
        NotImplementedError: if the optimizer tells the weights apart.

    Attributes:
        variables: what the optimizer would have, were it built for the weights.
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
        unpacked = type(optimizer).from_config(optimizer.get_config())
        unpacked.build(weights)
        optimizer.build([keras.Variable(ops.zeros(self._ends[-1]), name="row")])
        self.variables = list(unpacked.variables)
        place = {v.name: i for i, v in enumerate(self.variables)}
        names = [w.path.replace("/", "_") for w in weights]
        self._parts = [  # of each variable of the optimizer
            [place[name + v.name.removeprefix("row")] for name in names]
            if v.name.startswith("row_")
            else place[v.name]
            for v in optimizer.variables
        ]

    def pack(self, members: Members) -> Members:
        """The members with one row instead of the weights, and one for each slot of the optimizer."""
        slots = members["optimizer"]
        optimizer = [
            slots[part] if isinstance(part, int) else self.row([slots[i] for i in part])
            for part in self._parts
        ]
        return {**members, "trainable": [self.row(members["trainable"])], "optimizer": optimizer}

    def unpack(self, members: Members) -> Members:
        """What was packed."""
        slots: list[Any] = [None] * len(self.variables)
        for part, value in zip(self._parts, members["optimizer"], strict=True):
            if isinstance(part, int):
                slots[part] = value
            else:
                for i, piece in zip(part, self.weights(value), strict=True):
                    slots[i] = piece
        (row,) = members["trainable"]
        return {**members, "trainable": self.weights(row), "optimizer": slots}

    def row(self, arrays: list[Any]) -> Any:
        """All weights of each member, one after the other."""
        return ops.concatenate([ops.reshape(a, (a.shape[0], -1)) for a in arrays], axis=1)

    def weights(self, row: Any) -> list[Any]:
        """The weights that a row is made of."""
        pieces = ops.split(row, self._ends[:-1], axis=1)
        return [
            ops.reshape(piece, (row.shape[0], *shape))
            for piece, shape in zip(pieces, self._shapes, strict=True)
        ]
