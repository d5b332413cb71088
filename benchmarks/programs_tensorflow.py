"""The compiled programs that are timed, on TensorFlow.

A training step is one call, as `fit` makes it. A loop inside the program would spare the call, but XLA computes a
convolution inside a loop ten times slower on a CPU, which would hide the optimizer. A layer alone does far less than a
call costs, so its steps are one loop.
"""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

Program = Callable[[int], None]


def training(model: Any, optimizer: Any, x: Any, y: Any, jit: bool) -> Program:
    """Training steps on one mini-batch: forward, backward, `optimizer.apply`."""
    x, y, weights = tf.constant(x), tf.constant(y), model.trainable_variables
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer.build(weights)

    @tf.function(autograph=False, jit_compile=jit)
    def step() -> None:
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
        optimizer.apply(tape.gradient(value, weights), weights)

    def run(steps: int) -> None:
        for _ in range(steps):
            step()
        tf.test.experimental.sync_devices()

    return run


def forward(layer: Any, x: Any, given: dict[str, bool], jit: bool) -> Program:
    """Calls of `layer`, each on the last output plus `x`; where their shapes differ, on its mean plus `x`."""
    x = tf.constant(x)
    layer.build(x.shape)

    def step(z: Any) -> tuple[Any]:
        return (_next(layer(z, **given), x),)

    return _loop(step, [x], jit)


def forward_and_backward(layer: Any, x: Any, given: dict[str, bool], jit: bool) -> Program:
    """The same with the gradients of half the squared output, by the input and by the weights."""
    x = tf.constant(x)
    layer.build(x.shape)
    weights = [weight.value for weight in layer.trainable_variables]

    def step(z: Any, *_: Any) -> tuple[Any, ...]:
        with tf.GradientTape() as tape:
            tape.watch(z)
            z_tilde = layer(z, **given)
        return _next(z_tilde, x), *tape.gradient(z_tilde, [z, *weights], output_gradients=z_tilde)

    return _loop(step, [x, *(tf.zeros_like(value) for value in (x, *weights))], jit)


def _next(z_tilde: Any, x: Any) -> Any:
    return x + (z_tilde if z_tilde.shape == x.shape else tf.reduce_mean(z_tilde))


def _loop(step: Callable[..., tuple[Any, ...]], start: list[Any], jit: bool) -> Program:
    @tf.function(autograph=False, jit_compile=jit)
    def loop(steps: Any) -> Any:
        return tf.while_loop(
            lambda i, *_: i < steps,
            lambda i, *state: (i + 1, *step(*state)),
            (0, *start),
            parallel_iterations=1,  # one step ends before the next begins
        )

    def run(steps: int) -> None:
        loop(tf.constant(steps))
        tf.test.experimental.sync_devices()

    return run
