"""Functions of populations, traced by TensorFlow and, where that pays, compiled by XLA."""

from functools import partial
from typing import Any

import tensorflow as tf

from dlref.tuning.populations.model.unsupported import NotVectorized
from dlref.tuning.populations.program import batched_matmul
from dlref.tuning.populations.program.memory import is_out_of_memory
from dlref.tuning.populations.program.threads import KERAS

AXES = (1, 2, 2, 0)  # of any length: of data, rows, random numbers (steps, batch, ...), and a count


class Traced:
    """A function of members and of tensors of any length, traced once, or once for each number of members."""

    def __init__(self, program: Any, function: Any) -> None:
        self._program, self._function = program, function
        self._traced: dict[tuple[int | None, bool], Any] = {}
        self._compiled: dict[int, Any] = {}

    def __call__(self, members: Any, *others: Any) -> Any:
        traced = self.prepare(members, *others)
        try:
            return traced(members, *others)
        except tf.errors.OpError as error:
            if self._program.loops or is_out_of_memory(error):
                raise
            raise NotVectorized from error

    def prepare(self, members: Any, *others: Any) -> Any:
        """The function, traced for tensors (or what `tf.TensorSpec` says of them) like these."""
        free = int(self._program.any_size)
        size = count_of(members)
        key = (None, False) if free else (size, batched_matmul.are_special(size))
        if key not in self._traced:
            with KERAS:
                if key not in self._traced:  # by another thread meanwhile
                    self._traced[key] = self._trace(members, others, free)
        return self._traced[key]

    def _trace(self, members: Any, others: Any, free: int) -> Any:
        signature = [_specs(members, free), *map(_specs, others, (free, *AXES))]
        # A partial, for TensorFlow warns of many traces of one function, and every program has its own.
        function = tf.function(partial(self._function), input_signature=signature, autograph=False)
        return function.get_concrete_function()

    def fused(self, members: Any, *others: Any) -> Any:
        """The same, compiled by XLA for these lengths."""
        size = count_of(members)
        if size not in self._compiled:
            # Traced outside of XLA's context, in which `tf.vectorized_map` is a function of its own, whose arguments
            # XLA takes for constants: it would compile at every call.
            with batched_matmul.portable():
                traced = self.prepare(members, *others)
            call = partial(_spread, traced)
            compiled = tf.function(call, jit_compile=True, autograph=False)
            self._compiled.setdefault(size, compiled)  # unless another thread was faster
        return self._compiled[size](tf.nest.flatten([members, *others]))


def _spread(function: Any, arguments: list[Any]) -> Any:
    return function(*arguments)


def _specs(nested: Any, axes: int) -> Any:
    def spec(a: Any) -> tf.TensorSpec:
        return tf.TensorSpec([None] * min(axes, len(a.shape)) + list(a.shape[axes:]), a.dtype)

    return tf.nest.map_structure(spec, nested)


def count_of(members: Any) -> int:
    """How many members there are."""
    return tf.nest.flatten(members)[0].shape[0]
