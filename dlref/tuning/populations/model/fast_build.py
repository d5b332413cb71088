"""Builds models that are only read: three times as fast.

Of a model in a population Keras' Python code is the largest cost. `fast_build` leaves out what such a model does not
need: a `Sequential` calls a layer once, not again after every layer that is added, and most not at all; variables hold
NumPy arrays; and on JAX random numbers are drawn without compiling a program for every shape.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

import keras
import numpy as np

from dlref._compat import Name, patched
from dlref._compat import keras as keras_src

LOST = "Models are built more slowly"
FEWEST = 1 << 14  # random numbers drawn at once: as many as most layers have weights
PLAIN = (
    *(keras_src.package(kind) for kind in (keras.layers.ReLU, keras.layers.Dropout)),
    *(keras.layers.Dense.__module__, keras.layers.Flatten.__module__),
    *(keras.layers.BatchNormalization.__module__, "dlref.layers"),
)
is_fast = ContextVar("is_fast", default=False)
CONSTANT = {keras.initializers.Zeros: np.zeros, keras.initializers.Ones: np.ones}


@contextmanager
def fast_build() -> Iterator[None]:
    """Within it models are built to be read; code that wants more of them may raise."""
    # Of each model: it, its layers, and what the last puts out.
    ends: dict[int, tuple[Any, list[Any], Any]] = {}

    def growing(rebuild: Any) -> Any:
        def grow(self: Any) -> None:
            """Builds the layers that were added, as Keras does, but calls those before them no second time."""
            first, *layers = self._layers
            if not isinstance(first, keras.layers.InputLayer):
                rebuild(self)
            elif not build_layers(self):
                _, known, end = ends.get(id(self), (self, [], first.output))
                if known != layers[: len(known)]:
                    known, end = [], first.output
                for layer in layers[len(known) :]:
                    end = layer(end)
                ends[id(self)] = self, layers, end

        return grow

    def compiling(compile_: Any) -> Any:
        def compile_built(model: Any, *args: Any, **kwargs: Any) -> None:
            _, layers, end = ends.pop(id(model), (model, [], None))
            if layers:
                model._functional = keras.Model(inputs=model._layers[0].output, outputs=end)
                model.built = True
            compile_(model, *args, **kwargs)

        return compile_built

    of_keras = {keras_src.REBUILD: growing, keras_src.COMPILE: compiling}
    with of_few_lengths(), patched({**of_keras, **_of_backend()}, LOST) as are_in_place:
        token = is_fast.set(are_in_place)
        try:
            yield
        finally:
            is_fast.reset(token)


def _of_backend() -> dict[Name, Any]:
    """What variables do, which hold arrays; on TensorFlow nothing is saved, and kernels are kept from seed to seed."""
    if keras.backend.backend() == "tensorflow":
        from dlref._compat import tensorflow as backend

        others = {
            backend.SET_ATTRIBUTE: lambda _: object.__setattr__,
            backend.CLEAR_CACHES: lambda _: _nothing,
        }
    elif keras.backend.backend() == "jax":
        from dlref._compat import jax as backend

        others = {}
    else:
        return {}
    by_value, by_initializer, assignment = backend.VARIABLES
    return {
        by_value: lambda _: _hold,
        by_initializer: lambda _: _draw,
        assignment: _assigning,
        **others,
    }


@contextmanager
def of_few_lengths() -> Iterator[None]:
    """Within it weights are the same, but random numbers come in few lengths, for each of which JAX compiles."""
    if keras.backend.backend() != "jax":
        yield
        return
    import jax

    from dlref._compat import jax as of_jax

    def draw(self: Any, initializer: Any) -> None:
        _draw(self, initializer)
        self._value = jax.device_put(self._value)

    replacements = {**dict.fromkeys(of_jax.DRAWS, _flat), of_jax.VARIABLES[1]: lambda _: draw}
    with patched(replacements, LOST, needs=(keras_src.IN_STATELESS_SCOPE,)):
        yield


def _flat(draw: Any) -> Any:
    @wraps(draw)
    def drawn(shape: Any, *args: Any, **kwargs: Any) -> Any:
        if keras_src.in_stateless_scope():  # traced, for the shape
            return draw(shape, *args, **kwargs)
        count = math.prod(shape)
        length = max(FEWEST, 1 << max(count - 1, 0).bit_length())
        return np.asarray(draw((length,), *args, **kwargs))[:count].reshape(shape)

    return drawn


def build_layers(model: Any) -> bool:
    """Builds a chain of plain layers without calling them; False if it is something else."""
    first, layers = model._layers[:1], model._layers[1:]
    plain = all(type(layer).__module__.startswith(PLAIN) for layer in layers)
    if not plain or not first or not isinstance(first[0], keras.layers.InputLayer):
        return False
    shape = first[0].batch_shape
    for layer in layers:
        if not layer.built:
            layer.build(shape)
        shape = layer.compute_output_shape(shape)
    model.built = True
    return True


def value(variable: Any) -> np.ndarray:
    """The value of a variable of a model that was built either way."""
    return np.asarray(variable._value)


def _nothing(*args: Any) -> None: ...


def _hold(self: Any, value: Any) -> None:
    self._value = np.asarray(value, self._dtype)


def _draw(self: Any, initializer: Any) -> None:
    constant = CONSTANT.get(type(initializer))
    if constant:
        self._value = constant(self._shape, self._dtype)
    else:
        self._value = np.asarray(initializer(self._shape, dtype=self._dtype))


def _assigning(own: Any) -> Any:
    def assign(self: Any, value: Any) -> None:
        (_hold if isinstance(self._value, np.ndarray) else own)(self, value)  # it may be whole

    return assign
