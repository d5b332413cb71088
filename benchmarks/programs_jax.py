"""The compiled programs that are timed, on JAX: the same as in programs_tensorflow.py."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import keras
from jax import numpy as jnp

Program = Callable[[int], None]


def training(model: Any, optimizer: Any, x: Any, y: Any, jit: bool) -> Program:
    """Training steps on one mini-batch: forward, backward, `optimizer.stateless_apply`."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer.build(model.trainable_variables)

    def value(weights: Any, others: Any, x: Any, y: Any) -> Any:
        y_hat, others = model.stateless_call(weights, others, x, training=True)
        return loss(y, y_hat), others

    @partial(jax.jit, donate_argnums=(0, 1, 2))
    def step(weights: Any, others: Any, slots: Any, x: Any, y: Any) -> Any:
        gradients, others = jax.grad(value, has_aux=True)(weights, others, x, y)
        weights, slots = optimizer.stateless_apply(slots, gradients, weights)
        return weights, others, slots

    holders = (model.trainable_variables, model.non_trainable_variables, optimizer.variables)
    state, x, y = [_values(variables) for variables in holders], jnp.asarray(x), jnp.asarray(y)

    def run(steps: int) -> None:
        nonlocal state
        for _ in range(steps):
            state = step(*state, x, y)
        jax.block_until_ready(state)

    return run


def forward(layer: Any, x: Any, given: dict[str, bool], jit: bool) -> Program:
    """Calls of `layer`, each on the last output plus `x`; where their shapes differ, on its mean plus `x`."""
    layer.build(x.shape)

    def step(state: Any, weights: Any, x: Any) -> Any:
        z, others = state
        z_tilde, others = layer.stateless_call(weights, others, z, **given)
        return _next(z_tilde, x), others

    start = jnp.asarray(x), _values(layer.non_trainable_variables)
    return _loop(step, start, _values(layer.trainable_variables), x)


def forward_and_backward(layer: Any, x: Any, given: dict[str, bool], jit: bool) -> Program:
    """The same with the gradients of half the squared output, by the input and by the weights."""
    layer.build(x.shape)

    def step(state: Any, weights: Any, x: Any) -> Any:
        z, others, _ = state

        def call(z: Any, weights: Any) -> Any:
            return layer.stateless_call(weights, others, z, **given)

        z_tilde, gradient, others = jax.vjp(call, z, weights, has_aux=True)
        return _next(z_tilde, x), others, gradient(z_tilde)

    x, weights = jnp.asarray(x), _values(layer.trainable_variables)
    gradients = jax.tree.map(jnp.zeros_like, (x, weights))
    return _loop(step, (x, _values(layer.non_trainable_variables), gradients), weights, x)


def _next(z_tilde: Any, x: Any) -> Any:
    return x + (z_tilde if z_tilde.shape == x.shape else jnp.mean(z_tilde))


def _values(variables: Any) -> list[Any]:
    return [variable.value for variable in variables]


def _loop(step: Callable[..., Any], start: Any, *data: Any) -> Program:
    @jax.jit
    def loop(steps: Any, state: Any, *data: Any) -> Any:
        return jax.lax.fori_loop(0, steps, lambda _, state: step(state, *data), state)

    data = jax.tree.map(jnp.asarray, data)
    return lambda steps: jax.block_until_ready(loop(steps, start, *data))
