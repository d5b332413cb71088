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
from dlref.compiling import in_one_program
from dlref.conformance import plain_networks
from dlref.conformance.row import Arrays, Row
from dlref.gradients import named

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
    found = outputs_of(model, ops.convert_to_tensor(pictures, keras.config.floatx()))
    return {"parameters": _parameters(model), "value": ops.convert_to_numpy(found)}


def outputs_of(model: Any, x: Any) -> Any:
    """What a network says of pictures: on JAX as one program, since each kind of operation would be one."""
    if keras.backend.backend() != "jax":
        return model(x)
    variables = model.trainable_variables, model.non_trainable_variables
    state = [[v.value for v in part] for part in variables]
    return in_one_program(model.stateless_call, *state, x)(*state, x)[0]


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


FILTERS = 6, 3, 8, 2, 6, 6


def _of_module(module: Callable[..., Any]) -> Any:
    inputs = keras.Input((6, 7, 4))
    return keras.Model(inputs, module(inputs, *FILTERS))


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
        mapped=plain_networks.lenet5,
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
        mapped=plain_networks.alexnet,
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
        mapped=partial(_of_module, plain_networks.module),
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
        mapped=plain_networks.inception_v1,
        probe=by_place,
        mapping="the same layers of keras.layers, dropout = 0",
        steps=23,
        dtypes=("float64",),
        modes=("eager",),
    ),
    _network(
        name="models.UNet",
        builtin="keras.Model",
        ours=partial(ours.UNet, input_shape=(32, 16, 3), classes=3, width=1 / 32, dropout=0.0),
        mapped=plain_networks.unet,
        probe=by_place,
        mapping="the same layers of keras.layers, dropout = 0",
        steps=24,
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
        mapping="include_top = False, depth = 0.4 and width = 1/8 in both, the same weights",
        steps=52,
        modes=("eager",),
        dtypes=("float32",),
    ),
    _of_keras("MobileNetV2", 52, "MobileNetV2", *_NARROW, **_NORMALIZED),
]
