r"""AlexNet: five convolutions, three poolings with windows that overlap, and three dense layers.

Sources: Flowchart C4; Krizhevsky et al. 2012.

| | layer | outputs | parameters |
| --- | --- | --- | --- |
| (1) | conv 11 × 11, 96, stride 4 | 55 × 55 × 96 | 34,944 |
| (2) | max pool 3 × 3, stride 2 | 27 × 27 × 96 | 0 |
| (3) | conv 5 × 5, 256 | 27 × 27 × 256 | 614,656 |
| (4) | max pool 3 × 3, stride 2 | 13 × 13 × 256 | 0 |
| (5) | conv 3 × 3, 384 | 13 × 13 × 384 | 885,120 |
| (6) | conv 3 × 3, 384 | 13 × 13 × 384 | 1,327,488 |
| (7) | conv 3 × 3, 256 | 13 × 13 × 256 | 884,992 |
| (8) | max pool 3 × 3, stride 2 | 6 × 6 × 256 | 0 |
| (9) | dense 4,096 | 4096 | 37,752,832 |
| (10) | dense 4,096 | 4096 | 16,781,312 |
| (11) | dense 1,000, softmax | 1000 | 4,097,000 |

A ReLU follows (1), (3), (5) to (7), (9) and (10), and dropout (9) and (10). (3) and (5) to (7) keep height and width.
62,378,344 parameters.

Equals the same layers of `keras.layers`, which has no AlexNet. Differs from the paper: there (3), (6) and (7) are in
two groups, on two graphics cards, as with `groups=2`, which leaves 60,965,224 parameters; and responses are normalized
behind (1) and (3), which the lecture leaves out.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import keras

from dlref.layers import Conv2D, Dropout, MaxPooling2D
from dlref.models import building


def AlexNet(
    input_shape: Sequence[int] = (227, 227, 3),
    classes: int = 1000,
    width: float = 1.0,
    groups: int = 1,
    dropout: float = 0.5,
    classifier_activation: Any = "softmax",
    name: str = "alexnet",
) -> keras.Model:
    """The network that won ImageNet in 2012.

    Args:
        input_shape: height, width and channels of a picture, at least 67 × 67. Defaults to (227, 227, 3).
        classes: how many there are, at least 1. Defaults to 1000.
        width: a factor for the channels and units of (1) to (10), above 0. Defaults to 1.0.
        groups: of (3), (6) and (7); 2 is the paper's. Defaults to 1.
        dropout: the share of the units of (9) and (10) that are dropped in training, in [0, 1]. Defaults to 0.5.
        classifier_activation: of (11). Defaults to "softmax".
        name: the model's. Defaults to "alexnet".

    Returns:
        A functional Keras model, not compiled.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed, or a picture is too small; the error names the layer.

    Example:
        >>> AlexNet((67, 67, 3), classes=10, width=1 / 16, groups=2).output_shape
        (None, 10)
    """
    inputs, classes, n = building.start("AlexNet", input_shape, classes, width)
    conv = partial(Conv2D, padding="same", activation="relu")
    x = Conv2D(n(96), 11, strides=4, activation="relu", name="conv1")(inputs)  # (1)
    x = MaxPooling2D(3, 2, name="pool1")(x)  # (2)
    x = conv(n(256), 5, name="conv2", groups=groups)(x)  # (3)
    x = MaxPooling2D(3, 2, name="pool2")(x)  # (4)
    x = conv(n(384), 3, name="conv3")(x)  # (5)
    x = conv(n(384), 3, name="conv4", groups=groups)(x)  # (6)
    x = conv(n(256), 3, name="conv5", groups=groups)(x)  # (7)
    x = MaxPooling2D(3, 2, name="pool5")(x)  # (8)
    x = keras.layers.Flatten(name="flatten")(x)
    x = keras.layers.Dense(n(4096), "relu", name="fc6")(x)  # (9)
    x = Dropout(dropout, name="drop6")(x)
    x = keras.layers.Dense(n(4096), "relu", name="fc7")(x)  # (10)
    x = Dropout(dropout, name="drop7")(x)
    x = keras.layers.Dense(classes, classifier_activation, name="fc8")(x)  # (11)
    return keras.Model(inputs, x, name=name)
