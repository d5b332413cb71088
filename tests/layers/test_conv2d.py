"""Convolution: the lecture's numbers, padding with strides, what it is in a model, and what it refuses."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.layers import Conv2D, TrueConv2D
from tests.errors.hostile import refuses

X = np.random.default_rng(0).normal(size=(2, 9, 7, 4)).astype("float32")
EXAMPLE = [
    [3, 0, 1, 2, 7, 4],
    [1, 5, 8, 9, 3, 1],
    [2, 7, 2, 5, 1, 3],
    [0, 1, 3, 1, 7, 8],
    [4, 2, 1, 6, 2, 8],
    [2, 4, 5, 2, 3, 9],
]
EDGES = [[-5, -4, 0, 8], [-10, -2, 2, 3], [0, -2, -4, -7], [-3, -2, -3, -16]]
BRIGHT_AND_DARK = [[10, 10, 10, 0, 0, 0]] * 6
VERTICAL = [[1, 0, -1]] * 3


def with_filter(layer: Any, rows: Any) -> Any:
    """The layer with one filter, of one channel."""
    layer.build((None, None, None, 1))
    layer.kernel.assign(np.reshape(rows, (*np.shape(rows), 1, 1)))
    return layer


def of(layer: Any, picture: Any) -> list[list[float]]:
    """What a layer makes of one picture of one channel."""
    z = layer(np.reshape(picture, (1, *np.shape(picture), 1)).astype("float32"))
    return ops.convert_to_numpy(z)[0, :, :, 0].tolist()


@pytest.mark.parametrize(
    ("picture", "edges"), [(EXAMPLE, EDGES), (BRIGHT_AND_DARK, [[0, 30, 30, 0]] * 4)]
)
def test_the_lectures_edges(picture: Any, edges: Any) -> None:
    assert of(with_filter(Conv2D(1, 3), VERTICAL), picture) == edges
    mirrored = of(with_filter(TrueConv2D(1, 3), VERTICAL), picture)
    assert mirrored == (-np.array(edges)).tolist()  # mirrored, the filter is its own negative


@pytest.mark.parametrize(("padding", "sums"), [("same", [3, 9, 15]), (1, [3, 9, 15]), (0, [6, 12])])
def test_padding_with_strides(padding: Any, sums: list[int]) -> None:
    """Sums of three neighbours among 1 … 6, in steps of 2: Keras' "same" gives 6, 12, 11."""
    row = ops.reshape(ops.arange(1.0, 7.0), (1, 1, 6, 1))
    height = (0, padding) if padding != "same" else padding
    layer = Conv2D(1, (1, 3), strides=(1, 2), padding=height, kernel_initializer="ones")
    assert ops.convert_to_numpy(layer(row)).ravel().tolist() == sums
    theirs = keras.layers.Conv2D(
        1, (1, 3), strides=(1, 2), padding="same", kernel_initializer="ones"
    )
    assert ops.convert_to_numpy(theirs(row)).ravel().tolist() == [6, 12, 11]


@pytest.mark.parametrize("kind", [Conv2D, TrueConv2D])
@pytest.mark.parametrize("padding", ["valid", "same", 2, (0, 1)])
@pytest.mark.parametrize("strides", [1, (2, 3)])
def test_channels_first(kind: type[Conv2D], padding: Any, strides: Any) -> None:
    options = {"strides": strides, "padding": padding, "groups": 2, "bias_initializer": "ones"}
    last, first = (
        kind(4, (3, 2), data_format=name, kernel_initializer=_drawn, **options)
        for name in ("channels_last", "channels_first")
    )
    z = ops.convert_to_numpy(last(X))
    moved = ops.convert_to_numpy(first(np.moveaxis(X, 3, 1)))
    np.testing.assert_allclose(np.moveaxis(moved, 1, 3), z, rtol=1e-5, atol=1e-6)
    assert first.compute_output_shape((None, 4, 9, 7)) == (None, *moved.shape[1:])
    assert last.compute_output_shape((None, None, 7, 4)) == (None, None, *z.shape[2:])


