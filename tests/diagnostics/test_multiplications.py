"""Multiplications: the lecture's and the papers' counts, which pairs are separable, and what is not known."""

from typing import Any

import keras
import pytest
from keras import layers

from dlref import layers as ours
from dlref.diagnostics import multiplications
from dlref.models import LeNet5, MobileNetV1, ResNet50


def network(*parts: Any, shape: tuple[int | None, ...] = (28, 28, 192)) -> Any:
    return keras.Sequential([keras.Input(shape), *parts])


def test_the_lecture_s_bottleneck() -> None:
    direct = multiplications(network(layers.Conv2D(32, 5, padding="same")))
    over_16 = multiplications(network(layers.Conv2D(16, 1), ours.Conv2D(32, 5, padding="same")))
    assert (direct.total, over_16.total) == (120_422_400, 12_443_648)


@pytest.mark.parametrize(
    ("model", "count"),
    [(LeNet5, 416_520), (MobileNetV1, 568_740_352), (ResNet50, 3_857_973_248)],
)
def test_networks(model: Any, count: int) -> None:
    """The papers: 569 million of MobileNet, 3.8 billion of ResNet-50."""
    assert multiplications(model()).total == count


def test_the_table() -> None:
    inside = network(layers.LSTM(3, name="lstm"), shape=(4, 6))
    parts = [layers.DepthwiseConv2D(3, 2, "same", name="dw"), layers.BatchNormalization()]
    parts += [layers.ReLU(), layers.Conv2D(6, 1, name="pw"), layers.Reshape((4, 6)), inside]
    assert str(multiplications(network(*parts, shape=(4, 4, 2)))).splitlines() == [
        "layer  outputs    multiplications  part of a full convolution",
        "dw     2 × 2 × 2  4·3·3·1·2 = 72",
        "pw     2 × 2 × 6  4·1·1·2·6 = 48   1/6 + 1/9 = 0.278",
        "lstm   3          ?",
        "120 multiplications, without lstm",
    ]


@pytest.mark.parametrize(
    ("parts", "separable"),
    [
        ([layers.DepthwiseConv2D(3), layers.Conv2D(5, 1)], [(5, 9)]),
        ([layers.SeparableConv2D(5, (2, 3))], [(5, 6)]),
        ([layers.SeparableConv1D(5, 3)], [(5, 3)]),
        ([layers.SeparableConv2D(5, 3, depth_multiplier=2)], []),
        ([layers.DepthwiseConv2D(3, depth_multiplier=2), layers.Conv2D(5, 1)], []),
        ([layers.DepthwiseConv2D(3), layers.Conv2D(4, 1, groups=2)], []),
        ([layers.DepthwiseConv2D(3), layers.Conv2D(5, 2)], []),
        ([layers.DepthwiseConv2D(3), layers.MaxPooling2D(), layers.Conv2D(5, 1)], []),
        ([layers.DepthwiseConv2D(3), layers.Dense(5)], []),
        ([layers.Conv2D(5, 1), layers.Conv2D(5, 1)], []),
    ],
)
def test_pairs(parts: Any, separable: Any) -> None:
    shape = (9, 4) if parts[0].__class__ is layers.SeparableConv1D else (9, 9, 4)
    found = multiplications(network(*parts, shape=shape)).layers
    assert [layer.separable[:2] for layer in found if layer.separable] == separable


def test_two_ways_between_are_no_pair() -> None:
    x = keras.Input((9, 9, 4))
    z = layers.DepthwiseConv2D(3, padding="same")(x)
    found = multiplications(keras.Model(x, layers.Conv2D(5, 1)(keras.ops.add(x, z))))
    assert not any(layer.separable for layer in found.layers)


def test_each_call_counts() -> None:
    """Of a layer, and of a model, also where another model calls them."""
    x, layer = keras.Input((4,)), layers.Dense(4)
    twice = keras.Model(x, layer(layer(x)))
    assert multiplications(twice).total == 2 * 16
    y = keras.Input((4,))
    assert multiplications(keras.Model(y, twice(twice(y)))).total == 4 * 16
    assert multiplications(twice).total == 2 * 16


def test_sizes_that_are_not_known() -> None:
    found = multiplications(network(layers.Conv2D(1, 3, name="conv"), shape=(None, 9, 2)))
    assert (found.total, found.unknown) == (0, ("conv",))
    assert "? × 7 × 1  ?" in str(found)


def test_channels_first() -> None:
    first = layers.Conv2D(32, 5, padding="same", data_format="channels_first")
    assert multiplications(network(first, shape=(192, 28, 28))).total == 120_422_400


@pytest.mark.parametrize(
    ("model", "error"), [("a model", TypeError), (keras.Sequential([layers.Dense(1)]), ValueError)]
)
def test_what_is_refused(model: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"multiplications: .* Received: "):
        multiplications(model)
