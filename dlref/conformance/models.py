"""Rows of the networks."""

from collections.abc import Callable
from functools import partial
from typing import Any
from zlib import crc32

import keras
import numpy as np
from keras import ops
from keras.src.applications import efficientnet  # of any depth and width

from dlref import models as ours
from dlref.conformance.gradients import named
from dlref.conformance.row import Arrays, Row

PERIOD = 997  # of the numbers that weights repeat: millions of draws would take seconds


POSITIVE = "gamma", "moving_variance", "variance"


def by_name(model: Any) -> Arrays:
    """The outputs for two pictures, with weights that are drawn by the name of a layer."""
    return _outputs(model, lambda place, layer: crc32(_name(layer).encode()))


def _name(layer: Any) -> str:
    """Keras itself names the layer that prepares the pictures of EfficientNet, and numbers it from the second on."""
    name = "normalization"
    return name if layer.name.startswith(f"{name}_") else layer.name


def by_place(model: Any) -> Arrays:
    """The outputs for two pictures, with weights that are drawn by the place of a layer among those with weights."""
    return _outputs(model, lambda place, layer: place)


def _outputs(model: Any, seed: Callable[[int, Any], int]) -> Arrays:
    pictures = _drawn_pictures(model, seed)
    found = model(ops.convert_to_tensor(pictures, keras.config.floatx()))
    return {"parameters": _parameters(model), "value": ops.convert_to_numpy(found)}


def in_order(model: Any) -> Arrays:
    """As `by_place`, with gradients."""
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
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()  # else it goes on with the weights it was built with
    return np.random.default_rng(0).uniform(size=(2, *model.input_shape[1:]))


def _drawn(rng: Any, weight: Any) -> np.ndarray:
    """Kernels that keep the size of what comes in; biases and averages about 0; factors and variances about 1."""
    if weight.name == "kernel":
        *window, channels, filters = weight.shape
        seen = np.prod(window) * (channels if filters > 1 else 1)  # else one for each channel
        drawn = rng.normal(size=PERIOD) * (2 / seen) ** 0.5
    else:
        drawn = rng.uniform(-0.5, 0.5, PERIOD) + (weight.name in POSITIVE)
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


def _module(
    x: Any, one: int, before_3: int, three: int, before_5: int, five: int, pool: int
) -> Any:
    """An inception module of keras.layers."""
    conv = partial(keras.layers.Conv2D, padding="same", activation="relu")
    branches = [conv(one, 1)(x), conv(three, 3)(conv(before_3, 1)(x))]
    branches += [conv(five, 5)(conv(before_5, 1)(x))]
    branches += [conv(pool, 1)(keras.layers.MaxPooling2D(3, 1, "same")(x))]
    return keras.layers.Concatenate()(branches)


FILTERS = 6, 3, 8, 2, 6, 6


def _of_module(module: Callable[..., Any]) -> Any:
    inputs = keras.Input((6, 7, 4))
    return keras.Model(inputs, module(inputs, *FILTERS))


def _inception_v1() -> Any:
    """With 1/16 of the filters."""
    layers = keras.layers
    inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(4, 7, 2, activation="relu")(layers.ZeroPadding2D(3)(inputs))
    x = layers.MaxPooling2D(3, 2, "same")(x)
    x = layers.Conv2D(12, 3, padding="same", activation="relu")(
        layers.Conv2D(4, 1, activation="relu")(x)
    )
    x = layers.MaxPooling2D(3, 2, "same")(x)
    x = _module(_module(x, 4, 6, 8, 1, 2, 2), 8, 8, 12, 2, 6, 4)
    x = layers.MaxPooling2D(3, 2, "same")(x)
    x = _module(_module(x, 12, 6, 13, 1, 3, 4), 10, 7, 14, 2, 4, 4)
    x = _module(_module(x, 8, 8, 16, 2, 4, 4), 7, 9, 18, 2, 4, 4)
    x = layers.MaxPooling2D(3, 2, "same")(_module(x, 16, 10, 20, 2, 8, 8))
    x = _module(_module(x, 16, 10, 20, 2, 8, 8), 24, 12, 24, 3, 8, 8)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(10, "softmax")(x))


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


def _of_keras(name: str, steps: int, theirs: str, given: Any, alpha: Any, **kwargs: Any) -> Row:
    """A network of keras.applications, without its classifier."""
    words = ", alpha = width" if alpha else ""
    return _network(
        name=f"models.{name}",
        builtin=f"keras.applications.{theirs}",
        ours=partial(getattr(ours, name), **_SMALL, **given),
        mapped=partial(getattr(keras.applications, theirs), **_SMALL, **alpha),
        mapping=f"include_top = False, input_shape = (32, 32, 3){words}, the same weights",
        steps=steps,
        modes=("eager",),
        **kwargs,
    )


_NARROW = {"width": 1 / 8}, {"alpha": 1 / 8}
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
        name="models.inception_module",
        builtin="keras.Model",
        ours=partial(_of_module, ours.inception_module),
        mapped=partial(_of_module, _module),
        probe=in_order,
        gradients=True,
        mapping="the same eight layers of keras.layers",
        steps=3,
    ),
    _network(
        name="models.InceptionV1",
        builtin="keras.Model",
        ours=partial(
            ours.InceptionV1, input_shape=(32, 32, 3), classes=10, width=1 / 16, dropout=0.0
        ),
        mapped=_inception_v1,
        probe=by_place,
        mapping="the same layers of keras.layers, dropout = 0",
        steps=23,
        dtypes=("float64",),
        modes=("eager",),
    ),
    _of_keras("VGG16", 18, "VGG16", {}, {}),
    _of_keras("ResNet50", 53, "ResNet50", {}, {}, **_NORMALIZED),
    _of_keras("MobileNetV1", 27, "MobileNet", *_NARROW, **_NORMALIZED),
    _network(
        name="models.EfficientNet",
        builtin="keras.applications.EfficientNetB0",
        ours=partial(
            ours.EfficientNet, include_top=False, input_shape=(32, 32, 3), depth=0.4, width=1 / 8
        ),
        mapped=partial(efficientnet.EfficientNet, 1 / 8, 0.4, 224, **_SMALL),
        mapping="include_top = False, input_shape = (32, 32, 3), in both 0.4 of the blocks and 1/8 of the channels, the same weights",
        steps=52,
        modes=("eager",),
        dtypes=("float32",),
    ),
    _of_keras("MobileNetV2", 52, "MobileNetV2", *_NARROW, **_NORMALIZED),
]