def _drawn(shape: Any, dtype: Any = None) -> Any:
    return ops.cast(np.random.default_rng(1).normal(size=shape), dtype)


def test_true_convolutions_associate_and_those_of_networks_do_not() -> None:
    rng = np.random.default_rng(2)
    one, other = rng.integers(-3, 4, (2, 2, 2))
    picture = rng.integers(-9, 10, (6, 5))
    for kind, associates in ((TrueConv2D, True), (Conv2D, False)):
        both = of(with_filter(kind(1, 2, padding=1), other), one)
        layers = [with_filter(kind(1, 2), each) for each in (one, other)]
        after_another = of(layers[1], of(layers[0], picture))
        assert (after_another == of(with_filter(kind(1, 3), both), picture)) == associates


def test_fit_save_and_load(tmp_path: Any) -> None:
    keras.utils.set_random_seed(0)
    y = np.arange(32) % 2
    x = np.random.default_rng(0).normal(size=(32, 8, 8, 1)).astype("float32")
    x[:, :, 4:] += 2 * y[:, None, None, None]  # a vertical edge, or none
    model = keras.Sequential([keras.Input((8, 8, 1)), Conv2D(4, 3, 2, "same", activation="relu")])
    model.add(TrueConv2D(2, 2, padding=(1, 0), kernel_regularizer="l2"))
    model.add(keras.layers.GlobalAveragePooling2D())
    model.add(keras.layers.Dense(2))
    assert [layer.output.shape for layer in model.layers[:2]] == [(None, 4, 4, 4), (None, 5, 3, 2)]
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.02), loss)
    history = model.fit(x, y, epochs=20, verbose=0).history["loss"]
    assert history[-1] < 0.7 * history[0]
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert loaded.layers[0].activation is keras.activations.relu
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))


def test_whole_numbers_and_an_empty_mini_batch() -> None:
    layer = Conv2D(3, 1, padding=1)
    np.testing.assert_array_equal(layer(np.ones((2, 4, 4, 1), int)), layer(np.ones((2, 4, 4, 1))))
    assert layer(np.zeros((0, 4, 4, 1), "float32")).shape == (0, 6, 6, 3)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64", "mixed_float16"])
def test_precision(dtype: str) -> None:
    z = TrueConv2D(3, 3, 2, 1, groups=1, dtype=dtype)(X)
    expected = dtype.replace("mixed_", "")
    assert keras.backend.standardize_dtype(z.dtype) == expected


@pytest.mark.parametrize(
    ("argument", "call"),
    [
        ("filters", lambda: Conv2D(3, 2, groups=2)),
        ("strides", lambda: Conv2D(3, 2, strides=2, dilation_rate=(1, 2))),
        ("groups", lambda: Conv2D(4, 2, groups=4).build((None, 5, 5, 6))),
        ("groups", lambda: Conv2D(4, 2).build((None, 5, 5, None))),
    ],
)
def test_arguments_that_do_not_fit(argument: str, call: Any) -> None:
    refuses("layers.Conv2D", argument, call)


@pytest.mark.parametrize("height", [2, 4])
def test_a_filter_larger_than_its_inputs(height: int) -> None:
    layer = Conv2D(3, 3, dilation_rate=2)
    with pytest.raises(
        ValueError, match=r"the window of \(5, 5\) must fit .* inputs.shape=\(None, \d, 9, 1\)"
    ):
        layer(keras.Input((height, 9, 1)))
    assert Conv2D(3, 3, dilation_rate=2)(keras.Input((5, 9, 1))).shape == (None, 1, 5, 3)


def test_inputs_of_another_rank_or_number_of_channels() -> None:
    with pytest.raises(ValueError, match="expected ndim=4"):
        Conv2D(3, 2)(X[0])
    layer = Conv2D(3, 2)
    layer.build(X.shape)
    with pytest.raises(ValueError, match="expected axis -?[13]"):
        layer(X[..., :3])
