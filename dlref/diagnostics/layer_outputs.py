"""Something measured on what each layer of a model returns."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import keras
from keras import tree

from dlref.diagnostics.double_precision import float64_kept
from dlref.diagnostics.recording import recording

WHOLE = keras.layers.RNN | keras.layers.Bidirectional | keras.layers.Wrapper


class LayerOutputs:
    """Measures the outputs of layers, in the order in which they run; a layer that runs twice is measured twice.

    Nothing in the model changes: averages and seeds are as before.

    Args:
        model: a built Keras model.
        measure: of a layer, its outputs, and whether they are the model's own, to tensors; None to leave it out.
        training: whether the model runs as in training.

    Example:
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.ReLU(name="relu")])
        >>> outputs = LayerOutputs(model, lambda layer, a, last: keras.ops.max(a), training=False)
        >>> [(layer.name, float(value)) for layer, value in outputs(keras.ops.ones((4, 2)))]
        [('relu', 1.0)]
    """

    def __init__(self, model: Any, measure: Callable[..., Any], training: bool) -> None:
        self.model, self.measure, self.training = model, measure, training
        self.layers = list(_simple(model))
        self.found: list[Any] = []
        self._run: Callable[..., Any] = self._measured
        self._precision: Callable[[], Any] = nullcontext
        if keras.backend.backend() == "jax":  # which would compile every operation by itself
            import jax

            self._run = jax.jit(self._measured)
            double = jax.config.read("jax_enable_x64")
            self._precision = float64_kept if double else nullcontext

    def __call__(self, x: Any) -> list[tuple[Any, Any]]:
        """Each layer, and what was measured of it."""
        values = [variable.value for variable in self.model.variables]
        with self._precision():
            measured = self._run(values, x)
        return list(zip(self.found, measured, strict=True))

    def _measured(self, values: list[Any], x: Any) -> list[Any]:
        """As tensors: on JAX, this is what is compiled."""
        scope = keras.StatelessScope(list(zip(self.model.variables, values, strict=True)))
        with recording(self.layers) as seen, scope:
            outputs = self.model(x, training=self.training)
        last = {id(output) for output in tree.flatten(outputs)}
        self.found, measured = [], []
        for call in seen:
            a = tree.flatten(call.outputs)[0]  # of several, the others are states
            value = self.measure(call.layer, a, id(a) in last)
            if value is not None:
                self.found.append(call.layer)
                measured.append(value)
        return measured


def _simple(layer: Any) -> Iterator[Any]:
    """The layers that no others make up; a loop over time and a wrapper count as one."""
    parts = layer._layers
    if isinstance(layer, WHOLE) or not parts:
        yield layer
        return
    for part in parts:
        yield from _simple(part)
