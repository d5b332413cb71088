"""Values and gradients of a function of tensors, on the running backend."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import keras
import numpy as np

from dlref.compiling import compiled


def value_and_gradients(
    function: Callable[..., Any], inputs: Sequence[Any], upstream: Any
) -> list[np.ndarray]:
    """`function(*inputs)` and the gradients of `sum(upstream * function(*inputs))` by each input.

    Raises:
        NotImplementedError: on a backend other than TensorFlow, JAX and PyTorch.
    """
    return differentiated(lambda inputs, _: function(*inputs))(inputs, upstream)


def differentiated(function: Callable[..., Any]) -> Callable[..., list[np.ndarray]]:
    """What computes `function(inputs, rest)` and its gradients by the inputs; compiled, it is one program."""
    run = compiled(lambda *given: pulled_back(function, *given))

    def value_and_gradients(inputs: Sequence[Any], upstream: Any, rest: Any = ()) -> list[Any]:
        dtype = keras.config.floatx()
        tensors = [keras.ops.convert_to_tensor(x, dtype) for x in inputs]
        value, gradients = run(tensors, keras.ops.convert_to_tensor(upstream, dtype), rest)
        return [_array(a) for a in (value, *gradients)]

    return value_and_gradients


def pulled_back(
    function: Callable[..., Any], inputs: list[Any], upstream: Any, rest: Any = ()
) -> tuple[Any, Any]:
    """`function(inputs, rest)` and the gradients of `sum(upstream * function(inputs, rest))`, all tensors."""
    return _BACKENDS[keras.backend.backend()](function, inputs, upstream, rest)


def named(
    function: Callable[..., Any], inputs: dict[str, Any], upstream: Any, where: str = ""
) -> dict[str, np.ndarray]:
    """Value and gradients of a function, by their names: `"value"`, `"gradient by z"`, each followed by `where`."""
    return names(inputs, value_and_gradients(function, list(inputs.values()), upstream), where)


def names(inputs: Iterable[str], arrays: list[np.ndarray], where: str = "") -> dict[str, Any]:
    """A value and gradients by their names."""
    words = ["value", *(f"gradient by {name}" for name in inputs)]
    return {word + where: array for word, array in zip(words, arrays, strict=True)}


def _array(a: Any) -> np.ndarray:
    """A tensor as an array: a scalar by way of a vector, since NumPy takes no scalar of bfloat16."""
    return np.reshape(keras.ops.convert_to_numpy(keras.ops.reshape(a, (-1,))), a.shape)


def _tensorflow(function: Any, inputs: list[Any], upstream: Any, rest: Any) -> tuple[Any, Any]:
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(inputs)
        value = function(inputs, rest)
    gradients = tape.gradient(
        value, inputs, upstream, unconnected_gradients=tf.UnconnectedGradients.ZERO
    )
    return value, gradients


def _jax(function: Any, inputs: list[Any], upstream: Any, rest: Any) -> tuple[Any, Any]:
    import jax

    value, pull_back = jax.vjp(lambda *inputs: function(inputs, rest), *inputs)
    return value, pull_back(upstream.astype(value.dtype))


def _torch(function: Any, inputs: list[Any], upstream: Any, rest: Any) -> tuple[Any, Any]:
    import torch  # pyright: ignore[reportMissingImports]

    inputs = [x.detach().requires_grad_() for x in inputs]
    value = function(inputs, rest)
    return value, torch.autograd.grad(value, inputs, upstream, materialize_grads=True)


_BACKENDS: dict[str, Any] = {"tensorflow": _tensorflow, "jax": _jax, "torch": _torch}
