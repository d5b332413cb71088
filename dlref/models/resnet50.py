r"""ResNet-50: residual blocks, which add their inputs to their outputs, so that a deep network trains.

Sources: Flowchart C4; He et al. 2016.

$$ a^{[l+3]} = \max(0, z^{[l+3]} + a^{[l]}) \tag{1} $$

| | layer | outputs | parameters |
| --- | --- | --- | --- |
| (2) | conv 7 × 7, 64, stride 2 | 112 × 112 × 64 | 9,728 |
| (3) | max pool 3 × 3, stride 2 | 56 × 56 × 64 | 0 |
| (4) | 3 × block 64, 64, 256 | 56 × 56 × 256 | 220,032 |
| (5) | 4 × block 128, 128, 512 | 28 × 28 × 512 | 1,230,336 |
| (6) | 6 × block 256, 256, 1024 | 14 × 14 × 1024 | 7,129,088 |
| (7) | 3 × block 512, 512, 2048 | 7 × 7 × 2048 | 14,998,528 |
| (8) | average pool | 2048 | 0 |
| (9) | dense 1,000, softmax | 1000 | 2,049,000 |

A block is three convolutions, of 1 × 1, 3 × 3 and 1 × 1; (4) to (7) name their filters. $a^{[l]}$ is what comes into
it, $z^{[l+3]}$ what its last convolution puts out, and (1) the ReLU over their sum. Where the size changes, in the
first block of (4) to (7), a convolution of 1 × 1 (the lecture's $W_s$) brings $a^{[l]}$ to the size of $z^{[l+3]}$.
Batch normalization follows every convolution. 25,636,712 parameters.

Equals `keras.applications.ResNet50` with the same weights. Both have biases in front of batch normalization, which
takes them out again; the paper has none, as with `use_bias=False`: 26,560 parameters fewer.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.layers import Conv2D, MaxPooling2D
from dlref.models import building

EPSILON = 1.001e-5  # Keras'


def ResNet50(
    include_top: bool = True,
    weights: Any = None,
    input_shape: Sequence[int] = (224, 224, 3),
    classes: int = 1000,
    width: float = 1.0,
    use_bias: bool = True,
    classifier_activation: Any = "softmax",
    name: str = "resnet50",
) -> keras.Model:
    """Fifty layers with weights, on sixteen residual blocks.

    Pictures must be prepared as for `keras.applications.ResNet50`, by `keras.applications.resnet50.preprocess_input`:
    blue, green, red in this order, less their means over ImageNet, and not divided by 255.

    Args:
        include_top: whether (8) and (9) are there. Defaults to True.
        weights: None for random ones; "imagenet" for those of `keras.applications.ResNet50`, which downloads them; or a
            file of `model.save_weights`. Defaults to None.
        input_shape: height, width and channels of a picture. Defaults to (224, 224, 3).
        classes: how many there are, at least 1. Defaults to 1000.
        width: a factor for all filters, above 0. Defaults to 1.0.
        use_bias: whether the convolutions have biases. Defaults to True.
        classifier_activation: of (9). Defaults to "softmax".
        name: the model's. Defaults to "resnet50".

    Returns:
        A functional Keras model, not compiled; its layers have the names of Keras'.

    Raises:
        OSError: if "imagenet" cannot be downloaded.
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed.

    Example:
        >>> ResNet50(input_shape=(32, 32, 3), classes=10, width=1 / 16).output_shape
        (None, 10)
    """
    inputs, classes, n = building.start("ResNet50", input_shape, classes, width)
    unit = partial(_unit, use_bias=_checks.boolean("ResNet50", "use_bias", use_bias))
    x = ops.relu(unit(inputs, "conv1", n(64), 7, strides=2, padding=3))  # (2)
    x = MaxPooling2D(3, 2, padding=1, name="pool1_pool")(x)  # (3)
    x = _stage(unit, x, "conv2", 3, n(64), strides=1)  # (4)
    x = _stage(unit, x, "conv3", 4, n(128), strides=2)  # (5)
    x = _stage(unit, x, "conv4", 6, n(256), strides=2)  # (6)
    x = _stage(unit, x, "conv5", 3, n(512), strides=2)  # (7)
    if _checks.boolean("ResNet50", "include_top", include_top):
        x = keras.layers.GlobalAveragePooling2D(name="avg_pool")(x)  # (8)
        x = keras.layers.Dense(classes, classifier_activation, name="predictions")(x)  # (9)
    model = keras.Model(inputs, x, name=name)
    given = {"include_top": include_top, "input_shape": tuple(input_shape), "classes": classes}
    return building.weighted(model, weights, keras.applications.ResNet50, **given)


def _stage(
    unit: Callable[..., Any], x: Any, name: str, blocks: int, filters: int, strides: int
) -> Any:
    """So many blocks, the first of which changes the size."""
    x = _block(unit, x, f"{name}_block1", filters, strides, projected=True)
    for each in range(2, blocks + 1):
        x = _block(unit, x, f"{name}_block{each}", filters)
    return x


def _block(
    unit: Callable[..., Any],
    a: Any,
    name: str,
    filters: int,
    strides: int = 1,
    projected: bool = False,
) -> Any:
    """Three convolutions, beside which what comes in goes past."""
    z = unit(a, f"{name}_1", filters, 1, strides=strides)
    z = unit(ops.relu(z), f"{name}_2", filters, 3, padding="same")
    z = unit(ops.relu(z), f"{name}_3", 4 * filters, 1)
    if projected:
        a = unit(a, f"{name}_0", 4 * filters, 1, strides=strides)
    return ops.relu(z + a)  # (1)


def _unit(x: Any, name: str, filters: int, size: int, **arguments: Any) -> Any:
    """A convolution and its batch normalization."""
    z = Conv2D(filters, size, name=f"{name}_conv", **arguments)(x)
    return building.normalized(z, f"{name}_bn", epsilon=EPSILON)
