r"""Inception V1 (GoogLeNet): modules that convolve with filters of several sizes side by side.

Sources: Flowchart C4; Szegedy et al. 2014.

$$ a = \mathrm{concat}(a_1, a_3, a_5, a_p) \tag{1} $$

| | layer | outputs | parameters |
| --- | --- | --- | --- |
| (2) | conv 7 × 7, 64, stride 2 | 112 × 112 × 64 | 9,472 |
| (3) | max pool 3 × 3, stride 2 | 56 × 56 × 64 | 0 |
| (4) | conv 1 × 1, 64 | 56 × 56 × 64 | 4,160 |
| (5) | conv 3 × 3, 192 | 56 × 56 × 192 | 110,784 |
| (6) | max pool 3 × 3, stride 2 | 28 × 28 × 192 | 0 |
| (7) | module 64, 96–128, 16–32, 32 | 28 × 28 × 256 | 163,696 |
| (8) | module 128, 128–192, 32–96, 64 | 28 × 28 × 480 | 388,736 |
| (9) | max pool 3 × 3, stride 2 | 14 × 14 × 480 | 0 |
| (10) | module 192, 96–208, 16–48, 64 | 14 × 14 × 512 | 376,176 |
| (11) | module 160, 112–224, 24–64, 64 | 14 × 14 × 512 | 449,160 |
| (12) | module 128, 128–256, 24–64, 64 | 14 × 14 × 512 | 510,104 |
| (13) | module 112, 144–288, 32–64, 64 | 14 × 14 × 528 | 605,376 |
| (14) | module 256, 160–320, 32–128, 128 | 14 × 14 × 832 | 868,352 |
| (15) | max pool 3 × 3, stride 2 | 7 × 7 × 832 | 0 |
| (16) | module 256, 160–320, 32–128, 128 | 7 × 7 × 832 | 1,043,456 |
| (17) | module 384, 192–384, 48–128, 128 | 7 × 7 × 1024 | 1,444,080 |
| (18) | average pool | 1024 | 0 |
| (19) | dense 1,000, softmax | 1000 | 1,025,000 |

A module looks at the same pictures in four ways, all of which keep height and width, and (1) puts the channels of their
outputs one behind the other: $a_1$ of filters of 1 × 1; $a_3$ of fewer filters of 1 × 1 and then those of 3 × 3; $a_5$
likewise with 5 × 5; $a_p$ of a max pooling of 3 × 3 in steps of 1 and then filters of 1 × 1. (7) to (17) name the
filters in this order. A ReLU follows each convolution, and dropout (18). 6,998,552 parameters.

Equals the same layers of `keras.layers`, which has no Inception V1. Differs from the paper: in training, that has two
more classifiers, behind (10) and (13), and normalizes responses in front of (4) and (6).
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import keras

from dlref import _checks
from dlref.layers import Conv2D, Dropout, MaxPooling2D
from dlref.models import building


def inception_module(
    inputs: Any,
    filters_1x1: int,
    filters_3x3_reduce: int,
    filters_3x3: int,
    filters_5x5_reduce: int,
    filters_5x5: int,
    filters_pool_proj: int,
    name: str = "inception",
) -> Any:
    """The inception module: four ways to look at pictures, side by side.

    Args:
        inputs: pictures or what layers made of them, of rank 4: a Keras tensor, or numbers.
        filters_1x1: how many filters $a_1$ has, at least 1.
        filters_3x3_reduce: the filters of 1 × 1 in front of those of 3 × 3.
        filters_3x3: how many $a_3$ has.
        filters_5x5_reduce: the filters of 1 × 1 in front of those of 5 × 5.
        filters_5x5: how many $a_5$ has.
        filters_pool_proj: how many $a_p$ has.
        name: of (1); the names of the other layers begin with it. Defaults to "inception".

    Returns:
        The outputs, of the height and width of the inputs.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed, or the inputs have another rank.

    Example:
        >>> inception_module(keras.Input((28, 28, 192)), 64, 96, 128, 16, 32, 32).shape
        (None, 28, 28, 256)
    """
    conv = partial(_conv, name)
    a_1 = conv(inputs, filters_1x1, 1, "1x1")
    a_3 = conv(conv(inputs, filters_3x3_reduce, 1, "3x3_reduce"), filters_3x3, 3, "3x3")
    a_5 = conv(conv(inputs, filters_5x5_reduce, 1, "5x5_reduce"), filters_5x5, 5, "5x5")
    pooled = MaxPooling2D(3, 1, padding="same", name=f"{name}_pool")(inputs)
    a_p = conv(pooled, filters_pool_proj, 1, "pool_proj")
    return _joined(name, a_1, a_3, a_5, a_p)


def _joined(name: str, a_1: Any, a_3: Any, a_5: Any, a_p: Any) -> Any:
    concat = keras.layers.Concatenate(building.channel_axis(), name=name)
    return concat([a_1, a_3, a_5, a_p])  # (1)


def _conv(name: str, x: Any, filters: int, size: int, part: str) -> Any:
    return Conv2D(filters, size, padding="same", activation="relu", name=f"{name}_{part}")(x)


def InceptionV1(
    include_top: bool = True,
    input_shape: Sequence[int] = (224, 224, 3),
    classes: int = 1000,
    width: float = 1.0,
    dropout: float = 0.4,
    classifier_activation: Any = "softmax",
    name: str = "inception_v1",
) -> keras.Model:
    """The network that won ImageNet in 2014, with a ninth of the parameters of AlexNet.

    Args:
        include_top: whether (18) and (19) are there. Defaults to True.
        input_shape: height, width and channels of a picture. Defaults to (224, 224, 3).
        classes: how many there are, at least 1. Defaults to 1000.
        width: a factor for all filters, above 0. Defaults to 1.0.
        dropout: the share of the outputs of (18) that are dropped in training, in [0, 1]. Defaults to 0.4.
        classifier_activation: of (19). Defaults to "softmax".
        name: the model's. Defaults to "inception_v1".

    Returns:
        A functional Keras model, not compiled.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed.

    Example:
        >>> InceptionV1(input_shape=(32, 32, 3), classes=10, width=1 / 16).output_shape
        (None, 10)
    """
    inputs, classes, n = building.start("InceptionV1", input_shape, classes, width)
    conv = partial(Conv2D, activation="relu")
    x = conv(n(64), 7, strides=2, padding=3, name="conv1")(inputs)  # (2)
    x = _halved(x, "pool1")  # (3)
    x = conv(n(64), 1, name="conv2_reduce")(x)  # (4)
    x = conv(n(192), 3, padding="same", name="conv2")(x)  # (5)
    x = _halved(x, "pool2")  # (6)
    x = _module(x, "3a", map(n, (64, 96, 128, 16, 32, 32)))  # (7)
    x = _module(x, "3b", map(n, (128, 128, 192, 32, 96, 64)))  # (8)
    x = _halved(x, "pool3")  # (9)
    x = _module(x, "4a", map(n, (192, 96, 208, 16, 48, 64)))  # (10)
    x = _module(x, "4b", map(n, (160, 112, 224, 24, 64, 64)))  # (11)
    x = _module(x, "4c", map(n, (128, 128, 256, 24, 64, 64)))  # (12)
    x = _module(x, "4d", map(n, (112, 144, 288, 32, 64, 64)))  # (13)
    x = _module(x, "4e", map(n, (256, 160, 320, 32, 128, 128)))  # (14)
    x = _halved(x, "pool4")  # (15)
    x = _module(x, "5a", map(n, (256, 160, 320, 32, 128, 128)))  # (16)
    x = _module(x, "5b", map(n, (384, 192, 384, 48, 128, 128)))  # (17)
    if _checks.boolean("InceptionV1", "include_top", include_top):
        x = keras.layers.GlobalAveragePooling2D(name="avg_pool")(x)  # (18)
        x = Dropout(dropout, name="dropout")(x)
        x = keras.layers.Dense(classes, classifier_activation, name="predictions")(x)  # (19)
    return keras.Model(inputs, x, name=name)


def _module(x: Any, number: str, filters: Any) -> Any:
    return inception_module(x, *filters, name=f"inception_{number}")


def _halved(x: Any, name: str) -> Any:
    """Windows from the left and from the top on, of which the last may reach over the border."""
    return keras.layers.MaxPooling2D(3, 2, "same", name=name)(x)
