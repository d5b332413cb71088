"""The networks, layer by layer, with weights that are drawn by the names of the layers."""

from functools import partial
from zlib import crc32

import keras
import numpy as np

from dlref import models
from dlref.activations import tanh  # Keras' is one of float32 on JAX
from dlref.conformance.models import outputs_of
from tests.oracles.case import Case

LARGER = np.random.default_rng(32).uniform(size=(1, 67, 67, 3))
PICTURE = np.random.default_rng(31).uniform(size=(1, 32, 32, 3))

MAP = np.random.default_rng(33).uniform(size=(2, 6, 6, 4))


def of_module(channels, filters):
    inputs = keras.Input((6, 6, channels))
    return keras.Model(inputs, models.inception_module(inputs, *filters))


def weights(name, *shapes):
    """Of the layer that is called so: kernels that keep the size of what comes in, and vectors about 1."""
    rng = np.random.default_rng(crc32(name.encode()))
    return [
        rng.uniform(0.5, 1.5, shape)
        if len(shape) <= 1
        else rng.normal(0, (2 / seen(shape)) ** 0.5, shape)
        for shape in shapes
    ]


def seen(shape):
    """How many numbers a filter reaches over, of which a depthwise one has one channel."""
    return np.prod(shape[: -2 if shape[-1] == 1 else -1])


def with_weights(network, **arguments):
    """A network of ours on pictures."""

    def outputs(x):
        model = network(**arguments)
        for layer in model.layers:
            layer.set_weights(weights(layer.name, *(w.shape for w in layer.weights)))
        return outputs_of(model, x)

    return outputs


def windows(x, f, p, s):
    """What the window sees at each place: (places, places, batch, f, f, channels)."""
    x = np.pad(
        x, [(0, 0), p, p, (0, 0)] if isinstance(p, tuple) else [(0, 0), (p, p), (p, p), (0, 0)]
    )
    starts = range(0, x.shape[1] - f + 1, s)
    return np.array([[x[:, i : i + f, j : j + f] for j in starts] for i in starts])


