"""Keras in float64 while it lasts, whatever the dtypes of the layers, weights and losses that exist already.

No object is changed: what they hold stays in their attributes, and only what they show of it is another.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any
from unittest import mock

import keras
from keras import ops

from dlref._compat import keras as keras_src
from dlref.conformance.row import precision


class _Widened:
    """An attribute that shows float64 where it holds a floating-point dtype, or a policy of one."""

    def __init__(self, name: str, shown: Any) -> None:
        self.name, self.shown = name, shown

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        if self.name not in vars(owner):
            raise AttributeError(self.name)
        held = vars(owner)[self.name]
        return self.shown if "float" in getattr(held, "compute_dtype", held) else held

    def __set__(self, owner: Any, value: Any) -> None:
        vars(owner)[self.name] = value


@contextmanager
def float64_kept() -> Iterator[None]:
    """Within it Keras on JAX computes tanh, mean and others of float64 in float64; otherwise it does in float32."""
    with mock.patch.dict(keras_src.narrowed_dtypes, {"float64": "float64"}):
        yield


def values(variables: Any) -> list[tuple[Any, Any]]:
    """Each variable, and its value in the precision of the moment: what a `StatelessScope` takes."""
    return [(v, ops.cast(v.value, v.dtype)) for v in variables]


@contextmanager
def double_precision() -> Iterator[None]:
    """Within it Keras computes in float64, on JAX without `JAX_ENABLE_X64`, too."""
    with ExitStack() as stack:
        if keras.backend.backend() == "jax":
            import jax

            module: Any = jax if hasattr(jax, "enable_x64") else import_module("jax.experimental")
            stack.enter_context(module.enable_x64(True))
        stack.enter_context(precision("float64"))
        stack.enter_context(float64_kept())
        policy = keras.DTypePolicy("float64")
        for kind, name, shown in (
            (keras.Layer, "_dtype_policy", policy),
            (keras.Loss, "_dtype", "float64"),
            (keras.Variable, "_dtype", "float64"),
            # To the dtype of their inputs functional models cast what comes in.
            (keras.KerasTensor, "_dtype", "float64"),
            (keras.layers.InputLayer, "_dtype", "float64"),
        ):
            widened = _Widened(name, shown)
            stack.enter_context(mock.patch.object(kind, name, widened, create=True))
        yield
