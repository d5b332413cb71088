"""How the hidden units answer a few examples: which never fire, and which are saturated."""

from typing import Any

import keras
from keras import ops

from dlref.diagnostics.activation_report import LayerActivations, kind_of
from dlref.diagnostics.activation_statistics import _share_of
from dlref.diagnostics.layer_outputs import LayerOutputs

EXAMPLES = 256


class Activity:
    """Measures the hidden layers of a model on the same examples every time, as at test time.

    Args:
        model: a built Keras model.
        x: the examples: an array, or the arrays of several inputs in a list or a dictionary.

    Example:
        >>> start = {"kernel_initializer": "zeros", "bias_initializer": lambda *_, **__: ops.array([-9.0, 1.0])}
        >>> dense = keras.layers.Dense(2, "relu", **start)
        >>> model = keras.Sequential([keras.Input((1,)), dense, keras.layers.Dense(1)])
        >>> [layer.share for layer in Activity(model, ops.ones((4, 1))).measure()]
        [0.5]
    """

    def __init__(self, model: keras.Model, x: Any) -> None:
        self.x = x
        self.outputs = LayerOutputs(
            model, lambda layer, a, last: None if last else _share_of(layer, a), training=False
        )

    def measure(self) -> list[LayerActivations]:
        """The shares now, of the layers in the order they run."""
        if not any(map(kind_of, self.outputs.layers)):
            return []
        return [
            LayerActivations(layer.name, kind_of(layer), float(ops.convert_to_numpy(share)))
            for layer, (share,) in self.outputs(self.x)
        ]
