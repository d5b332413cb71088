r"""MobileNet V2: residual blocks that are wide inside, where convolutions are depthwise, and narrow between.

Sources: Flowchart C4; Sandler et al. 2018.

$$ a^{[l+3]} = z^{[l+3]} + a^{[l]} \tag{1} $$

| | layer | outputs | parameters |
| --- | --- | --- | --- |
| (2) | conv 3 × 3, 32, stride 2 | 112 × 112 × 32 | 992 |
| (3) | block 16, t = 1 | 112 × 112 × 16 | 992 |
| (4) | 2 × block 24, stride 2 | 56 × 56 × 24 | 15,024 |
| (5) | 3 × block 32, stride 2 | 28 × 28 × 32 | 42,000 |
| (6) | 4 × block 64, stride 2 | 14 × 14 × 64 | 189,760 |
| (7) | 3 × block 96 | 14 × 14 × 96 | 309,888 |
| (8) | 3 × block 160, stride 2 | 7 × 7 × 160 | 806,208 |
| (9) | block 320 | 7 × 7 × 320 | 478,400 |
| (10) | conv 1 × 1, 1,280 | 7 × 7 × 1280 | 414,720 |
| (11) | average pool | 1280 | 0 |
| (12) | dense 1,000, softmax | 1000 | 1,281,000 |

A block is three convolutions: the expansion, with $t$ filters of 1 × 1 for each channel, 6 where nothing else is said
and left out where $t = 1$; a depthwise one of 3 × 3, which has the stride; and the projection, with the number of
filters of 1 × 1 that (3) to (9) name. Batch normalization follows each, and $\min(\max(0, z), 6)$ all but the
projection. $a^{[l]}$ is what comes into a block, $z^{[l+3]}$ what its projection puts out, and (1) adds them where both
have the same size. 3,538,984 parameters.

Equals `keras.applications.MobileNetV2` with the same weights. The paper says 3.4 million.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.layers import Conv2D
from dlref.models import building


def MobileNetV2(
    include_top: bool = True,
    weights: Any = None,
    input_shape: Sequence[int] = (224, 224, 3),
    classes: int = 1000,
    width: float = 1.0,
    classifier_activation: Any = "softmax",
    name: str = "mobilenet_v2",
) -> keras.Model:
    """The network whose blocks pass on little and compute with much.

    Pictures must be scaled to -1...1, as `keras.applications.mobilenet_v2.preprocess_input` does: x / 127.5 - 1.

    Args:
        include_top: whether (11) and (12) are there. Defaults to True.
        weights: None for random ones; "imagenet" for those of `keras.applications.MobileNetV2`, which downloads them;
            or a file of `model.save_weights`. Defaults to None.
        input_shape: height, width and channels of a picture. Defaults to (224, 224, 3).
        classes: how many there are, at least 1. Defaults to 1000.
        width: the paper's α, a factor for the channels of (2) to (9), above 0, and of (10) if it is above 1; channels
            are rounded to multiples of 8. Defaults to 1.0.
        classifier_activation: of (12). Defaults to "softmax".
        name: the model's. Defaults to "mobilenet_v2".

    Returns:
        A functional Keras model, not compiled; its layers have the names of Keras'.

    Raises:
        OSError: if "imagenet" cannot be downloaded.
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed.

    Example:
        >>> MobileNetV2(include_top=False).count_params()
        2257984
        >>> MobileNetV2(input_shape=(32, 32, 3), classes=10, width=1 / 4).output_shape
        (None, 10)
    """
    inputs, classes, _ = building.start("MobileNetV2", input_shape, classes, width)
    first, last = building.eighths(32 * width), building.eighths(1280 * max(width, 1))
    x = building.padded(inputs, 3)
    x = ops.relu6(_unit(x, "Conv1", "bn_Conv1", first, 3, strides=2))  # (2)
    x = _block(x, "expanded_conv", 16, width, t=1)  # (3)
    x = _blocks(x, (1, 2), 24, width, strides=2)  # (4)
    x = _blocks(x, (3, 4, 5), 32, width, strides=2)  # (5)
    x = _blocks(x, (6, 7, 8, 9), 64, width, strides=2)  # (6)
    x = _blocks(x, (10, 11, 12), 96, width)  # (7)
    x = _blocks(x, (13, 14, 15), 160, width, strides=2)  # (8)
    x = _block(x, "block_16", 320, width)  # (9)
    x = ops.relu6(_unit(x, "Conv_1", "Conv_1_bn", last, 1))  # (10)
    if _checks.boolean("MobileNetV2", "include_top", include_top):
        x = keras.layers.GlobalAveragePooling2D(name="avg_pool")(x)  # (11)
        x = keras.layers.Dense(classes, classifier_activation, name="predictions")(x)  # (12)
    model = keras.Model(inputs, x, name=name)
    given = {"include_top": include_top, "input_shape": tuple(input_shape), "classes": classes}
    return building.weighted(model, weights, keras.applications.MobileNetV2, alpha=width, **given)


def _blocks(x: Any, numbers: Sequence[int], filters: int, width: float, strides: int = 1) -> Any:
    """Blocks of the same width, the first of which has the stride."""
    for number in numbers:
        x = _block(x, f"block_{number}", filters, width, strides if number == numbers[0] else 1)
    return x


def _block(a: Any, name: str, filters: int, width: float, strides: int = 1, t: int = 6) -> Any:
    """Expansion, depthwise convolution, projection, and what comes in goes past them."""
    channels = a.shape[building.channel_axis()]
    filters = building.eighths(int(filters * width))
    z = a
    if t > 1:
        z = ops.relu6(_unit(z, f"{name}_expand", f"{name}_expand_BN", t * channels, 1))
    depthwise = keras.layers.DepthwiseConv2D(
        3, strides, "same", use_bias=False, name=f"{name}_depthwise"
    )
    z = ops.relu6(_normalized(depthwise(z), f"{name}_depthwise_BN"))
    z = _unit(z, f"{name}_project", f"{name}_project_BN", filters, 1)
    if z.shape != a.shape:
        return z
    return z + a  # (1)


def _unit(x: Any, name: str, normalization: str, filters: int, size: int, strides: int = 1) -> Any:
    """A convolution and its batch normalization."""
    z = Conv2D(filters, size, strides, use_bias=False, name=name)(x)
    return _normalized(z, normalization)


def _normalized(z: Any, name: str) -> Any:
    return building.normalized(z, name, momentum=0.999)
