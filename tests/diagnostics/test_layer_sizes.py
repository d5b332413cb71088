"""Layer sizes: every kind of layer against what Keras builds, the words of the table, and what is refused."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from dlref import layers as ours
from dlref.diagnostics import layer_sizes

KINDS = {
    "valid": layers.Conv2D(5, 3),
    "same": layers.Conv2D(5, (4, 3), padding="same"),
    "same with strides": layers.Conv2D(5, 3, strides=2, padding="same"),
    "dilated": layers.Conv2D(5, (2, 3), dilation_rate=(3, 2), use_bias=False),
    "in groups": layers.Conv2D(6, 2, groups=2),
    "by channel": layers.DepthwiseConv2D(3, strides=2, depth_multiplier=3, padding="same"),
    "max": layers.MaxPooling2D((3, 2)),
    "average": layers.AveragePooling2D(3, strides=2, padding="same"),
    "ours": ours.Conv2D(5, (3, 2), strides=(1, 3), padding="same"),
    "ours, mirrored": ours.TrueConv2D(5, 4, padding=(0, 2)),
    "ours, pooled": ours.MaxPooling2D(3, padding=(1, 2)),
    "ours, averaged": ours.AveragePooling2D(2, strides=3, padding="same"),
}


def network(*parts: Any, shape: tuple[int | None, ...] = (13, 10, 4)) -> Any:
    return keras.Sequential([keras.Input(shape), *parts])


def explained(layer: Any, shape: tuple[int | None, ...]) -> Any:
    (found,) = layer_sizes(network(layer, shape=shape)).layers
    assert found.parameters == layer.count_params()
    return found


@pytest.mark.parametrize("name", KINDS)
def test_formulas_give_what_is_built(name: str) -> None:
    layer = KINDS[name]
    found = explained(layer, (13, 10, 4))
    assert tuple(h for _, h in found.sizes) == layer.output.shape[1:3]
    assert (found.filters is not None) == bool(layer.weights)


@pytest.mark.parametrize(
    ("layer", "shape", "sizes"),
    [
        (layers.Conv1D(3, 4, padding="causal", dilation_rate=2), (9, 2), (9,)),
        (layers.AveragePooling1D(2), (9, 2), (4,)),
        (layers.Conv3D(2, (1, 2, 3), strides=2), (5, 6, 7, 2), (3, 3, 3)),
        (layers.MaxPooling3D(2, padding="same"), (5, 6, 7, 2), (3, 3, 4)),
        (ours.Conv2D(2, 3, data_format="channels_first"), (2, 7, 9), (5, 7)),
        (layers.Conv2D(2, 3), (None, 9, 2), ()),
    ],
    ids=str,
)
def test_other_axes(layer: Any, shape: Any, sizes: tuple[int, ...]) -> None:
    assert tuple(h for _, h in explained(layer, shape).sizes) == sizes


def test_the_table() -> None:
    inside = network(layers.Dense(3, name="dense"), shape=(6, 4, 2))
    inner = [layers.Conv2D(2, (3, 2), 2, "same", name="conv"), inside]
    inner += [layers.BatchNormalization(name="norm"), layers.Flatten(name="flat")]
    model = network(*inner, shape=(11, 8, 3))
    assert str(layer_sizes(model)).splitlines() == [
        "layer  outputs    size                                                   parameters",
        "conv   6 × 4 × 2  ⌊(11 + 2·1 − 3)/2⌋ + 1 = 6, ⌊(8 + 2·0 − 2)/2⌋ + 1 = 4  (3·2·3 + 1)·2 = 38",
        "dense  6 × 4 × 3                                                         (2 + 1)·3 = 9",
        "norm   6 × 4 × 3                                                         12",
        "flat   72                                                                0",
        "59 parameters",
    ]


def test_an_odd_row_of_padding_and_an_unknown_size() -> None:
    found = str(layer_sizes(network(layers.Conv2D(1, 3, 2, "same"), shape=(32, 32, 1))))
    assert "⌊(32 + 1 − 3)/2⌋ + 1 = 16 " in found
    assert "? × ? × 1" in str(layer_sizes(network(layers.Conv2D(1, 3), shape=(None, None, 1))))


def test_a_layer_used_twice_counts_once() -> None:
    x, layer = keras.Input((4,)), layers.Dense(4)
    found = layer_sizes(keras.Model(x, layer(layer(x))))
    assert (len(found.layers), found.parameters) == (1, 20)


class Own(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(2)

    def call(self, inputs: Any) -> Any:
        return self.dense(inputs)


def called(model: Any) -> Any:
    model(np.ones((2, 3), "float32"))
    return model


@pytest.mark.parametrize(
    ("model", "error"),
    [
        (layers.Dense(1), TypeError),
        ("a model", TypeError),
        (keras.Sequential([layers.Dense(1)]), ValueError),
        (keras.Sequential(), ValueError),
        (called(Own()), ValueError),
    ],
    ids=["a layer", "a string", "not built", "empty", "subclassed"],
)
def test_what_is_refused(model: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"layer_sizes: .* Received: "):
        layer_sizes(model)