def conv(name, x, f, filters, p=0, s=1, groups=1, bias=True):
    """The channels and the filters in groups, each a convolution of its own."""
    w, *b = weights(name, (f, f, x.shape[-1] // groups, filters), *[(filters,)] * bias)
    parts = zip(*(np.split(each, groups, axis=-1) for each in (x, w)), strict=True)
    return np.concatenate([one_group(*part, p, s) for part in parts], axis=-1) + sum(b)


def one_group(x, w, p, s):
    under = windows(x, len(w), p, s)
    z = under.reshape(*under.shape[:3], -1) @ w.reshape(-1, w.shape[-1])
    return np.moveaxis(z, 2, 0)


def depthwise(name, x, f, p, s=1):
    """A filter for each channel."""
    (w,) = weights(name, (f, f, x.shape[-1], 1))
    return np.moveaxis((windows(x, f, p, s) * w[..., 0]).sum((3, 4)), 2, 0)


def normalized(name, x, epsilon):
    gamma, beta, mean, variance = weights(name, *[x.shape[-1:]] * 4)
    return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta


def pool(x, reduce):
    """Windows of 2 × 2, side by side."""
    return reduce([x[:, i::2, j::2] for i, j in np.ndindex(2, 2)], axis=0)


def dense(name, x, units):
    x = x.reshape(len(x), -1)
    w, b = weights(name, (x.shape[1], units), (units,))
    return x @ w + b


def relu(z):
    return np.where(z > 0, z, 0)


def softmax(z):
    t = np.exp(z - z.max(axis=-1, keepdims=True))
    return t / t.sum(axis=-1, keepdims=True)


def lenet5(x, n=(6, 16, 120, 84), classes=10):
    for name, filters in zip(("C1", "C3"), n[:2], strict=True):
        x = pool(np.tanh(conv(name, x, 5, filters)), np.mean)
    for name, units in zip(("C5", "F6"), n[2:], strict=True):
        x = np.tanh(dense(name, x, units))
    return softmax(dense("output", x, classes))


def alexnet(x, groups):
    """With 1/32 of the filters and units."""

    def overlapping(x):
        places = range(0, x.shape[1] - 2, 2)
        rows = [[x[0, i : i + 3, j : j + 3].max((0, 1)) for j in places] for i in places]
        return np.array(rows)[None]

    x = overlapping(relu(conv("conv1", x, 11, 3 * groups, s=4)))
    x = overlapping(relu(conv("conv2", x, 5, 8 * groups, p=2, groups=groups)))
    x = relu(conv("conv3", x, 3, 12 * groups, p=1))
    x = relu(conv("conv4", x, 3, 12 * groups, p=1, groups=groups))
    x = overlapping(relu(conv("conv5", x, 3, 8 * groups, p=1, groups=groups)))
    for name in ("fc6", "fc7"):
        x = relu(dense(name, x, 128 * groups))
    return dense("fc8", x, 5)


def vgg16(x):
    """With 1/32 of the filters and units."""
    for block, (filters, convolutions) in enumerate(((2, 2), (4, 2), (8, 3), (16, 3), (16, 3)), 1):
        for each in range(convolutions):
            x = relu(conv(f"block{block}_conv{each + 1}", x, 3, filters, p=1))
        x = pool(x, np.max)
    for name in ("fc1", "fc2"):
        x = relu(dense(name, x, 128))
    return dense("predictions", x, 5)


def resnet50(x):
    """With 1/32 of the filters."""

    def unit(name, x, f, filters, p=0, s=1):
        return normalized(f"{name}_bn", conv(f"{name}_conv", x, f, filters, p, s), 1.001e-5)

    x = relu(unit("conv1", x, 7, 2, p=3, s=2))
    x = np.pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)])
    places = range(0, x.shape[1] - 2, 2)
    x = np.array([[x[0, i : i + 3, j : j + 3].max((0, 1)) for j in places] for i in places])[None]
    for stage, (blocks, filters) in enumerate(((3, 2), (4, 4), (6, 8), (3, 16)), 2):
        for block in range(1, blocks + 1):
            name = f"conv{stage}_block{block}"
            s = 2 if stage > 2 and block == 1 else 1
            z = relu(unit(f"{name}_1", x, 1, filters, s=s))
            z = unit(f"{name}_3", relu(unit(f"{name}_2", z, 3, filters, p=1)), 1, 4 * filters)
            x = relu(z + (unit(f"{name}_0", x, 1, 4 * filters, s=s) if block == 1 else x))
    return x


