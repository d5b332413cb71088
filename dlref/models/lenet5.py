r"""LeNet-5: two convolutions, each with its pooling, and three dense layers.

Sources: Flowchart C4; LeCun et al. 1998.

| | layer | outputs | parameters |
| --- | --- | --- | --- |
| (1) | conv 5 × 5, 6 | 28 × 28 × 6 | 156 |
| (2) | average pool 2 × 2 | 14 × 14 × 6 | 0 |
| (3) | conv 5 × 5, 16 | 10 × 10 × 16 | 2,416 |
| (4) | average pool 2 × 2 | 5 × 5 × 16 | 0 |
| (5) | dense 120 | 120 | 48,120 |
| (6) | dense 84 | 84 | 10,164 |
| (7) | dense 10, softmax | 10 | 850 |

The activation is applied to all but the poolings and the last layer. 61,706 parameters.

Equals the same seven layers of `keras.layers`, which has no LeNet-5. Differs from the paper, with its 60,000
parameters: there (3) reaches over some of the six channels only, each pooling has a factor and a bias for every
channel, and fixed patterns stand for the weights of (7).
"""

from collections.abc import Sequence
from typing import Any

import keras

from dlref.layers import AveragePooling2D, Conv2D
from dlref.models import building


def LeNet5(
    input_shape: Sequence[int] = (32, 32, 1),
    classes: int = 10,
    width: float = 1.0,
    activation: Any = "tanh",
    classifier_activation: Any = "softmax",
    name: str = "lenet5",
) -> keras.Model:
    """The network that read the digits on cheques.

    Args:
        input_shape: height, width and channels of a picture, at least 16 × 16. Defaults to (32, 32, 1).
        classes: how many there are, at least 1. Defaults to 10.
        width: a factor for the channels and units of (1) to (6), above 0. Defaults to 1.0.
        activation: of (1), (3), (5) and (6), a function or its name. Defaults to "tanh".
        classifier_activation: of (7). Defaults to "softmax".
        name: the model's. Defaults to "lenet5".

    Returns:
        A functional Keras model, not compiled.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed, or a picture is too small; the error names the layer.

    Example:
        >>> LeNet5().count_params()
        61706
        >>> LeNet5((28, 28, 3), classes=2, activation="relu").output_shape
        (None, 2)
    """
    inputs, classes, n = building.start("LeNet5", input_shape, classes, width)
    x = Conv2D(n(6), 5, activation=activation, name="C1")(inputs)  # (1)
    x = AveragePooling2D(2, name="S2")(x)  # (2)
    x = Conv2D(n(16), 5, activation=activation, name="C3")(x)  # (3)
    x = AveragePooling2D(2, name="S4")(x)  # (4)
    x = keras.layers.Flatten(name="flatten")(x)
    x = keras.layers.Dense(n(120), activation, name="C5")(x)  # (5)
    x = keras.layers.Dense(n(84), activation, name="F6")(x)  # (6)
    x = keras.layers.Dense(classes, classifier_activation, name="output")(x)  # (7)
    return keras.Model(inputs, x, name=name)
