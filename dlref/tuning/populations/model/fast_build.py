"""Builds models that are only read: three times as fast.

Of a model in a population Keras' Python code is the largest cost. `fast_build` leaves out what such a model does not
need: a `Sequential` calls a layer once, not again after every layer that is added, and most not at all; variables hold
NumPy arrays; and on JAX random numbers are drawn without compiling a program for every shape.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

import keras
import numpy as np
from keras.src.backend.common.stateless_scope import in_stateless_scope
from keras.src.models.functional import Functional

DRAWS = ("normal", "uniform", "truncated_normal")
FEWEST = 1 << 14  # random numbers drawn at once: as many as most layers have weights
PLAIN = ("keras.src.layers.core.dense", "keras.src.layers.activations", "dlref.layers")
PLAIN += ("keras.src.layers.reshaping.flatten",)
PLAIN += ("keras.src.layers.normalization.batch_normalization", "keras.src.layers.regularization")
is_light = ContextVar("is_light", default=False)
CONSTANT = {keras.initializers.Zeros: np.zeros, keras.initializers.Ones: np.ones}


@contextmanager
def fast_build() -> Iterator[None]:
    """Within it models are built to be read; code that wants more of them may raise."""
    rebuild, compile_ = keras.Sequential._maybe_rebuild, keras.Sequential.compile
    # Of each model: it, its layers, and what the last puts out.
    ends: dict[int, tuple[Any, list[Any], Any]] = {}

    def grow(model: Any) -> None:
        """Builds the layers that were added, as Keras does, but calls those before them no second time."""
        first, *layers = model._layers
        if not isinstance(first, keras.layers.InputLayer):
            rebuild(model)
        elif not build_layers(model):
            _, known, end = ends.get(id(model), (model, [], first.output))
            if known != layers[: len(known)]:
                known, end = [], first.output
            for layer in layers[len(known) :]:
                end = layer(end)
            ends[id(model)] = model, layers, end

    def compile_built(model: Any, *args: Any, **kwargs: Any) -> None:
        _, layers, end = ends.pop(id(model), (model, [], None))
        if layers:
            model._functional = Functional(inputs=model._layers[0].output, outputs=end)
            model.built = True
        compile_(model, *args, **kwargs)

    token = is_light.set(True)
    try:
        with _patched(keras.Sequential, _maybe_rebuild=grow, compile=compile_built):
            with _BACKENDS.get(keras.backend.backend(), nullcontext)():
                yield
    finally:
        is_light.reset(token)


@contextmanager
def _on_tensorflow() -> Iterator[None]:
    from keras.src.backend.tensorflow.core import Variable
    from keras.src.backend.tensorflow.trackable import KerasAutoTrackable
    from tensorflow.python import pywrap_tfe

    with (
        _patched(Variable, **_holding(Variable)),
        _patched(KerasAutoTrackable, __setattr__=object.__setattr__),  # nothing is saved
        _patched(pywrap_tfe, TFE_ContextClearCaches=_nothing),  # kernels are kept from seed to seed
    ):
        yield


@contextmanager
def _on_jax() -> Iterator[None]:
    from keras.src.backend.jax.core import Variable

    with (
        of_few_lengths(),
        _patched(Variable, **_holding(Variable)),
    ):
        yield


_BACKENDS = {"tensorflow": _on_tensorflow, "jax": _on_jax}


@contextmanager
def of_few_lengths() -> Iterator[None]:
    """Within it weights are the same, but random numbers come in few lengths, for each of which JAX compiles."""
    if keras.backend.backend() != "jax":
        yield
        return
    import jax
    from keras.src.backend.jax import random
    from keras.src.backend.jax.core import Variable

    def draw(self: Any, initializer: Any) -> None:
        _draw(self, initializer)
        self._value = jax.device_put(self._value)

    draws = {name: _flat(getattr(random, name)) for name in DRAWS}
    with _patched(random, **draws), _patched(Variable, _initialize_with_initializer=draw):
        yield


def _flat(draw: Any) -> Any:

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


def _hold(self: Any, initial: Any) -> None:
    self._value = np.asarray(initial, self._dtype)


def _draw(self: Any, initializer: Any) -> None:
    constant = CONSTANT.get(type(initializer))
    if constant:
        self._value = constant(self._shape, self._dtype)
    else:
        self._value = np.asarray(initializer(self._shape, dtype=self._dtype))


def _holding(kind: Any) -> dict[str, Any]:
    own = kind._direct_assign

    def assign(self: Any, new: Any) -> None:
        (_hold if isinstance(self._value, np.ndarray) else own)(self, new)  # it may be a whole one

    return {
        "_initialize": _hold,
        "_initialize_with_initializer": _draw,
        "_direct_assign": assign,
    }


@contextmanager
def _patched(owner: Any, **methods: Any) -> Iterator[None]:
    own = {name: vars(owner).get(name) for name in methods}
    for name, method in methods.items():
        setattr(owner, name, method)
    try:
        yield
    finally:
        for name, method in own.items():
            if method is None:
                delattr(owner, name)
            else:
                setattr(owner, name, method)
