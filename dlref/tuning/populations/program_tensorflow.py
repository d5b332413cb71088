"""The program on TensorFlow: `tf.vectorized_map` over the members, or a loop over them.

Not compiled with XLA: the size of a mini-batch is not fixed, so that one trace serves all of them. The number of
members is, unless they take turns: of any number a trace takes twice as long, and has twice as many operations, most
of them on shapes.
"""

import os
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras.src.layers.convolutional.base_conv import BaseConv
from keras.src.layers.convolutional.base_conv_transpose import BaseConvTranspose
from keras.src.layers.convolutional.base_depthwise_conv import BaseDepthwiseConv
from keras.src.layers.convolutional.base_separable_conv import BaseSeparableConv
from tensorflow.python.ops.parallel_for import pfor

from dlref.tuning.populations.packing import Members
from dlref.tuning.populations.program import Program
from dlref.tuning.populations.scalar import Scalar

AXES = (1, 1, 2, 0)  # of any length: of data, rows, random numbers (steps, batch, ...), and a size
# TensorFlow has no vectorized form of them for filters that differ from member to member.
CONVOLUTIONS = (BaseConv, BaseConvTranspose, BaseDepthwiseConv, BaseSeparableConv)


class TensorFlowProgram(Program):
    """`Program` on TensorFlow."""

    wide = True

    def __init__(self, model: keras.Model, owners: Any, batch: Any, loops: bool) -> None:
        convolves = any(isinstance(v, CONVOLUTIONS) for v in model._flatten_layers())
        super().__init__(model, owners, batch, loops or convolves)
        self._train = _Traced(self, self._train_steps)
        self._test = _Traced(self, self._test_steps)
        self.results = _Traced(self, lambda metrics: self.vectorized(self.result, metrics))

    @property
    def any_size(self) -> bool:
        return self.loops

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
        train = self.train_step if self.loops else self.train_all

        def step(members: Members, scalars: Any, i: Any) -> Members:
            chosen = rows[i * size : (i + 1) * size]
            batch = self._batch([tf.gather(a, chosen) for a in data])
            return train(members, scalars, batch, [u[i, : tf.shape(chosen)[0]] for u in numbers])

        count = _count(rows, size)
        return self.in_rows(lambda members: self._each(step, members, scalars, count), members)

    def _test_steps(self, members: Members, scalars: Any, data: Any, size: Any) -> list[Any]:
        test = self.test_step if self.loops else self.test_all

        def step(members: Members, scalars: Any, i: Any) -> Members:
            batch = self._batch([a[i * size : (i + 1) * size] for a in data])
            return {**members, "metrics": test(members, scalars, batch)}

        return self._each(step, members, scalars, _count(data[0], size))["metrics"]

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
        return tf.vectorized_map(lambda own: function(*own), stacked, fallback_to_while_loop=False)


def _count(examples: Any, size: Any) -> Any:
    return (tf.shape(examples)[0] + size - 1) // size


def _repeat(step: Any, count: Any, state: Any) -> Any:
    return tf.while_loop(lambda i, _: i < count, lambda i, s: (i + 1, step(i, s)), (0, state))[1]


def _leaves(data: Any) -> list[Any]:
    return [leaf for leaf in tf.nest.flatten(data) if leaf is not None]


class _Traced:
    """A function of members and of tensors of any length, traced once, or once for each number of members."""

    def __init__(self, program: Any, function: Any) -> None:
        self._program, self._function = program, function
        self._traced: dict[int | None, Any] = {}

    def __call__(self, members: Any, *others: Any) -> Any:
        free = int(self._program.any_size)
        size = None if free else tf.nest.flatten(members)[0].shape[0]
        if size not in self._traced:
            signature = [_specs(members, free), *map(_specs, others, (free, *AXES))]
            # A partial, for TensorFlow warns of many traces of one function, and every program has its own.
            function = partial(self._function)
            self._traced[size] = tf.function(function, input_signature=signature, autograph=False)
        return self._traced[size](members, *others)


def _specs(nested: Any, axes: int) -> Any:
    def spec(a: Any) -> tf.TensorSpec:
        return tf.TensorSpec([None] * min(axes, len(a.shape)) + list(a.shape[axes:]), a.dtype)

    return tf.nest.map_structure(spec, nested)


def _register_bitcast() -> None:
    """`tf.bitcast`, which `keras.ops.argmax` uses, has no vectorized form in TensorFlow."""

    def convert(pfor_input: Any) -> Any:
        bits = tf.bitcast(pfor_input.stacked_input(0), pfor_input.get_attr("type"))
        return pfor.wrap(bits, True)

    if "Bitcast" not in pfor._pfor_converter_registry:
        pfor.RegisterPFor("Bitcast")(convert)


_register_bitcast()


def _convert(
    value: Scalar, dtype: Any = None, name: str | None = None, as_ref: bool = False
) -> Any:
    # `tf.cast`, which names it "x", makes float32 of a Python number first; Keras' operations convert it at once.
    default = tf.float32 if name == "x" or value.single else keras.config.floatx()
    return tf.cast(value.tensor, dtype or default)


tf.register_tensor_conversion_function(Scalar, _convert)
