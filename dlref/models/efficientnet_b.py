"""EfficientNet B0 to B7: the published sizes, with the weights of `keras.applications`."""

from collections.abc import Sequence
from typing import Any

import keras

from dlref.models import building
from dlref.models.efficientnet import EfficientNet

STDDEV = [0.229, 0.224, 0.225]  # of ImageNet's red, green and blue, from 0 to 1


def EfficientNetB0(
    weights: Any = None, input_shape: Sequence[int] = (224, 224, 3), **arguments: Any
) -> keras.Model:
    """B0, that of φ = 0: 224 × 224 pixels, and depth and width as they are in the table.

    Args:
        weights: None for random ones; "imagenet" for those of `keras.applications.EfficientNetB0`, which downloads
            them; or a file of `model.save_weights`. Defaults to None.
        input_shape: height, width and channels of a picture. Defaults to (224, 224, 3).
        **arguments: the other arguments of `EfficientNet`, but `phi`, `depth` and `width`.

    Returns:
        A functional Keras model, not compiled; its layers have the names of Keras'.

    Raises:
        OSError: if "imagenet" cannot be downloaded.
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed.

    Example:
        >>> EfficientNetB0(include_top=False).count_params()
        4049571
    """
    return _published("B0", weights, 1.0, 1.0, 0.2, input_shape=input_shape, **arguments)


def EfficientNetB1(
    weights: Any = None, input_shape: Sequence[int] = (240, 240, 3), **arguments: Any
) -> keras.Model:
    """B1: depth 1.1, width 1, 240 × 240 pixels, dropout 0.2; see `EfficientNetB0`."""
    return _published("B1", weights, 1.1, 1.0, 0.2, input_shape=input_shape, **arguments)


def EfficientNetB2(
    weights: Any = None, input_shape: Sequence[int] = (260, 260, 3), **arguments: Any
) -> keras.Model:
    """B2: depth 1.2, width 1.1, 260 × 260 pixels, dropout 0.3; see `EfficientNetB0`."""
    return _published("B2", weights, 1.2, 1.1, 0.3, input_shape=input_shape, **arguments)


def EfficientNetB3(
    weights: Any = None, input_shape: Sequence[int] = (300, 300, 3), **arguments: Any
) -> keras.Model:
    """B3: depth 1.4, width 1.2, 300 × 300 pixels, dropout 0.3; see `EfficientNetB0`."""
    return _published("B3", weights, 1.4, 1.2, 0.3, input_shape=input_shape, **arguments)


def EfficientNetB4(
    weights: Any = None, input_shape: Sequence[int] = (380, 380, 3), **arguments: Any
) -> keras.Model:
    """B4: depth 1.8, width 1.4, 380 × 380 pixels, dropout 0.4; see `EfficientNetB0`."""
    return _published("B4", weights, 1.8, 1.4, 0.4, input_shape=input_shape, **arguments)


def EfficientNetB5(
    weights: Any = None, input_shape: Sequence[int] = (456, 456, 3), **arguments: Any
) -> keras.Model:
    """B5: depth 2.2, width 1.6, 456 × 456 pixels, dropout 0.4; see `EfficientNetB0`."""
    return _published("B5", weights, 2.2, 1.6, 0.4, input_shape=input_shape, **arguments)


def EfficientNetB6(
    weights: Any = None, input_shape: Sequence[int] = (528, 528, 3), **arguments: Any
) -> keras.Model:
    """B6: depth 2.6, width 1.8, 528 × 528 pixels, dropout 0.5; see `EfficientNetB0`."""
    return _published("B6", weights, 2.6, 1.8, 0.5, input_shape=input_shape, **arguments)


def EfficientNetB7(
    weights: Any = None, input_shape: Sequence[int] = (600, 600, 3), **arguments: Any
) -> keras.Model:
    """B7: depth 3.1, width 2, 600 × 600 pixels, dropout 0.5; see `EfficientNetB0`."""
    return _published("B7", weights, 3.1, 2.0, 0.5, input_shape=input_shape, **arguments)


def _published(
    number: str, weights: Any, depth: float, width: float, dropout: float, **arguments: Any
) -> keras.Model:
    arguments = {"dropout": dropout, "name": f"efficientnet{number.lower()}", **arguments}
    model = EfficientNet(depth=depth, width=width, **arguments)
    application = getattr(keras.applications, f"EfficientNet{number}")
    given = {k: arguments[k] for k in ("include_top", "input_shape", "classes") if k in arguments}
    building.weighted(model, weights, application, **given)
    if weights == "imagenet":
        # Of these weights the variance is the standard deviation, and Keras divides by its root once more, in a layer
        # without weights.
        layer = model.get_layer("normalization")
        mean, variance, count = layer.get_weights()
        layer.set_weights([mean, variance * STDDEV, count])
    return model
