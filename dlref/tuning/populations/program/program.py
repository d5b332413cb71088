"""A training program for many models of one structure: `members` holds their variables, stacked along axis 0.

The backend's file repeats the steps over the mini-batches, and compiles them.
"""

from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any

import keras
import numpy as np
from keras import ops, tree

from dlref.tuning.populations.model.layouts import read_layouts
from dlref.tuning.populations.program.additive_metrics import is_additive
from dlref.tuning.populations.program.fit_arguments import Fit
from dlref.tuning.populations.program.flat_weights import Members
from dlref.tuning.populations.program.mini_batches import MiniBatches, mini_batches
from dlref.tuning.populations.program.padding import Layout
from dlref.tuning.populations.program.stacking import current
from dlref.tuning.populations.program.train_step import Scalars, Steps

DEV_BATCH = 512


class Program(Steps):
    """The steps of one model, and what a backend makes of them."""

    wide = False  # whether scalars come in float64

    @property
    def any_size(self) -> bool:
        """Whether the number of members may change without another trace or compilation."""
        return False

    @cached_property
    def layouts(self) -> list[Layout]:
        """Of the weights and the other variables of the model."""
        return read_layouts(self.model)

    @property
    def has_blocks(self) -> bool:
        """Whether an axis of one of them is made of blocks."""
        return any(len(axis) > 1 for layout in self.layouts for axis in layout)

    def member(self) -> Members:
        """The variables of the model itself, its metrics reset."""
        with keras.StatelessScope() as scope:
            self.model.reset_metrics()
        return {
            kind: [current(scope, v) for v in variables]
            for kind, variables in self.variables.items()
        }

    def result(self, metrics: list[Any]) -> dict[str, Any]:
        """One member's logs."""
        with self._scope({"metrics": metrics}, ("metrics",)):
            return dict(self.model.get_metrics_result())

    def train(
        self,
        members: Members,
        scalars: Scalars,
        data: Any,
        order: np.ndarray,
        numbers: list[np.ndarray],
        steps: range,
        size: int,
    ) -> Members:
        """Trains all members on the mini-batches `steps` of `order`; `numbers` belong to these steps."""
        for batches in mini_batches(order, numbers, steps, size):
            members = self.train_part(members, scalars, data, batches)
        return members

    def train_part(
        self, members: Members, scalars: Scalars, data: Any, batches: MiniBatches
    ) -> Members:
        """Trains all members on mini-batches of one size."""
        raise NotImplementedError

    def expect(self, members: int, size: int, seconds: float) -> None:
        """Told how long so many members' training will still take on mini-batches of this size."""

    def prepare(
        self, members: Members, scalars: Scalars, data: list[Any], fit: Fit, early: bool = False
    ) -> None:
        """Traces what training and evaluating these members needs, and begins to compile what is compiled ahead.

        Early, while most of them are still being built, everything is worth being compiled.
        """
        raise NotImplementedError

    def placed(self) -> AbstractContextManager[Any]:
        """Within it another thread computes on the device of the thread that made the program."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Gives up what has not begun to be compiled."""

    def compiled(self, function: Any) -> Any:
        """A function as the backend runs it fastest once."""
        return function

    def select(self, where: Any, new: Any, old: Any) -> Any:
        """The members' variables `new` where it is true, `old` elsewhere."""

        def choose(a: Any, b: Any) -> Any:
            return ops.where(ops.reshape(where, [-1] + [1] * (len(a.shape) - 1)), a, b)

        return tree.map_structure(choose, new, old)

    def dev_batch_size(self, size: int) -> int:
        """Examples to evaluate at once: more than asked for, where Keras reports the same of any mini-batches."""
        return max(size, DEV_BATCH) if is_additive(self.model) else size
