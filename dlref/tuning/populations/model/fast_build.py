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
from keras.src.backend.common.stateless_scope import in_stateless_scope
from keras.src.models.functional import Functional

from dlref.tuning.populations.model.patches import Patch, patched

DRAWS = {
    "normal": ("shape", "mean", "stddev", "dtype", "seed"),
    "uniform": ("shape", "minval", "maxval", "dtype", "seed"),
    "truncated_normal": ("shape", "mean", "stddev", "dtype", "seed"),
}
FEWEST = 1 << 14  # random numbers drawn at once: as many as most layers have weights
PLAIN = ("keras.src.layers.core.dense", "keras.src.layers.activations", "dlref.layers")
PLAIN += ("keras.src.layers.reshaping.flatten",)
PLAIN += ("keras.src.layers.normalization.batch_normalization", "keras.src.layers.regularization")
is_light = ContextVar("is_light", default=False)
CONSTANT = {keras.initializers.Zeros: np.zeros, keras.initializers.Ones: np.ones}


@contextmanager
def fast_build() -> Iterator[None]:
    """Within it models are built to be read; code that wants more of them may raise."""
    rebuild: Any = getattr(keras.Sequential, "_maybe_rebuild", None)
    compile_ = keras.Sequential.compile
    # Of each model: it, its layers, and what the last puts out.
    ends: dict[int, tuple[Any, list[Any], Any]] = {}

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

    def compile_built(model: Any, *args: Any, **kwargs: Any) -> None:
        _, layers, end = ends.pop(id(model), (model, [], None))
        if layers:
            model._functional = Functional(inputs=model._layers[0].output, outputs=end)
            model.built = True
        compile_(model, *args, **kwargs)

    def patches() -> list[Patch]:
        return [
            Patch(keras.Sequential, "_maybe_rebuild", grow, ("self",)),
            Patch(keras.Sequential, "compile", compile_built, None),
            *_OF_BACKEND.get(keras.backend.backend(), list)(),
        ]

    with of_few_lengths(), patched(patches) as are_in_place:
        token = is_light.set(are_in_place)
        try:
            yield
        finally:
            is_light.reset(token)


def _of_tensorflow() -> list[Patch]:
    from keras.src.backend.tensorflow.core import Variable
    from keras.src.backend.tensorflow.trackable import KerasAutoTrackable
    from tensorflow.python import pywrap_tfe

    setter = object.__setattr__  # nothing is saved
    return [
        *_holding(Variable),
        Patch(KerasAutoTrackable, "__setattr__", setter, ("self", "name", "value")),
        # Kernels are kept from seed to seed.
        Patch(pywrap_tfe, "TFE_ContextClearCaches", _nothing, None),
    ]


def _of_jax() -> list[Patch]:
    from keras.src.backend.jax.core import Variable

    return _holding(Variable)


_OF_BACKEND = {"tensorflow": _of_tensorflow, "jax": _of_jax}


@contextmanager
def of_few_lengths() -> Iterator[None]:
    """Within it weights are the same, but random numbers come in few lengths, for each of which JAX compiles."""
    if keras.backend.backend() != "jax":
        yield
        return
    import jax

    def draw(self: Any, initializer: Any) -> None:
        _draw(self, initializer)
        self._value = jax.device_put(self._value)

    def patches() -> list[Patch]:
        from keras.src.backend.jax import random
        from keras.src.backend.jax.core import Variable

        return [
            *(Patch(random, name, _flat(getattr(random, name)), DRAWS[name]) for name in DRAWS),
            Patch(Variable, "_initialize_with_initializer", draw, ("self", "initializer")),
        ]

    with patched(patches):
        yield


def _flat(draw: Any) -> Any:
    @wraps(draw)
    def drawn(shape: Any, *args: Any, **kwargs: Any) -> Any:
        if in_stateless_scope():  # traced, for the shape
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


def _holding(kind: Any) -> list[Patch]:
    own = kind._direct_assign

    def assign(self: Any, value: Any) -> None:
        (_hold if isinstance(self._value, np.ndarray) else own)(self, value)  # it may be whole

    return [
        Patch(kind, "_initialize", _hold, ("self", "value")),
        Patch(kind, "_initialize_with_initializer", _draw, ("self", "initializer")),
        Patch(kind, "_direct_assign", assign, ("self", "value")),
    ]
