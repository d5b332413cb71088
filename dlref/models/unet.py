r"""U-Net: a class for each pixel, from a path that narrows the picture and a path that widens it again.

Sources: Flowchart C4; Ronneberger et al. 2015.

| | layer | outputs | parameters |
| --- | --- | --- | --- |
| (1) | 2 × conv 3 × 3, 64 | 256 × 256 × 64 | 38,720 |
| (2) | max pool; 2 × conv 3 × 3, 128 | 128 × 128 × 128 | 221,440 |
| (3) | max pool; 2 × conv 3 × 3, 256 | 64 × 64 × 256 | 885,248 |
| (4) | max pool; 2 × conv 3 × 3, 512 | 32 × 32 × 512 | 3,539,968 |
| (5) | max pool; 2 × conv 3 × 3, 1,024 | 16 × 16 × 1024 | 14,157,824 |
| (6) | up 512, with (4); 2 × conv 3 × 3, 512 | 32 × 32 × 512 | 9,176,576 |
| (7) | up 256, with (3); 2 × conv 3 × 3, 256 | 64 × 64 × 256 | 2,294,528 |
| (8) | up 128, with (2); 2 × conv 3 × 3, 128 | 128 × 128 × 128 | 573,824 |
| (9) | up 64, with (1); 2 × conv 3 × 3, 64 | 256 × 256 × 64 | 143,552 |
| (10) | conv 1 × 1, 2, softmax | 256 × 256 × 2 | 130 |

A max pooling halves height and width. "Up" is a transposed convolution of 2 × 2 with a stride of 2, which doubles both;
"with (4)" puts its channels behind those of (4), by the skip connection. A ReLU follows each convolution of 3 × 3,
and dropout (4) and (5). 31,031,810 parameters.

Equals the same layers of `keras.layers`, which has no U-Net. Differs from the paper, whose convolutions are "valid" and
leave outputs smaller than the picture, so that (1) to (4) are cropped where they are joined; here all are "same".
"""

from collections.abc import Sequence
from typing import Any

import keras

from dlref import _checks
from dlref.initializers import HeNormal
from dlref.layers import Conv2D, Conv2DTranspose, Dropout, MaxPooling2D
from dlref.models import building

STEP = 16  # what the four poolings divide height and width by


def UNet(
    input_shape: Sequence[int] = (256, 256, 3),
    classes: int = 2,
    width: float = 1.0,
    dropout: float = 0.5,
    pad_inputs: bool = False,
    classifier_activation: Any = "softmax",
    name: str = "unet",
) -> keras.Model:
    """Semantic segmentation: the outputs have the height and width of the picture, and a channel for each class.

    Args:
        input_shape: height, width and channels of a picture; 16 must divide height and width, or `pad_inputs` be True.
            Defaults to (256, 256, 3).
        classes: how many there are, at least 1. Defaults to 2.
        width: a factor for all filters but those of (10), above 0. Defaults to 1.0.
        dropout: the share of the outputs of (4) and of (5) that are dropped in training, in [0, 1]. Defaults to 0.5.
        pad_inputs: whether pictures of other sizes are padded with zeros on all sides, up to the next multiples of 16,
            and the outputs cropped back to the size of the picture; without it they are an error. Defaults to False.
        classifier_activation: of (10). Defaults to "softmax"; "sigmoid" for a single class.
        name: the model's. Defaults to "unet".

    Returns:
        A functional Keras model, not compiled. Its outputs have the classes on the last axis, as losses want them, with
        "channels_first" too.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed.

    Example:
        >>> UNet(input_shape=(32, 48, 3), classes=5, width=1 / 32).output_shape
        (None, 32, 48, 5)
    """
    inputs, classes, n = building.start("UNet", input_shape, classes, width)
    x, border = _padded(inputs, _checks.boolean("UNet", "pad_inputs", pad_inputs))
    a = _double(x, n(64), "down1")  # (1)
    b = _double(_halved(a, "pool1"), n(128), "down2")  # (2)
    c = _double(_halved(b, "pool2"), n(256), "down3")  # (3)
    d = _dropped(_double(_halved(c, "pool3"), n(512), "down4"), dropout, "dropout4")  # (4)
    x = _dropped(_double(_halved(d, "pool4"), n(1024), "bottom"), dropout, "dropout5")  # (5)
    x = _up(x, d, n(512), "up4")  # (6)
    x = _up(x, c, n(256), "up3")  # (7)
    x = _up(x, b, n(128), "up2")  # (8)
    x = _up(x, a, n(64), "up1")  # (9)
    x = _classified(x, classes, classifier_activation)  # (10)
    if border:
        x = keras.layers.Cropping2D(border, "channels_last", name="crop")(x)
    return keras.Model(inputs, x, name=name)


def _double(x: Any, filters: int, name: str) -> Any:
    for i in (1, 2):
        x = Conv2D(
            filters,
            3,
            padding="same",
            activation="relu",
            kernel_initializer=HeNormal(),
            name=f"{name}_conv{i}",
        )(x)
    return x


def _halved(x: Any, name: str) -> Any:
    return MaxPooling2D(2, name=name)(x)


def _dropped(x: Any, rate: float, name: str) -> Any:
    return Dropout(rate, name=name)(x)


def _up(x: Any, beside: Any, filters: int, name: str) -> Any:
    grown = Conv2DTranspose(
        filters, 2, 2, kernel_initializer=HeNormal(), name=f"{name}_conv_transpose"
    )
    concat = keras.layers.Concatenate(building.channel_axis(), name=f"{name}_concat")
    return _double(concat([beside, grown(x)]), filters, name)


def _classified(x: Any, classes: int, activation: Any) -> Any:
    if building.channel_axis() == 1:
        x = keras.layers.Permute((2, 3, 1), name="classes_last")(x)
    return Conv2D(
        classes,
        1,
        data_format="channels_last",
        activation=activation,
        kernel_initializer=HeNormal(),
        name="predictions",
    )(x)


def _padded(inputs: Any, pad: bool) -> tuple[Any, Any]:
    """The pictures up to the next multiples of STEP, and the rows and columns of zeros on each side, if any."""
    sizes = inputs.shape[2:] if building.channel_axis() == 1 else inputs.shape[1:-1]
    missing = [-n % STEP for n in sizes]
    if not any(missing):
        return inputs, None
    if not pad:
        below = [max(n // STEP * STEP, STEP) for n in sizes]
        above = [n + more for n, more in zip(sizes, missing, strict=True)]
        raise ValueError(
            f"UNet: {STEP} must divide height and width of `input_shape`, for four poolings halve them; "
            f"pad_inputs=True pads the pictures. Received: {tuple(sizes)}; {tuple(below)} or {tuple(above)} would do."
        )
    border = [(n // 2, n - n // 2) for n in missing]
    return keras.layers.ZeroPadding2D(border, name="pad")(inputs), border
