"""The program on TensorFlow: `tf.vectorized_map` over the members, or a loop over them.

One trace serves every size of mini-batch. The number of members is fixed, unless they take turns: of any number a
trace takes twice as long, and has twice as many operations, most of them on shapes. Only what turns out to train long,
or is known while most members are being built, is compiled by XLA, for one size of mini-batch: that takes seconds, and
training then goes two to three times as fast. Products that XLA does not know are traced again (`batched_matmul.py`).
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from math import prod
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from dlref._compat import tensorflow as tensorflow_python
from dlref.tuning.populations.program import batched_matmul
from dlref.tuning.populations.program.batched_convolution import patched
from dlref.tuning.populations.program.fit_arguments import Fit
from dlref.tuning.populations.program.flat_weights import Members
from dlref.tuning.populations.program.memory import is_out_of_memory
from dlref.tuning.populations.program.mini_batches import CHUNK, MiniBatches, lengths
from dlref.tuning.populations.program.program import Program
from dlref.tuning.populations.program.tensorflow_function import Traced, count_of
from dlref.tuning.populations.program.tensorflow_vectorization import (
    has_failed,
    is_vain,
    parts,
    register,
    vectorize,
)
from dlref.tuning.populations.program.train_step import Batch, Scalars

COMPILER = ThreadPoolExecutor(1, "compiler")
FUSING = 8.0  # seconds that training has to take still for XLA to pay
# Most random numbers in a call that XLA compiles: it is given those of CHUNK mini-batches, however few it is to take.
NUMBERS = 1 << 24
PATCHED = 1 << 12  # values of an example's patches; with more, members take turns, which is faster


class TensorFlowProgram(Program):
    """`Program` on TensorFlow."""

    wide = True

    def __init__(self, model: keras.Model, owners: Any, batch: Any, loops: bool) -> None:
        self._parts = parts(model)
        loops |= patched(model) > PATCHED or has_failed(self._parts)
        super().__init__(model, owners, batch, loops)
        self.loops |= self.batched is None and is_vain(model)
        self._device = tensorflow_python.device()
        self._may_fuse = self.batched is not None
        self._fused: set[tuple[int, int]] = set()  # numbers of members, and sizes of mini-batches
        self._train = Traced(self, self._train_steps)
        self._test = Traced(self, self._test_steps)
        self.select: Any = Traced(self, self.select)
        self.results = Traced(self, lambda metrics: self.vectorized(self.result, metrics))

    @property
    def any_size(self) -> bool:
        return self.loops

    def gradient(self, loss_of: Any, trainable: list[Any]) -> tuple[Any, Any, Any]:
        with tf.GradientTape() as tape:
            tape.watch(trainable)
            loss, after = loss_of(trainable)
        return loss, after, tape.gradient(loss, trainable)

    def prepare(
        self, members: Members, scalars: Scalars, data: list[Any], fit: Fit, early: bool = False
    ) -> None:
        numbers = [tf.TensorSpec((None, None, *shape)) for shape in self.dropout_masks.shapes]
        rows, number = tf.TensorSpec((None, None), tf.int32), tf.TensorSpec((), tf.int32)
        train = members, scalars, _nested(data[0]), rows, numbers, number
        self._train.prepare(*train)
        if fit.dev is not None:
            self._test.prepare(members, scalars, _nested(data[1]), number)
        kept = [members["trainable"], members["rest"]]
        self.select.prepare(tf.TensorSpec(count_of(members), tf.bool), kept, kept)
        self.results.prepare(members["metrics"])
        size = fit.batch_size
        length = lengths(fit.examples, size).get(size)
        if early and length and self._can_be_fused(size):
            # Traced in this thread, since building the next model resets Keras' state for all of them.
            with batched_matmul.portable():
                self._train.prepare(*train)
            none = [np.zeros((0, size, *shape), "float32") for shape in self.dropout_masks.shapes]
            batches = MiniBatches(np.zeros((0, size), "int32"), none, 0, length)
            COMPILER.submit(self._fuse, members, scalars, data[0], batches)

    def placed(self) -> AbstractContextManager[Any]:
        return tf.device(self._device)

    def train_part(
        self, members: Members, scalars: Scalars, data: Any, batches: MiniBatches
    ) -> Members:
        if (count_of(members), batches.size) in self._fused:
            found = self._fuse(members, scalars, data, batches)
            if found is not None:
                return found
        return self._train(members, scalars, *_arguments(data, batches))

    def expect(self, members: int, size: int, seconds: float) -> None:
        if seconds > FUSING and self._can_be_fused(size):
            self._fused.add((members, size))

    def _can_be_fused(self, size: int) -> bool:
        numbers = CHUNK * size * sum(map(prod, self.dropout_masks.shapes))
        return self._may_fuse and numbers <= NUMBERS

    def _fuse(
        self, members: Members, scalars: Scalars, data: Any, batches: MiniBatches
    ) -> Members | None:
        """`train_part` as XLA compiles it, at the first call; None if XLA has no form of some operation."""
        try:
            with self.placed():
                found = self._train.fused(members, scalars, *_arguments(data, batches.lengthened()))
        except tf.errors.OpError as error:
            if is_out_of_memory(error):
                raise
            self._may_fuse = False  # any other error comes again
            self._fused.clear()
            return None
        self._fused.add((count_of(members), batches.size))
        return found

    def test(self, members: Members, scalars: Scalars, data: Any, size: int) -> list[Any]:
        """The metrics' variables of all members after the development set."""
        return self._test(members, scalars, _nested(data), tf.constant(size))

    def _train_steps(
        self, members: Members, scalars: Scalars, data: Any, rows: Any, numbers: Any, count: Any
    ) -> Members:
        train = self.train_step if self.loops else self.train_all

        def step(members: Members, scalars: Scalars, i: Any) -> Members:
            batch = _batch(data, lambda a: tf.gather(a, rows[i]))
            return train(members, scalars, batch, [u[i] for u in numbers])

        return self._each(step, members, scalars, count)

    def _test_steps(self, members: Members, scalars: Any, data: Any, size: Any) -> list[Any]:
        test = self.test_step if self.loops else self.test_all

        def step(members: Members, scalars: Any, i: Any) -> Members:
            batch = _batch(data, lambda a: a[i * size : (i + 1) * size])
            return {**members, "metrics": test(members, scalars, batch)}

        count = (tf.shape(tf.nest.flatten(data)[0])[0] + size - 1) // size
        return self._each(step, members, scalars, count)["metrics"]

    def _each(self, step: Any, members: Members, scalars: Any, count: Any) -> Members:
        """`count` steps: all members in every step, or one member after the other."""
        if not self.loops:
            return _repeat(lambda i, members: step(members, scalars, i), count, members)
        one = tf.nest.map_structure(lambda a: tf.TensorSpec(a.shape[1:], a.dtype), members)
        return tf.map_fn(
            lambda s: _repeat(lambda i, member: step(member, s[1], i), count, s[0]),
            (members, scalars),
            parallel_iterations=os.cpu_count(),
            fn_output_signature=one,
        )

    def vectorized(self, function: Any, *stacked: Any) -> Any:
        return vectorize(function, stacked, self._parts)


def _arguments(data: Any, batches: MiniBatches) -> list[Any]:
    numbers = [tf.constant(u) for u in batches.numbers]
    return [_nested(data), tf.constant(batches.rows), numbers, tf.constant(batches.count)]


def _repeat(step: Any, count: Any, state: Any) -> Any:
    def body(i: Any, before: Any) -> tuple[Any, Any]:
        after = step(i, before)
        # `tf.vectorized_map` forgets the shapes of some gradients.
        tf.nest.map_structure(lambda a, b: a.set_shape(b.shape), after, before)
        return i + 1, after

    return tf.while_loop(lambda i, _: i < count, body, (0, state))[1]


def _nested(data: Any) -> Any:
    """x, y and weights or `()`, for TensorFlow takes `None` for a leaf."""
    x, y, weights = data
    return x, y, () if weights is None else weights


def _batch(data: Any, take: Callable[[Any], Any]) -> Batch:
    """What is taken of x, y and the weights, if there are any."""
    x, y, weights = tf.nest.map_structure(take, data)
    return x, y, weights if tf.nest.flatten(weights) else None


register()
