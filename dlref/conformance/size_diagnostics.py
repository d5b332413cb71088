"""Rows of the diagnoses that explain the sizes of a model's layers and count what they cost."""

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


def of_a_separable_network(count: Any) -> Arrays:
    """Multiplications with groups, a depthwise separable convolution, one that is used twice, and a dense layer."""
    x = inputs = keras.Input((20, 17, 4))
    x = keras.layers.Conv2D(6, (5, 3), (2, 1), groups=2, use_bias=False)(x)
    x = keras.layers.DepthwiseConv2D((2, 3), 2)(x)
    x = keras.layers.ReLU()(keras.layers.BatchNormalization()(x))
    for layer in (keras.layers.Conv2D(5, 1), *[keras.layers.Conv2D(5, 2, padding="same")] * 2):
        x = layer(x)
    x = keras.layers.Dense(3)(keras.layers.Flatten()(x))
    found = [layer for layer in count(keras.Model(inputs, x)).layers if layer.multiplications]
    (saved,) = [layer.separable[-1] for layer in found if layer.separable]
    counts = np.array([layer.multiplications for layer in found], float)
    return {"multiplications": counts, "part of a full convolution": np.array(saved)}


def _by_kernels(model: Any) -> Any:
    """The size of each kernel times that of the map, and a convolution beside the two that take its place."""
    found = []
    for layer in (operation for operation in model.operations if hasattr(operation, "kernel")):
        places = np.prod(layer.output.shape[1:-1], initial=1)
        cost = SimpleNamespace(multiplications=places * np.prod(layer.kernel.shape), separable=None)
        found += [cost] * len(layer._inbound_nodes)
    full = keras.layers.Conv2D(5, (2, 3), 2)
    full.build((None, 8, 15, 6))
    both = found[1].multiplications + found[2].multiplications
    places = np.prod(full.compute_output_shape((None, 8, 15, 6))[1:-1])
    found[2].separable = (both / (places * np.prod(full.kernel.shape)),)
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
    Row(
        name="diagnostics.multiplications",
        builtin="keras.Layer.weights",
        source="Flowchart C4",
        ours=lambda: ours.multiplications,
        mapped=lambda: _by_kernels,
        mapping="layer.kernel.size · places of layer.output",
        probe=of_a_separable_network,
        modes=("eager",),
        dtypes=("float32",),
    ),
]
