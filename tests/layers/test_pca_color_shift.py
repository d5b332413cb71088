"""PCA colour shift: one colour for each image, as wide as it says, both layouts, models."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.layers import PCAColorShift

rng = np.random.default_rng(0)
X = (rng.normal(size=(64, 5, 4, 3)) @ rng.normal(size=(3, 3))).astype("float32")


def adapted(**kwargs: Any) -> PCAColorShift:
    layer = PCAColorShift(seed=0, **kwargs)
    first = kwargs.get("data_format") == "channels_first"
    layer.adapt(np.moveaxis(X, 3, 1) if first else X)
    return layer


def test_all_pixels_of_an_image_move_by_one_colour() -> None:
    shift = ops.convert_to_numpy(adapted()(X)) - X
    np.testing.assert_allclose(shift, np.broadcast_to(shift[:, :1, :1], shift.shape), atol=1e-5)
    assert len(np.unique(shift[:, 0, 0, 0].round(5))) == 64


def test_shifts_are_as_wide_as_variances_times_stddev() -> None:
    layer = PCAColorShift(2.0, seed=0)
    layer.adapt(X)
    shift = ops.convert_to_numpy(layer(np.zeros((20000, 1, 1, 3), "float32")))[:, 0, 0]
    along = shift @ ops.convert_to_numpy(layer.axes)
    spread = 2 * ops.convert_to_numpy(layer.variances)
    np.testing.assert_allclose(along.std(0), spread, rtol=0.03)
    np.testing.assert_allclose(np.corrcoef(along.T), np.eye(3), atol=0.03)


@pytest.mark.parametrize("training", [True, False])
def test_channels_first_and_single_images(training: bool) -> None:
    for batch in (X, X[0]):
        last, first = adapted(), adapted(data_format="channels_first")
        moved = ops.convert_to_numpy(first(np.moveaxis(batch, -1, -3), training=training))
        shifted = ops.convert_to_numpy(last(batch, training=training))
        np.testing.assert_allclose(shifted, np.moveaxis(moved, -3, -1), rtol=1e-5, atol=1e-5)


def test_pixels_of_whole_numbers_and_half_precision() -> None:
    layer = adapted(dtype="mixed_float16")
    for x in (np.full((2, 3, 3, 3), 200, "uint8"), X[:2].astype("float16")):
        for training in (True, False):
            out = layer(x, training=training)
            assert keras.backend.standardize_dtype(out.dtype) == "float16" and out.shape == x.shape


def test_in_a_model_trained_saved_and_loaded(tmp_path: Any) -> None:
    model = keras.Sequential([keras.Input((5, 4, 3)), adapted(), keras.layers.Flatten()])
    model.add(keras.layers.Dense(1))
    model.compile("sgd", "mse")
    model.fit(X, np.zeros(64), verbose=0)
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    for ours, theirs in zip(model.layers[0].weights, loaded.layers[0].weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_allclose(loaded.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-6)


@pytest.mark.parametrize("shape", [(5, 3), (5, 4, None)])
def test_inputs_that_do_not_fit(shape: tuple) -> None:
    with pytest.raises(ValueError, match="ndim|last axis of known size"):
        PCAColorShift()(keras.KerasTensor(shape))