def inception_module(name, x, n):
    """Its four branches; the largest of 3 × 3 of a border of 0, for a ReLU has come before."""
    one, before_3, three, before_5, five, last = n

    def unit(part, x, f, filters):
        return relu(conv(f"{name}_{part}", x, f, filters, p=f // 2))

    pooled = np.moveaxis(windows(x, 3, 1, 1).max((3, 4)), 2, 0)
    branches = [
        unit("1x1", x, 1, one),
        unit("3x3", unit("3x3_reduce", x, 1, before_3), 3, three),
        unit("5x5", unit("5x5_reduce", x, 1, before_5), 5, five),
        unit("pool_proj", pooled, 1, last),
    ]
    return np.concatenate(branches, axis=-1)


def inception_v1(x):
    """With 1/16 of the filters, from the paper's table 1."""

    def halved(x):
        padded = np.pad(x, [(0, 0), (0, 1), (0, 1), (0, 0)])
        return np.moveaxis(windows(padded, 3, 0, 2).max((3, 4)), 2, 0)

    x = halved(relu(conv("conv1", x, 7, 4, p=3, s=2)))
    x = halved(relu(conv("conv2", relu(conv("conv2_reduce", x, 1, 4)), 3, 12, p=1)))
    for number, *n in TABLE_1:
        if number in ("4a", "5a"):
            x = halved(x)
        x = inception_module(f"inception_{number}", x, [max(1, round(each / 16)) for each in n])
    return x


TABLE_1 = [
    ("3a", 64, 96, 128, 16, 32, 32),
    ("3b", 128, 128, 192, 32, 96, 64),
    ("4a", 192, 96, 208, 16, 48, 64),
    ("4b", 160, 112, 224, 24, 64, 64),
    ("4c", 128, 128, 256, 24, 64, 64),
    ("4d", 112, 144, 288, 32, 64, 64),
    ("4e", 256, 160, 320, 32, 128, 128),
    ("5a", 256, 160, 320, 32, 128, 128),
    ("5b", 384, 192, 384, 48, 128, 128),
]


def relu6(z):
    return np.clip(z, 0, 6)


def mobilenet_v1(x):
    """With 1/16 of the filters."""

    def unit(name, z):
        return relu6(normalized(f"{name}_bn", z, 1e-3))

    x = unit("conv1", conv("conv1", x, 3, 2, p=(0, 1), s=2, bias=False))
    channels = [4, 8, 8, 16, 16, 32, 32, 32, 32, 32, 32, 64, 64]
    for block, filters in enumerate(channels, 1):
        s = 2 if block in (2, 4, 6, 12) else 1
        z = depthwise(f"conv_dw_{block}", x, 3, (0, 1) if s == 2 else 1, s)
        z = unit(f"conv_dw_{block}", z)
        x = unit(f"conv_pw_{block}", conv(f"conv_pw_{block}", z, 1, filters, bias=False))
    return x


def mobilenet_v2(x):
    """With 1/4 of the filters."""

    def normal(name, z):
        return normalized(name, z, 1e-3)

    x = relu6(normal("bn_Conv1", conv("Conv1", x, 3, 8, p=(0, 1), s=2, bias=False)))
    channels = [8, *[8] * 2, *[8] * 3, *[16] * 4, *[24] * 3, *[40] * 3, 80]
    for block, filters in enumerate(channels):
        name, z = f"block_{block}" if block else "expanded_conv", x
        s = 2 if block in (1, 3, 6, 13) else 1
        if block:
            z = conv(f"{name}_expand", z, 1, 6 * x.shape[-1], bias=False)
            z = relu6(normal(f"{name}_expand_BN", z))
        z = depthwise(f"{name}_depthwise", z, 3, (x.shape[1] % 2, 1) if s == 2 else 1, s)
        z = relu6(normal(f"{name}_depthwise_BN", z))
        z = normal(f"{name}_project_BN", conv(f"{name}_project", z, 1, filters, bias=False))
        x = z + x if s == 1 and filters == x.shape[-1] else z
    return relu6(normal("Conv_1_bn", conv("Conv_1", x, 1, 1280, bias=False)))


def efficientnet(x):
    """With 1/8 of the channels, rounded to multiples of 8."""
    rows = (8, 1, 3), (8, 2, 3), (8, 2, 5), (16, 3, 3), (16, 3, 5), (24, 4, 5), (40, 1, 3)

    def normal(name, z):
        return normalized(name, z, 1e-3)

    def swish(z):
        return z / (1 + np.exp(-z))

    mean, variance, _ = weights("normalization", (3,), (3,), ())
    x = (x / 255 - mean) / np.sqrt(variance)
    x = swish(normal("stem_bn", conv("stem_conv", x, 3, 8, p=(0, 1), s=2, bias=False)))
    for row, (filters, repeats, f) in enumerate(rows, 1):
        for letter in "abcd"[:repeats]:
            name, z, channels = f"block{row}{letter}", x, x.shape[-1]
            s = 2 if letter == "a" and row in (2, 3, 4, 6) else 1
            if row > 1:
                z = conv(f"{name}_expand_conv", z, 1, 6 * channels, bias=False)
                z = swish(normal(f"{name}_expand_bn", z))
            zeros = (f // 2 - 1 + x.shape[1] % 2, f // 2) if s == 2 else f // 2
            z = swish(normal(f"{name}_bn", depthwise(f"{name}_dwconv", z, f, zeros, s)))
            excited = z.mean((1, 2), keepdims=True)
            excited = swish(conv(f"{name}_se_reduce", excited, 1, channels // 4))
            z = z / (1 + np.exp(-conv(f"{name}_se_expand", excited, 1, z.shape[-1])))
            z = conv(f"{name}_project_conv", z, 1, filters, bias=False)
            z = normal(f"{name}_project_bn", z)
            x = z + x if s == 1 and filters == channels else z
    return swish(normal("top_bn", conv("top_conv", x, 1, 160, bias=False)))


def unet(x, border):
    """With 1/32 of the filters; the border is laid around the picture and cut off at the end."""

    def double(name, x, filters):
        for part in ("conv1", "conv2"):
            x = relu(conv(f"{name}_{part}", x, 3, filters, p=1))
        return x

    def grown(name, x, filters):
        """Each number becomes a square of 2 × 2, of its channels times the filter."""
        w, b = weights(name, (2, 2, filters, x.shape[-1]), (filters,))
        z = np.zeros((len(x), 2 * x.shape[1], 2 * x.shape[2], filters))
        for i, j in np.ndindex(2, 2):
            z[:, i::2, j::2] = x @ w[i, j].T + b
        return z

    x = np.pad(x, [(0, 0), (border, border), (border, border), (0, 0)])
    beside = []
    for level in (1, 2, 3, 4):
        beside.append(double(f"down{level}", x, 2**level))
        x = pool(beside[-1], np.max)
    x = double("bottom", x, 32)
    for level in (4, 3, 2, 1):
        x = grown(f"up{level}_conv_transpose", x, 2**level)
        x = double(f"up{level}", np.concatenate([beside[level - 1], x], axis=-1), 2**level)
    x = conv("predictions", x, 1, 5)
    return x[:, border : x.shape[1] - border, border : x.shape[2] - border]


def scaled(phi):
    """Channels and pixels, 1280 · 1.1^φ and 224 · 1.15^φ; with a block in each row, for they cost seconds."""
    model = models.EfficientNet(phi, include_top=False, depth=0.1)
    return [model.output_shape[-1], model.input_shape[1]]


_small = {"input_shape": (32, 32, 3), "classes": 5, "width": 1 / 32, "classifier_activation": None}
_body = _small | {"include_top": False}  # for Keras' mean is one of float32 on JAX
ORACLES = {
    "models.LeNet5": [
        Case(with_weights(models.LeNet5, activation=tanh), lenet5, (PICTURE[..., :1],)),
        Case(
            with_weights(
                models.LeNet5, input_shape=(28, 28, 3), classes=4, width=0.5, activation=tanh
            ),
            lambda x: lenet5(x, (3, 8, 60, 42), 4),
            (PICTURE[:, :28, :28],),
        ),
    ],
    "models.AlexNet": [
        Case(
            with_weights(
                models.AlexNet,
                groups=groups,
                **_small | {"input_shape": (67, 67, 3), "width": groups / 32},
            ),
            partial(alexnet, groups=groups),
            (LARGER,),
        )
        for groups in (1, 2)
    ],
    "models.VGG16": [Case(with_weights(models.VGG16, **_small), vgg16, (PICTURE,))],
    "models.ResNet50": [Case(with_weights(models.ResNet50, **_body), resnet50, (PICTURE,))],
    "models.MobileNetV1": [
        Case(
            with_weights(models.MobileNetV1, **_body | {"width": 1 / 16}),
            mobilenet_v1,
            (PICTURE,),
        )
    ],
    "models.MobileNetV2": [
        Case(with_weights(models.MobileNetV2, **_body | {"width": 1 / 4}), mobilenet_v2, (PICTURE,))
    ],
    "models.inception_module": [
        Case(
            with_weights(lambda: of_module(4, (2, 3, 5, 1, 4, 2))),
            lambda x: inception_module("inception", x, (2, 3, 5, 1, 4, 2)),
            (MAP,),
        )
    ],
    "models.InceptionV1": [
        Case(
            with_weights(models.InceptionV1, **_body | {"width": 1 / 16}), inception_v1, (PICTURE,)
        )
    ],
    "models.EfficientNet": [
        Case(
            with_weights(models.EfficientNet, **_body | {"width": 1 / 8}),
            efficientnet,
            (255 * PICTURE,),
        ),
        Case(lambda x: x * scaled(0.5), lambda x: x * [1344, 240], (np.ones(2),)),
    ],
    "models.UNet": [
        Case(
            with_weights(models.UNet, **_small | {"input_shape": (30, 30, 3), "pad_inputs": True}),
            lambda x: unet(x, 1),
            (PICTURE[:, :30, :30],),
        ),
    ],
}
