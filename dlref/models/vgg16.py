r"""VGG-16: thirteen convolutions of 3 × 3 in five blocks, and three dense layers.

Sources: Flowchart C4; Simonyan and Zisserman 2015.

| | layer | outputs | parameters |
| --- | --- | --- | --- |
| (1) | 2 × conv 3 × 3, 64; max pool | 112 × 112 × 64 | 38,720 |
| (2) | 2 × conv 3 × 3, 128; max pool | 56 × 56 × 128 | 221,440 |
| (3) | 3 × conv 3 × 3, 256; max pool | 28 × 28 × 256 | 1,475,328 |
| (4) | 3 × conv 3 × 3, 512; max pool | 14 × 14 × 512 | 5,899,776 |
| (5) | 3 × conv 3 × 3, 512; max pool | 7 × 7 × 512 | 7,079,424 |
| (6) | dense 4,096 | 4096 | 102,764,544 |
| (7) | dense 4,096 | 4096 | 16,781,312 |
| (8) | dense 1,000, softmax | 1000 | 4,097,000 |

Each convolution has $p = 1$ and $s = 1$ and keeps height and width, and a ReLU behind it, as (6) and (7) have. Each
pooling has $f = 2$ and $s = 2$ and halves them. 138,357,544 parameters.

Equals `keras.applications.VGG16` with the same weights. The paper drops out half of the outputs of (6) and (7) in
training; `keras.applications.VGG16` and this do not.
"""

from collections.abc import Sequence
from typing import Any

import keras

from dlref import _checks
from dlref.layers import Conv2D, MaxPooling2D
from dlref.models import building


def VGG16(
    include_top: bool = True,
    weights: Any = None,
    input_shape: Sequence[int] = (224, 224, 3),
    classes: int = 1000,
    width: float = 1.0,
    classifier_activation: Any = "softmax",
    name: str = "vgg16",
) -> keras.Model:
    """The network whose height and width halve while its channels double.

    Pictures must be prepared as for `keras.applications.VGG16`, by `keras.applications.vgg16.preprocess_input`: blue,
    green, red in this order, less their means over ImageNet, and not divided by 255.

    Args:
        include_top: whether (6) to (8) are there. Defaults to True.
        weights: None for random ones; "imagenet" for those of `keras.applications.VGG16`, which downloads them; or a
            file of `model.save_weights`. Defaults to None.
        input_shape: height, width and channels of a picture, at least 32 × 32. Defaults to (224, 224, 3).
        classes: how many there are, at least 1. Defaults to 1000.
        width: a factor for the channels and units of (1) to (7), above 0. Defaults to 1.0.
        classifier_activation: of (8). Defaults to "softmax".
        name: the model's. Defaults to "vgg16".

    Returns:
        A functional Keras model, not compiled; its layers have the names of Keras'.

    Raises:
        OSError: if "imagenet" cannot be downloaded.
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed, or a picture is too small; the error names the layer.

    Example:
        >>> VGG16(input_shape=(32, 32, 3), classes=10, width=1 / 8).output_shape
        (None, 10)
    """
    inputs, classes, n = building.start("VGG16", input_shape, classes, width)
    x = _block(inputs, 1, 2, n(64))  # (1)
    x = _block(x, 2, 2, n(128))  # (2)
    x = _block(x, 3, 3, n(256))  # (3)
    x = _block(x, 4, 3, n(512))  # (4)
    x = _block(x, 5, 3, n(512))  # (5)
    if _checks.boolean("VGG16", "include_top", include_top):
        x = keras.layers.Flatten(name="flatten")(x)
        x = keras.layers.Dense(n(4096), "relu", name="fc1")(x)  # (6)
        x = keras.layers.Dense(n(4096), "relu", name="fc2")(x)  # (7)
        x = keras.layers.Dense(classes, classifier_activation, name="predictions")(x)  # (8)
    model = keras.Model(inputs, x, name=name)
    given = {"include_top": include_top, "input_shape": tuple(input_shape), "classes": classes}
    return building.weighted(model, weights, keras.applications.VGG16, **given)


def _block(x: Any, number: int, convolutions: int, filters: int) -> Any:
    """So many convolutions, then the pooling."""
    for each in range(1, convolutions + 1):
        conv = Conv2D(
            filters, 3, padding="same", activation="relu", name=f"block{number}_conv{each}"
        )
        x = conv(x)
    return MaxPooling2D(2, name=f"block{number}_pool")(x)
