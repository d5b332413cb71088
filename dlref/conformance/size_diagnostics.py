"""Row of the diagnosis that explains the sizes of a model's layers."""

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np

from dlref import diagnostics as ours
from dlref.conformance.row import Arrays, Row


def of_a_convolutional_network(explain: Any) -> Arrays:
    """Sizes and parameters of a network whose windows, strides and padding are all different."""
    model = keras.Sequential([keras.Input((20, 17, 4))])
    model.add(keras.layers.Conv2D(6, (5, 3), (2, 1), groups=2, use_bias=False))
    model.add(keras.layers.MaxPooling2D((2, 3), 2, "same"))
    model.add(keras.layers.DepthwiseConv2D(2, depth_multiplier=2, dilation_rate=2))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(3))
    found = explain(model).layers
    sizes = [h for layer in found for _, h in layer.sizes]
    return {
        "sizes": np.array(sizes, float),
        "parameters": np.array([layer.parameters for layer in found], float),
    }


def _by_keras(model: Any) -> Any:
    """What Keras says of each layer: its last outputs' shape, and its number of parameters."""
    found = []
    for layer in model.layers:
        sizes = [((), n) for n in layer.output.shape[1:-1]]
        found.append(SimpleNamespace(sizes=sizes, parameters=layer.count_params()))
    return SimpleNamespace(layers=found)


ROWS = [
    Row(
        name="diagnostics.layer_sizes",
        builtin="keras.Layer.count_params",
        source="Flowchart C4",
        ours=lambda: ours.layer_sizes,
        mapped=lambda: _by_keras,
        mapping="layer.output.shape, layer.count_params()",
        probe=of_a_convolutional_network,
        modes=("eager",),
        dtypes=("float32",),
    ),
]
