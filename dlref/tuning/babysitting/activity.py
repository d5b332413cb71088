"""How the hidden units answer a few examples: which never fire, and which are saturated.

A ReLU unit is dead if it is 0 for every example: its gradient is 0 too, and nothing brings it back. An output of tanh
or sigmoid is saturated where the slope is less than 6 % of the largest, |tanh| > 0.97: almost no gradient passes.
"""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

from dlref.diagnostics.recording import recording

EXAMPLES = 256
SATURATED = 0.97  # of tanh; sigmoid(2z) = (1 + tanh z) / 2
KINDS = {"relu": "dead", "relu6": "dead", "tanh": "saturated", "sigmoid": "saturated"}


@dataclass(frozen=True)
class Share:
    """The share of a layer's units that are dead, or of its outputs that are saturated."""

    layer: str
    kind: str  # "dead" or "saturated"
    share: float


class Activity:
    """Measures the hidden layers of a model on the same examples every time.

    Nothing in the model changes: it is called as at test time, where dropout draws nothing and batch normalization
    learns nothing.

    Args:
        model: a built Keras model.
        x: the examples: an array, or the arrays of several inputs in a list or a dictionary.

    Example:
        >>> start = {"kernel_initializer": "zeros", "bias_initializer": lambda *_, **__: ops.array([-9.0, 1.0])}
        >>> dense = keras.layers.Dense(2, "relu", **start)
        >>> model = keras.Sequential([keras.Input((1,)), dense, keras.layers.Dense(1)])
        >>> [share.share for share in Activity(model, ops.ones((4, 1))).measure()]
        [0.5]
    """

    def __init__(self, model: keras.Model, x: Any) -> None:
        self.model, self.x = model, x
        self.watched = [(layer, kind) for layer in _hidden(model) if (kind := _kind(layer))]
        self.found: list[tuple[str, str]] = []
        self._run: Callable[..., list[Any]] = self._shares
        if keras.backend.backend() == "jax":  # which would compile every operation by itself
            import jax

            self._run = jax.jit(self._shares)

    def measure(self) -> list[Share]:
        """The shares now, of the layers in the order they run."""
        if not self.watched:
            return []
        trained = [variable.value for variable in self.model.trainable_variables]
        others = [variable.value for variable in self.model.non_trainable_variables]
        shares = self._run(trained, others, self.x)
        return [
            Share(name, kind, float(ops.convert_to_numpy(share)))
            for (name, kind), share in zip(self.found, shares, strict=True)
        ]

    def _shares(self, trained: list[Any], others: list[Any], x: Any) -> list[Any]:
        """As tensors: on JAX, this is what is compiled."""
        variables = [*self.model.trainable_variables, *self.model.non_trainable_variables]
        values = zip(variables, [*trained, *others], strict=True)
        scope = keras.StatelessScope(list(values)) if keras.backend.backend() == "jax" else None
        with recording([layer for layer, _ in self.watched]) as seen, scope or nullcontext():
            outputs = self.model(x, training=False)
        last = [id(output) for output in keras.tree.flatten(outputs)]
        kinds = dict(self.watched)
        hidden = [(call.layer, kinds[call.layer], call.outputs) for call in seen]
        hidden = [(layer, kind, a) for layer, kind, a in hidden if id(a) not in last]
        self.found = [(layer.name, kind) for layer, kind, _ in hidden]
        return [
            _dead(layer, a) if kind == "dead" else _saturated(layer, a) for layer, kind, a in hidden
        ]


def _hidden(model: Any) -> Iterator[Any]:
    for layer in model._flatten_layers(include_self=False):
        if not isinstance(layer, keras.Model) and not hasattr(layer, "recurrent_activation"):
            yield layer


def _kind(layer: Any) -> str | None:
    if isinstance(layer, keras.layers.ReLU):
        return None if layer.negative_slope else "dead"
    return KINDS.get(getattr(getattr(layer, "activation", None), "__name__", ""))


def _dead(layer: Any, a: Any) -> Any:
    """A unit is an entry of the last axis; of a convolution with the channels first, of the second."""
    order = getattr(layer, "data_format", None)
    if order is None and len(a.shape) > 3:
        order = keras.config.image_data_format()
    unit = 1 if order == "channels_first" else len(a.shape) - 1
    others = [axis for axis in range(len(a.shape)) if axis != unit]
    return ops.mean(ops.cast(ops.all(a <= 0, axis=others), "float32"))


def _saturated(layer: Any, a: Any) -> Any:
    if layer.activation.__name__ == "sigmoid":
        a = 2 * a - 1
    return ops.mean(ops.cast(ops.abs(a) > SATURATED, "float32"))
