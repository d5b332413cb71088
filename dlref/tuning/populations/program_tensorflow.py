"""The program on TensorFlow: `tf.vectorized_map` over the members, or a loop over them; traced once for every size.

Not compiled with XLA: neither the number of members nor the size of a mini-batch is fixed, so that one trace serves a
population from its first epoch to its last member, and every mini-batch size.
"""

from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.ops.parallel_for import pfor

from dlref.tuning.populations.program import Members, Program

NUMBERS = 4  # the place of the random numbers, of shape (steps, batch, ...)


class TensorFlowProgram(Program):
    """`Program` on TensorFlow."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._train = _Traced(self._train_steps)
        self._test = _Traced(self._test_steps)
        self.results = _Traced(lambda metrics: self._each(self.result, metrics))

    def _batch(self, leaves: list[Any]) -> Any:
        found = iter(leaves)
        return tf.nest.map_structure(lambda a: None if a is None else next(found), self.like)

    def gradient(self, loss_of: Any, trainable: list[Any]) -> tuple[Any, Any, Any]:
        with tf.GradientTape() as tape:
            tape.watch(trainable)
            loss, after = loss_of(trainable)
        return loss, after, tape.gradient(loss, trainable)

    def train(
        self,
        members: Members,
        scalars: dict[str, Any],
        data: Any,
        order: np.ndarray,
        numbers: list[np.ndarray],
        steps: range,
        size: int,
    ) -> Members:
        """Trains all members on the mini-batches `steps` of `order`; `numbers` belong to these steps."""
        rows = tf.constant(order[steps.start * size : steps.stop * size])
        given = [tf.constant(u) for u in numbers]
        return self._train(members, scalars, _leaves(data), rows, given, tf.constant(size))

    def test(self, members: Members, scalars: dict[str, Any], data: Any, size: int) -> list[Any]:
        """The metrics' variables of all members after the development set."""
        return self._test(members, scalars, _leaves(data), tf.constant(size))

    def _train_steps(
        self, members: Members, scalars: Any, data: Any, rows: Any, numbers: Any, size: Any
    ) -> Members:
        def body(i: Any, members: Members) -> Any:
            chosen = rows[i * size : (i + 1) * size]
            batch = self._batch([tf.gather(a, chosen) for a in data])
            given = [u[i, : tf.shape(chosen)[0]] for u in numbers]
            step = lambda s: self.train_step(s[0], s[1], batch, given)  # noqa: E731
            return i + 1, self._each(step, (members, scalars))

        return _repeat(tf.shape(rows)[0], size, body, members)

    def _test_steps(self, members: Members, scalars: Any, data: Any, size: Any) -> list[Any]:
        def body(i: Any, metrics: list[Any]) -> Any:
            batch = self._batch([a[i * size : (i + 1) * size] for a in data])
            step = lambda s: self.test_step({**s[0], "metrics": s[1]}, s[2], batch)  # noqa: E731
            return i + 1, self._each(step, (members, metrics, scalars))

        return _repeat(tf.shape(data[0])[0], size, body, members["metrics"])

    def _each(self, step: Any, stacked: Any) -> Any:
        if not self.loops:
            return tf.vectorized_map(step, stacked, fallback_to_while_loop=False)
        one = tf.nest.map_structure(lambda a: tf.TensorSpec(a.shape[1:], a.dtype), stacked)
        signature = tf.function(step).get_concrete_function(one).structured_outputs
        return tf.map_fn(step, stacked, fn_output_signature=signature, parallel_iterations=10)


def _repeat(examples: Any, size: Any, body: Any, state: Any) -> Any:
    count = (examples + size - 1) // size
    return tf.while_loop(lambda i, _: i < count, body, (0, state))[1]


def _leaves(data: Any) -> list[Any]:
    return [leaf for leaf in tf.nest.flatten(data) if leaf is not None]


class _Traced:
    """A function of nested tensors, traced once for every length of their first axis."""

    def __init__(self, function: Any) -> None:
        self._function, self._traced = function, None

    def __call__(self, *args: Any) -> Any:
        if self._traced is None:
            signature = [
                tf.nest.map_structure(partial(_any_length, axes=2 if i == NUMBERS else 1), arg)
                for i, arg in enumerate(args)
            ]
            self._traced = tf.function(self._function, input_signature=signature, autograph=False)
        return self._traced(*args)


def _any_length(a: Any, axes: int) -> tf.TensorSpec:
    return tf.TensorSpec([None] * min(axes, len(a.shape)) + list(a.shape[axes:]), a.dtype)


def _register_bitcast() -> None:
    """`tf.bitcast`, which `keras.ops.argmax` uses, has no vectorized form in TensorFlow."""

    def convert(pfor_input: Any) -> Any:
        bits = tf.bitcast(pfor_input.stacked_input(0), pfor_input.get_attr("type"))
        return pfor.wrap(bits, True)

    if "Bitcast" not in pfor._pfor_converter_registry:
        pfor.RegisterPFor("Bitcast")(convert)


_register_bitcast()
