"""Transposed convolution: the lecture's crop, what it undoes, what it is in a model, and what it refuses."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.layers import Conv2D, Conv2DTranspose
from tests.errors.hostile import refuses

X = np.random.default_rng(0).normal(size=(2, 4, 3, 2)).astype("float32")


def column(kind: Any, inputs: list[float], weights: list[float], **options: Any) -> list[float]:
    """What a layer with one filter makes of one column."""
    layer = kind(1, (len(weights), 1), **options)
    layer.build((None, None, 1, 1))
    layer.kernel.assign(np.reshape(weights, (-1, 1, 1, 1)))
    x = np.reshape(inputs, (1, -1, 1, 1)).astype("float32")
    return ops.convert_to_numpy(layer(x)).ravel().tolist()


@pytest.mark.parametrize(
    ("padding", "output_padding", "rows"),
    [
        ("valid", None, [1, 10, 102, 20, 200]),
        ("same", None, [10, 102, 20, 200]),
        ("same", 0, [10, 102, 20]),
        ((1, 0), None, [10, 102, 20]),
        ((1, 0), (1, 0), [10, 102, 20, 200]),
        ("valid", (1, 0), [1, 10, 102, 20, 200, 0]),
    ],
)
def test_the_lectures_crop(padding: Any, output_padding: Any, rows: list[float]) -> None:
    options = {"strides": (2, 1), "padding": padding, "output_padding": output_padding}
    assert column(Conv2DTranspose, [1, 2], [1, 10, 100], **options) == rows


def test_keras_crop() -> None:
    """It cuts the odd row off at the bottom, and what it adds for `output_padding` comes at the top."""
    options: dict[str, Any] = {"strides": (2, 1), "padding": "same"}
    for output_padding, rows in ((None, [1, 10, 102, 20]), ((0, 0), [10, 102, 20])):
        options["output_padding"] = output_padding
        found = column(keras.layers.Conv2DTranspose, [1, 2], [1, 10, 100], **options)
        assert found == rows


def test_filters_smaller_than_the_stride() -> None:
    assert column(Conv2DTranspose, [1, 2], [5], strides=(3, 1)) == [5, 0, 0, 10]
    theirs = column(keras.layers.Conv2DTranspose, [1, 2], [5], strides=(3, 1))
    assert theirs == [5, 0, 0, 10, 0, 0]


@pytest.mark.parametrize("padding", ["valid", "same", 1])
def test_it_is_what_a_convolution_passes_back(padding: Any) -> None:
    """⟨y, Conv2D(x)⟩ = ⟨Conv2DTranspose(y), x⟩ with the same filters and a size at which the stride fits."""
    rng = np.random.default_rng(1)
    options: dict[str, Any] = {"strides": 2, "padding": padding, "use_bias": False}
    forward = Conv2D(3, 3, **options)
    x = rng.normal(size=(1, 7, 9, 2)).astype("float32")
    z = ops.convert_to_numpy(forward(x))
    options["output_padding"] = 0
    back = Conv2DTranspose(2, 3, **options)
    y = rng.normal(size=z.shape).astype("float32")
    back.build(y.shape)
    back.kernel.assign(forward.kernel)
    assert np.sum(y * z) == pytest.approx(np.sum(ops.convert_to_numpy(back(y)) * x), rel=1e-4)


@pytest.mark.parametrize("padding", ["valid", "same", 1, (0, 2)])
@pytest.mark.parametrize("strides", [1, (3, 2)])
def test_channels_first(padding: Any, strides: Any) -> None:
    options: dict[str, Any] = {"strides": strides, "padding": padding, "bias_initializer": "ones"}
    last, first = (
        Conv2DTranspose(3, (2, 3), data_format=name, kernel_initializer=_drawn, **options)
        for name in ("channels_last", "channels_first")
    )
    z = ops.convert_to_numpy(last(X))
    moved = ops.convert_to_numpy(first(np.moveaxis(X, 3, 1)))
    np.testing.assert_allclose(np.moveaxis(moved, 1, 3), z, rtol=1e-5, atol=1e-6)
    assert first.compute_output_shape((None, 2, 4, 3)) == (None, *moved.shape[1:])
    assert last.compute_output_shape((None, None, 3, 2)) == (None, None, *z.shape[2:])


def _drawn(shape: Any, dtype: Any = None) -> Any:
    return ops.cast(np.random.default_rng(1).normal(size=shape), dtype)


def test_in_a_model_saved_and_loaded(tmp_path: Any) -> None:
    sizes = keras.Input((None, None, 2))
    z = Conv2DTranspose(3, 3, 2, "same", activation="relu", kernel_regularizer="l2")(sizes)
    model = keras.Model(sizes, Conv2DTranspose(1, 2, dilation_rate=2)(z))
    model.compile("adam", "mse")
    model.fit(X, np.ones((2, 10, 8, 1)), epochs=2, verbose=0)
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(loaded.predict(X, verbose=0), model.predict(X, verbose=0))


def test_whole_numbers_an_empty_mini_batch_and_precisions() -> None:
    layer = Conv2DTranspose(3, 2, 2)
    np.testing.assert_array_equal(layer(np.ones((2, 2, 2, 1), int)), layer(np.ones((2, 2, 2, 1))))
    assert layer(np.zeros((0, 4, 4, 1), "float32")).shape == (0, 8, 8, 3)
    for dtype in ("float16", "bfloat16", "float64"):
        z = Conv2DTranspose(2, 3, 2, "same", dtype=dtype)(X)
        assert keras.backend.standardize_dtype(z.dtype) == dtype


def test_what_does_not_fit() -> None:
    name = "layers.Conv2DTranspose"
    refuses(name, "output_padding", lambda: Conv2DTranspose(1, 3, 2, output_padding=2))
    refuses(name, "output_padding", lambda: Conv2DTranspose(1, 3, (2, 1), output_padding=1))
    refuses(name, "strides", lambda: Conv2DTranspose(1, 3, 2, dilation_rate=2))
    with pytest.raises(ValueError, match="number of channels must be known"):
        Conv2DTranspose(1, 3).build((None, 4, 4, None))
    with pytest.raises(ValueError, match=r"window of \(1, 1\) must leave some .*\(None, 2, 9, 1\)"):
        Conv2DTranspose(1, 1, padding=1)(keras.Input((2, 9, 1)))
    with pytest.raises(ValueError, match="expected ndim=4"):
        Conv2DTranspose(1, 1)(X[0])
