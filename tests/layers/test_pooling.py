"""Pooling: padding with strides, what it is in a model, and what it refuses."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.layers import AveragePooling2D, MaxPooling2D
from tests.errors.hostile import refuses

KINDS = [MaxPooling2D, AveragePooling2D]
X = np.random.default_rng(0).normal(size=(2, 9, 7, 4)).astype("float32")
every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.mark.parametrize(
    ("kind", "ours", "keras_own"),
    [(MaxPooling2D, [2, 4, 6], [3, 5, 6]), (AveragePooling2D, [1.5, 3, 5], [2, 4, 5.5])],
)
def test_padding_with_strides(kind: Any, ours: list[float], keras_own: list[float]) -> None:
    """Windows of three among 1 … 6, in steps of 2: the lecture's begin at the border, Keras' do not."""
    row = ops.reshape(ops.arange(1.0, 7.0), (1, 1, 6, 1))
    options: dict[str, Any] = {"pool_size": (1, 3), "strides": (1, 2), "padding": "same"}
    assert ops.convert_to_numpy(kind(**options)(row)).ravel().tolist() == ours
    theirs = getattr(keras.layers, kind.__name__)(**options)
    assert ops.convert_to_numpy(theirs(row)).ravel().tolist() == keras_own


@every_kind
def test_negative_maps_and_their_border(kind: Any) -> None:
    """Padding is neither the largest, nor averaged."""
    same = ops.full((1, 3, 3, 1), -5.0)
    np.testing.assert_allclose(kind(3, 1, 2)(same), -5 * np.ones((1, 5, 5, 1)), rtol=1e-6)


@every_kind
@pytest.mark.parametrize("padding", ["valid", "same", 1, (0, 1)])
@pytest.mark.parametrize("strides", [None, 1, (2, 3)])
def test_channels_first(kind: Any, padding: Any, strides: Any) -> None:
    last, first = (
        kind((3, 2), strides, padding, data_format=name)
        for name in ("channels_last", "channels_first")
    )
    z = ops.convert_to_numpy(last(X))
    moved = ops.convert_to_numpy(first(np.moveaxis(X, 3, 1)))
    np.testing.assert_allclose(np.moveaxis(moved, 1, 3), z, rtol=1e-6, atol=1e-6)
    assert first.compute_output_shape((None, 4, 9, 7)) == (None, *moved.shape[1:])
    assert last.compute_output_shape((None, None, 7, 4)) == (None, None, *z.shape[2:])


@every_kind
def test_in_a_model_saved_and_loaded(kind: Any, tmp_path: Any) -> None:
    sizes = keras.Input((None, None, 3))
    model = keras.Model(sizes, kind(3, 2, "same")(kind(2, padding=1)(sizes)))
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    x = X[..., :3]
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))
    assert loaded.predict(x[:, :5, :4], verbose=0).shape == (2, 2, 2, 3)


@every_kind
def test_whole_numbers_an_empty_mini_batch_and_precisions(kind: Any) -> None:
    np.testing.assert_array_equal(kind()(np.ones((2, 4, 4, 1), int)), np.ones((2, 2, 2, 1)))
    assert kind(3, 1, 1)(np.zeros((0, 4, 4, 1), "float32")).shape == (0, 4, 4, 1)
    for dtype in ("float16", "bfloat16", "float64"):
        assert keras.backend.standardize_dtype(kind(2, 2, 1, dtype=dtype)(X).dtype) == dtype


@every_kind
def test_what_does_not_fit(kind: Any) -> None:
    name = f"layers.{kind.__name__}"
    refuses(name, "padding", lambda: kind(2, padding=2))
    refuses(name, "padding", lambda: kind((3, 2), padding=(1, 2)))
    with pytest.raises(ValueError, match=r"window of \(5, 5\) must fit .* inputs.shape=\(None, 4,"):
        kind(5)(keras.Input((4, 9, 1)))
    with pytest.raises(ValueError, match="expected ndim=4"):
        kind()(X[0])
