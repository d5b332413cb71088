"""Values and gradients of a function of tensors, on the running backend."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np


def value_and_gradients(
    function: Callable[..., Any], inputs: Sequence[Any], upstream: Any
) -> list[np.ndarray]:
    """`function(*inputs)` and the gradients of `sum(upstream * function(*inputs))` by each input.

    Raises:
        NotImplementedError: on a backend other than TensorFlow, JAX and PyTorch.
    """
    inputs = [keras.ops.convert_to_tensor(x, keras.config.floatx()) for x in inputs]
    upstream = keras.ops.convert_to_tensor(upstream, keras.config.floatx())
    value, gradients = _BACKENDS[keras.backend.backend()](function, inputs, upstream)
    return [keras.ops.convert_to_numpy(a) for a in (value, *gradients)]


def named(
    function: Callable[..., Any], inputs: dict[str, Any], upstream: Any, where: str = ""
) -> dict[str, np.ndarray]:
    """Value and gradients of a function, by their names: `"value"`, `"gradient by z"`, each followed by `where`."""
    names = ["value", *(f"gradient by {name}" for name in inputs)]
    arrays = value_and_gradients(function, list(inputs.values()), upstream)
    return {name + where: array for name, array in zip(names, arrays, strict=True)}


def _tensorflow(function: Any, inputs: list[Any], upstream: Any) -> tuple[Any, Any]:
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(inputs)
        value = function(*inputs)
    gradients = tape.gradient(
        value, inputs, upstream, unconnected_gradients=tf.UnconnectedGradients.ZERO
    )
    return value, gradients


def _jax(function: Any, inputs: list[Any], upstream: Any) -> tuple[Any, Any]:
    import jax

    value, pull_back = jax.vjp(function, *inputs)
    return value, pull_back(upstream.astype(value.dtype))


def _torch(function: Any, inputs: list[Any], upstream: Any) -> tuple[Any, Any]:
    import torch  # pyright: ignore[reportMissingImports]

    inputs = [x.detach().requires_grad_() for x in inputs]
    value = function(*inputs)
    return value, torch.autograd.grad(value, inputs, upstream, materialize_grads=True)


_BACKENDS: dict[str, Any] = {"tensorflow": _tensorflow, "jax": _jax, "torch": _torch}
