"""Rows of the networks."""

from collections.abc import Callable
from functools import partial
from typing import Any
from zlib import crc32

import keras
import numpy as np
from keras import ops

from dlref import models as ours
from dlref.conformance.gradients import named
from dlref.conformance.row import Arrays, Row

PERIOD = 997  # of the numbers that weights repeat: millions of draws would take seconds


def by_name(model: Any) -> Arrays:
    """The outputs for two pictures, with weights that are drawn by the name of a layer."""
    pictures = _drawn_pictures(model, lambda place, layer: crc32(layer.name.encode()))
    found = model(ops.convert_to_tensor(pictures, keras.config.floatx()))
    return {"parameters": _parameters(model), "value": ops.convert_to_numpy(found)}


def in_order(model: Any) -> Arrays:
    """The outputs and their gradients, with weights that are drawn by the place of a layer among those with weights."""
    pictures = _drawn_pictures(model, lambda place, layer: place)
    upstream = np.random.default_rng(1).normal(size=(2, *model.output_shape[1:]))
    return {"parameters": _parameters(model), **named(model, {"pictures": pictures}, upstream)}


def _parameters(model: Any) -> np.ndarray:
    return np.array(model.count_params(), "float64")


def _drawn_pictures(model: Any, seed: Callable[[int, Any], int]) -> np.ndarray:
    """Two pictures for a model, whose weights are drawn as well."""
    for place, layer in enumerate(layer for layer in model.layers if layer.weights):
        rng = np.random.default_rng(seed(place, layer))
        layer.set_weights([_drawn(rng, weight) for weight in layer.weights])
    return np.random.default_rng(0).uniform(size=(2, *model.input_shape[1:]))


def _drawn(rng: Any, weight: Any) -> np.ndarray:
    """Kernels that keep the size of what comes in; biases and averages about 0; factors and variances about 1."""
    if weight.name == "kernel":
        *window, channels, filters = weight.shape
        seen = np.prod(window) * (channels if filters > 1 else 1)  # else one for each channel
        drawn = rng.normal(size=PERIOD) * (2 / seen) ** 0.5
    else:
        drawn = rng.uniform(-0.5, 0.5, PERIOD) + (weight.name in ("gamma", "moving_variance"))
    return np.resize(drawn, weight.shape)


def _alexnet() -> Any:
    layers = keras.layers
    conv = partial(layers.Conv2D, padding="same", activation="relu")
    return keras.Sequential(
        [
            keras.Input((67, 67, 3)),
            layers.Conv2D(6, 11, strides=4, activation="relu"),
            layers.MaxPooling2D(3, 2),
            conv(16, 5, groups=2),
            layers.MaxPooling2D(3, 2),
            conv(24, 3),
            conv(24, 3, groups=2),
            conv(16, 3, groups=2),
            layers.MaxPooling2D(3, 2),
            layers.Flatten(),
            layers.Dense(256, "relu"),
            layers.Dense(256, "relu"),
            layers.Dense(10, "softmax"),
        ]
    )


def _lenet5() -> Any:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            layers.Conv2D(6, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(120, "tanh"),
            layers.Dense(84, "tanh"),
            layers.Dense(10, "softmax"),
        ]
    )


_network = partial(
    Row,
    source="Flowchart C4",
    probe=by_name,
    dtypes=("float64", "float32"),
)
_NORMALIZED: Any = {
    "sentence": "On JAX, Keras' batch normalization computes float64 inputs in float32.",
    "computes": {"jax": "float32"},
}
_SMALL = {"include_top": False, "weights": None, "input_shape": (32, 32, 3)}
ROWS = [
    _network(
        name="models.LeNet5",
        builtin="keras.Sequential",
        ours=ours.LeNet5,
        mapped=_lenet5,
        probe=in_order,
        gradients=True,
        mapping="the same seven layers of keras.layers",
        steps=8,
    ),
    _network(
        name="models.AlexNet",
        builtin="keras.Sequential",
        ours=partial(
            ours.AlexNet, input_shape=(67, 67, 3), classes=10, width=1 / 16, groups=2, dropout=0.0
        ),
        mapped=_alexnet,
        probe=in_order,
        gradients=True,
        mapping="the same eleven layers of keras.layers, groups = 2, dropout = 0",
        steps=12,
        modes=("eager",),
    ),
    _network(
        name="models.VGG16",
        builtin="keras.applications.VGG16",
        ours=partial(ours.VGG16, **_SMALL),
        mapped=partial(keras.applications.VGG16, **_SMALL),
        mapping="include_top = False, input_shape = (32, 32, 3), the same weights",
        steps=18,
        modes=("eager",),
    ),
    _network(
        name="models.ResNet50",
        builtin="keras.applications.ResNet50",
        ours=partial(ours.ResNet50, **_SMALL),
        mapped=partial(keras.applications.ResNet50, **_SMALL),
        mapping="include_top = False, input_shape = (32, 32, 3), the same weights",
        **_NORMALIZED,
        steps=53,
        modes=("eager",),
    ),
    _network(
        name="models.MobileNetV1",
        builtin="keras.applications.MobileNet",
        ours=partial(ours.MobileNetV1, **_SMALL, width=1 / 8),
        mapped=partial(keras.applications.MobileNet, **_SMALL, alpha=1 / 8),
        mapping="include_top = False, input_shape = (32, 32, 3), alpha = width, the same weights",
        **_NORMALIZED,
        steps=27,
        modes=("eager",),
    ),
    _network(
        name="models.MobileNetV2",
        builtin="keras.applications.MobileNetV2",
        ours=partial(ours.MobileNetV2, **_SMALL, width=1 / 8),
        mapped=partial(keras.applications.MobileNetV2, **_SMALL, alpha=1 / 8),
        mapping="include_top = False, input_shape = (32, 32, 3), alpha = width, the same weights",
        **_NORMALIZED,
        steps=52,
        modes=("eager",),
    ),
]
