"""Runs a function compiled by XLA, where a comparison asks for it."""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, Literal

import keras

Mode = Literal["eager", "compiled"]
_mode: ContextVar[Mode] = ContextVar("mode", default="eager")


@contextlib.contextmanager
def running(mode: Mode) -> Iterator[None]:
    """What `compiled` does while it lasts."""
    token = _mode.set(mode)
    try:
        yield
    finally:
        _mode.reset(token)


def is_compiled() -> bool:
    """Whether the mode is `"compiled"`."""
    return _mode.get() == "compiled"


def applying(optimizer: Any, parameters: list[Any]) -> Callable[[list[Any]], None]:
    """What moves the parameters by one step of an optimizer, from their gradients."""
    if not is_compiled():
        return lambda gradients: optimizer.apply(gradients, parameters)
    optimizer.build(parameters)
    if keras.backend.backend() == "tensorflow":
        return compiled(lambda gradients: optimizer.apply(gradients, parameters))
    apply = compiled(optimizer.stateless_apply)

    def assign(gradients: list[Any]) -> None:
        state = [v.value for v in optimizer.variables]
        values, state = apply(state, gradients, [p.value for p in parameters])
        for variable, value in zip(
            [*parameters, *optimizer.variables], [*values, *state], strict=True
        ):
            variable.assign(value)

    return assign


def in_one_program(function: Callable[..., Any], *tensors: Any) -> Callable[..., Any]:
    """A function of tensors of the shapes of `tensors` as one program, whatever the mode.

    On TensorFlow that is a graph, of any of its operations: XLA does not have them all.
    """
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.function(function, autograph=False).get_concrete_function(*tensors)
    with running("compiled"):
        return compiled(function)


def in_programs(function: Callable[..., Any], layers: list[Any]) -> Callable[..., Any]:
    """A function of tensors that calls layers, as programs for their shapes, whatever the mode.

    The layers' weights are those of the moment of a call. On PyTorch the function runs as it is.
    """
    variables = [v for layer in layers for v in layer.variables]

    def with_weights(values: list[Any], *tensors: Any) -> Any:
        with keras.StatelessScope(zip(variables, values, strict=True)):
            return function(*tensors)

    if keras.backend.backend() == "jax":
        import jax

        program = jax.jit(with_weights)
        return lambda *tensors: program([v.value for v in variables], *tensors)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        # It reads variables at each call; other numbers of rows shall not be other programs.
        return tf.function(function, autograph=False, reduce_retracing=True)
    return function


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of tensors, compiled by XLA if the mode is `"compiled"`, else as it is.

    Raises:
        NotImplementedError: on a backend other than TensorFlow and JAX.
    """
    if not is_compiled():
        return function
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.function(function, jit_compile=True, autograph=False)
    if keras.backend.backend() == "jax":
        import jax

        return jax.jit(function)
    raise NotImplementedError(f"compiled probes on {keras.backend.backend()}")
