"""Networks of keras.layers alone, which those of `dlref.models` must equal."""

from functools import partial
from typing import Any

import keras


def alexnet() -> Any:
    """With 1/16 of the filters and units, in two groups."""
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


def lenet5() -> Any:
    """The lecture's."""
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


def module(x: Any, one: int, before_3: int, three: int, before_5: int, five: int, pool: int) -> Any:
    """An inception module of keras.layers."""
    conv = partial(keras.layers.Conv2D, padding="same", activation="relu")
    branches = [conv(one, 1)(x), conv(three, 3)(conv(before_3, 1)(x))]
    branches += [conv(five, 5)(conv(before_5, 1)(x))]
    branches += [conv(pool, 1)(keras.layers.MaxPooling2D(3, 1, "same")(x))]
    return keras.layers.Concatenate()(branches)


def inception_v1() -> Any:
    """With 1/16 of the filters."""
    layers = keras.layers
    inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(4, 7, 2, activation="relu")(layers.ZeroPadding2D(3)(inputs))
    x = layers.MaxPooling2D(3, 2, "same")(x)
    x = layers.Conv2D(12, 3, padding="same", activation="relu")(
        layers.Conv2D(4, 1, activation="relu")(x)
    )
    x = layers.MaxPooling2D(3, 2, "same")(x)
    x = module(module(x, 4, 6, 8, 1, 2, 2), 8, 8, 12, 2, 6, 4)
    x = layers.MaxPooling2D(3, 2, "same")(x)
    x = module(module(x, 12, 6, 13, 1, 3, 4), 10, 7, 14, 2, 4, 4)
    x = module(module(x, 8, 8, 16, 2, 4, 4), 7, 9, 18, 2, 4, 4)
    x = layers.MaxPooling2D(3, 2, "same")(module(x, 16, 10, 20, 2, 8, 8))
    x = module(module(x, 16, 10, 20, 2, 8, 8), 24, 12, 24, 3, 8, 8)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(10, "softmax")(x))


def unet() -> Any:
    """With 1/32 of the filters."""
    layers = keras.layers
    conv = partial(layers.Conv2D, kernel_size=3, padding="same", activation="relu")
    inputs = x = keras.Input((32, 16, 3))
    beside = []
    for filters in (2, 4, 8, 16):
        beside.append(conv(filters)(conv(filters)(x)))
        x = layers.MaxPooling2D()(beside[-1])
    x = conv(32)(conv(32)(x))
    for filters, skipped in zip((16, 8, 4, 2), reversed(beside), strict=True):
        x = layers.Concatenate()([skipped, layers.Conv2DTranspose(filters, 2, 2)(x)])
        x = conv(filters)(conv(filters)(x))
    return keras.Model(inputs, layers.Conv2D(3, 1, activation="softmax")(x))
