r"""EfficientNet: one small network, and a rule that makes it deeper, wider and finer all at once.

Sources: Flowchart C4; Tan and Le 2019.

$$ d = \alpha^\phi \tag{1} $$
$$ w = \beta^\phi \tag{2} $$
$$ r = \gamma^\phi \tag{3} $$
$$ q = \rho \frac{b}{B} \tag{4} $$

| | layer | outputs | parameters |
| --- | --- | --- | --- |
| (5) | x / 255, normalized | 224 × 224 × 3 | 7 |
| (6) | conv 3 × 3, 32, stride 2 | 112 × 112 × 32 | 992 |
| (7) | block 16, 3 × 3, t = 1 | 112 × 112 × 16 | 1,544 |
| (8) | 2 × block 24, 3 × 3, stride 2 | 56 × 56 × 24 | 17,770 |
| (9) | 2 × block 40, 5 × 5, stride 2 | 28 × 28 × 40 | 48,336 |
| (10) | 3 × block 80, 3 × 3, stride 2 | 14 × 14 × 80 | 248,210 |
| (11) | 3 × block 112, 5 × 5 | 14 × 14 × 112 | 551,116 |
| (12) | 4 × block 192, 5 × 5, stride 2 | 7 × 7 × 192 | 2,044,396 |
| (13) | block 320, 3 × 3 | 7 × 7 × 320 | 722,480 |
| (14) | conv 1 × 1, 1,280 | 7 × 7 × 1280 | 414,720 |
| (15) | average pool | 1280 | 0 |
| (16) | dense 1,000, softmax | 1000 | 1,281,000 |

$$ z := s\, z \tag{17} $$
$$ a^{[l+3]} = z^{[l+3]} + a^{[l]} \tag{18} $$

$\alpha = 1.2$, $\beta = 1.1$ and $\gamma = 1.15$, with $\alpha \beta^2 \gamma^2 \approx 2$. The table is that of
$\phi = 0$; $d$ multiplies the blocks of each row, rounded up, $w$ the channels, rounded to multiples of 8, and $r$
height and width. A block is that of `dlref.models.MobileNetV2`, with two changes. The activation is swish,
$z\, \sigma(z)$. And the outputs of the depthwise convolution are weighted (squeeze and excitation, 17): $s$ has a
number in (0, 1) for each channel, which two convolutions of 1 × 1 make of the channels' averages, the first with a
quarter of the channels that came into the block. In training, block $b$ of $B$, counted from 0, is left out for a
share $q$ of the pictures, of which only $a^{[l]}$ is passed on; $\rho$ is `stochastic_depth`. 5,330,571 parameters.

Equals `keras.applications.EfficientNetB0` with the same weights, and B1 to B7 with their `depth` and `width`.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from math import ceil
from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.layers import AveragePooling2D, Conv2D, Dropout, Normalization
from dlref.models import building

REPEATS = 1, 2, 2, 3, 3, 4, 1


def EfficientNet(
    phi: float = 0.0,
    include_top: bool = True,
    input_shape: Sequence[int] | None = None,
    classes: int = 1000,
    depth: float | None = None,
    width: float | None = None,
    dropout: float = 0.2,
    stochastic_depth: float = 0.2,
    classifier_activation: Any = "softmax",
    name: str = "efficientnet",
) -> keras.Model:
    """The network of any size, from a single number: each step of `phi` doubles the multiplications.

    Pictures have values from 0 to 255, red first; (5) prepares them. The networks B0 to B7, with their weights, are
    `EfficientNetB0` to `EfficientNetB7`.

    Args:
        phi: the paper's φ, at least 0. Defaults to 0.
        include_top: whether (15) and (16) are there. Defaults to True.
        input_shape: height, width and channels of a picture. Defaults to r · 224 pixels, rounded, and 3 channels.
        classes: how many there are, at least 1. Defaults to 1000.
        depth: a factor for the blocks of (7) to (13), above 0. Defaults to d.
        width: a factor for the channels of (6) to (14), above 0. Defaults to w.
        dropout: the share of the outputs of (15) that are dropped in training, in [0, 1]. Defaults to 0.2.
        stochastic_depth: ρ of (4), in [0, 1]. Defaults to 0.2.
        classifier_activation: of (16). Defaults to "softmax".
        name: the model's. Defaults to "efficientnet".

    Returns:
        A functional Keras model, not compiled; its layers have the names of Keras'.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed.

    Example:
        >>> small = {"input_shape": (32, 32, 3), "classes": 10, "width": 1 / 8}
        >>> EfficientNet(phi=1, **small).output_shape
        (None, 10)
    """
    d, w, size = _sizes(phi, depth, width)
    shape = (size, size, 3) if input_shape is None else input_shape
    inputs, classes, _ = building.start("EfficientNet", shape, classes, w)
    stage = partial(_stage, rates=_rates(stochastic_depth, d), d=d, width=w)
    x = Normalization(building.channel_axis(), name="normalization")(inputs / 255)  # (5)
    x = _unit(building.padded(x, 3), "stem", building.eighths(32 * w), 3, strides=2)  # (6)
    x = stage(x, 1, 16, 3, t=1)  # (7)
    x = stage(x, 2, 24, 3, strides=2)  # (8)
    x = stage(x, 3, 40, 5, strides=2)  # (9)
    x = stage(x, 4, 80, 3, strides=2)  # (10)
    x = stage(x, 5, 112, 5)  # (11)
    x = stage(x, 6, 192, 5, strides=2)  # (12)
    x = stage(x, 7, 320, 3)  # (13)
    x = _unit(x, "top", building.eighths(1280 * w), 1)  # (14)
    if _checks.boolean("EfficientNet", "include_top", include_top):
        x = keras.layers.GlobalAveragePooling2D(name="avg_pool")(x)  # (15)
        x = Dropout(dropout, name="top_dropout")(x)
        x = keras.layers.Dense(classes, classifier_activation, name="predictions")(x)  # (16)
    return keras.Model(inputs, x, name=name)


def _sizes(phi: Any, depth: Any, width: Any) -> tuple[float, float, int]:
    """Depth and width, where they are not given those of φ, and the pixels of φ."""
    d, w, r = _scaled(_checks.real("EfficientNet", "phi", phi, "[0, inf)"))
    d = d if depth is None else _checks.real("EfficientNet", "depth", depth, "(0, inf)")
    return d, w if width is None else width, round(224 * r)


def _scaled(phi: float) -> tuple[float, float, float]:
    alpha, beta, gamma = 1.2, 1.1, 1.15
    d = alpha**phi  # (1)
    w = beta**phi  # (2)
    r = gamma**phi  # (3)
    return d, w, r


def _rates(rho: Any, d: float) -> Iterator[float]:
    """Of each block, the share of pictures for which it is left out."""
    rho = _checks.real("EfficientNet", "stochastic_depth", rho, "[0, 1]")
    B = sum(ceil(d * n) for n in REPEATS)
    for b in range(B):
        q = rho * b / B  # (4)
        yield q


def _stage(
    a: Any,
    number: int,
    filters: int,
    f: int,
    strides: int = 1,
    t: int = 6,
    *,
    rates: Iterator[float],
    d: float,
    width: float,
) -> Any:
    """Blocks of the same width, the first of which has the stride."""
    for each in range(ceil(d * REPEATS[number - 1])):
        name = f"block{number}{chr(ord('a') + each)}"
        filters_out = building.eighths(filters * width)
        a = _block(a, name, filters_out, f, next(rates), strides if each == 0 else 1, t)
    return a


def _block(a: Any, name: str, filters: int, f: int, q: float, strides: int, t: int) -> Any:
    """Expansion, depthwise convolution, weights for the channels, projection; what comes in goes past them."""
    channels = a.shape[building.channel_axis()]
    z = a
    if t > 1:
        z = _unit(z, f"{name}_expand", t * channels, 1)
    padding = "same" if strides == 1 else "valid"
    z = z if strides == 1 else building.padded(z, f)
    depthwise = keras.layers.DepthwiseConv2D(
        f, strides, padding, use_bias=False, name=f"{name}_dwconv"
    )
    z = ops.silu(building.normalized(depthwise(z), f"{name}_bn"))
    s = _excitation(z, name, max(1, channels // 4))
    z = s * z  # (17)
    z = Conv2D(filters, 1, use_bias=False, name=f"{name}_project_conv")(z)
    z = building.normalized(z, f"{name}_project_bn")
    if (strides, channels) != (1, filters):
        return z
    z = Dropout(q, noise_shape=(None, 1, 1, 1), name=f"{name}_drop")(z)
    return z + a  # (18)


def _excitation(z: Any, name: str, reduced: int) -> Any:
    """A number in (0, 1) for each channel."""
    axis = building.channel_axis()
    places = z.shape[2:] if axis == 1 else z.shape[1:-1]
    s = AveragePooling2D(places, name=f"{name}_se_squeeze")(z)
    s = ops.silu(Conv2D(reduced, 1, name=f"{name}_se_reduce")(s))
    return Conv2D(z.shape[axis], 1, activation="sigmoid", name=f"{name}_se_expand")(s)


def _unit(x: Any, name: str, filters: int, size: int, strides: int = 1) -> Any:
    """A convolution, its batch normalization and swish."""
    z = Conv2D(filters, size, strides, use_bias=False, name=f"{name}_conv")(x)
    return ops.silu(building.normalized(z, f"{name}_bn"))
