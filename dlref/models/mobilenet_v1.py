r"""MobileNet V1: thirteen depthwise separable convolutions, at about a ninth of the cost of convolutions.

Sources: Flowchart C4; Howard et al. 2017.

| | layer | outputs | parameters |
| --- | --- | --- | --- |
| (1) | conv 3 × 3, 32, stride 2 | 112 × 112 × 32 | 992 |
| (2) | separable 64 | 112 × 112 × 64 | 2,720 |
| (3) | separable 128, stride 2 | 56 × 56 × 128 | 9,536 |
| (4) | separable 128 | 56 × 56 × 128 | 18,560 |
| (5) | separable 256, stride 2 | 28 × 28 × 256 | 35,456 |
| (6) | separable 256 | 28 × 28 × 256 | 69,888 |
| (7) | separable 512, stride 2 | 14 × 14 × 512 | 136,448 |
| (8) | 5 × separable 512 | 14 × 14 × 512 | 1,354,240 |
| (9) | separable 1,024, stride 2 | 7 × 7 × 1024 | 535,040 |
| (10) | separable 1,024 | 7 × 7 × 1024 | 1,065,984 |
| (11) | average pool | 1 × 1 × 1024 | 0 |
| (12) | dense 1,000, softmax | 1000 | 1,025,000 |

A separable convolution is two: one filter of 3 × 3 for each channel, with the stride, and then so many of 1 × 1, which
mix the channels. Batch normalization and $\min(\max(0, z), 6)$ follow each of the two, and (1). 4,253,864 parameters.

Equals `keras.applications.MobileNet` with the same weights. The paper says 4.2 million; its table gives the last
separable convolution a stride of 2 and outputs of 7 × 7, which only a stride of 1 has, as here and in Keras. (12) is a
convolution of 1 × 1 in Keras and here, with the weights of a dense layer.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.layers import Conv2D
from dlref.models import building


def MobileNetV1(
    include_top: bool = True,
    weights: Any = None,
    input_shape: Sequence[int] = (224, 224, 3),
    classes: int = 1000,
    width: float = 1.0,
    dropout: float = 1e-3,
    classifier_activation: Any = "softmax",
    name: str = "mobilenet_v1",
) -> keras.Model:
    """The network that split each convolution in two, to run on a phone.

    Pictures must be scaled to -1...1, as `keras.applications.mobilenet.preprocess_input` does: x / 127.5 - 1.

    Args:
        include_top: whether (11) and (12) are there. Defaults to True.
        weights: None for random ones; "imagenet" for those of `keras.applications.MobileNet`, which downloads them; or
            a file of `model.save_weights`. Defaults to None.
        input_shape: height, width and channels of a picture. Defaults to (224, 224, 3).
        classes: how many there are, at least 1. Defaults to 1000.
        width: the paper's α, a factor for the channels of (1) to (10), above 0. Defaults to 1.0.
        dropout: the part of the outputs of (11) that training drops, in [0, 1). Defaults to 0.001.
        classifier_activation: of (12). Defaults to "softmax".
        name: the model's. Defaults to "mobilenet_v1".

    Returns:
        A functional Keras model, not compiled; its layers have the names of Keras'.

    Raises:
        OSError: if "imagenet" cannot be downloaded.
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed.

    Example:
        >>> MobileNetV1(include_top=False).count_params()
        3228864
        >>> MobileNetV1(input_shape=(32, 32, 3), classes=10, width=1 / 4).output_shape
        (None, 10)
    """
    inputs, classes, n = building.start("MobileNetV1", input_shape, classes, width)
    rate = _checks.real("MobileNetV1", "dropout", dropout, "[0, 1)")
    first = Conv2D(n(32), 3, 2, use_bias=False, name="conv1")
    x = building.padded(inputs, 3)
    x = ops.relu6(building.normalized(first(x), "conv1_bn"))  # (1)
    x = _separable(x, 1, n(64))  # (2)
    x = _separable(x, 2, n(128), strides=2)  # (3)
    x = _separable(x, 3, n(128))  # (4)
    x = _separable(x, 4, n(256), strides=2)  # (5)
    x = _separable(x, 5, n(256))  # (6)
    x = _separable(x, 6, n(512), strides=2)  # (7)
    for block in range(7, 12):
        x = _separable(x, block, n(512))  # (8)
    x = _separable(x, 12, n(1024), strides=2)  # (9)
    x = _separable(x, 13, n(1024))  # (10)
    if _checks.boolean("MobileNetV1", "include_top", include_top):
        x = keras.layers.GlobalAveragePooling2D(keepdims=True, name="avg_pool")(x)  # (11)
        x = keras.layers.Dropout(rate, name="dropout")(x)
        x = _dense(x, classes, classifier_activation)  # (12)
    model = keras.Model(inputs, x, name=name)
    given = {"include_top": include_top, "input_shape": tuple(input_shape), "classes": classes}
    return building.weighted(model, weights, keras.applications.MobileNet, alpha=width, **given)


def _separable(x: Any, block: int, filters: int, strides: int = 1) -> Any:
    """Each channel by itself, then the channels of each place."""
    if strides == 2:
        x = keras.layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{block}")(x)
    padding = "same" if strides == 1 else "valid"
    depthwise = keras.layers.DepthwiseConv2D(
        3, strides, padding, use_bias=False, name=f"conv_dw_{block}"
    )
    x = ops.relu6(building.normalized(depthwise(x), f"conv_dw_{block}_bn"))
    x = Conv2D(filters, 1, use_bias=False, name=f"conv_pw_{block}")(x)
    return ops.relu6(building.normalized(x, f"conv_pw_{block}_bn"))


def _dense(x: Any, classes: int, activation: Any) -> Any:
    """A dense layer, as a convolution of the single place that is left."""
    x = Conv2D(classes, 1, name="conv_preds")(x)
    x = keras.layers.Reshape((classes,), name="reshape")(x)
    return keras.layers.Activation(activation, name="predictions")(x)
