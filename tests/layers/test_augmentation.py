"""Random flips and crops: the draws of Keras, both layouts, single images, models and pipelines."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from dlref.layers import RandomCrop, RandomFlip

X = np.random.default_rng(0).normal(size=(6, 9, 7, 2)).astype("float32")
MAKE = {
    "RandomFlip": lambda **kwargs: RandomFlip(seed=3, **kwargs),
    "RandomCrop": lambda **kwargs: RandomCrop(4, 5, seed=3, **kwargs),
}
each = pytest.mark.parametrize("name", MAKE)


def outputs(layer: Any, x: Any = X, **kwargs: Any) -> np.ndarray:
    return ops.convert_to_numpy(layer(x, **kwargs))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("RandomFlip", ("horizontal",)), ("RandomFlip", ("vertical",)), ("RandomCrop", (4, 5))],
)
def test_a_seed_draws_what_it_draws_in_keras(name: str, arguments: tuple) -> None:
    ours = {"RandomFlip": RandomFlip, "RandomCrop": RandomCrop}[name](*arguments, seed=5)
    theirs = getattr(keras.layers, name)(*arguments, seed=5)
    for _ in range(4):
        np.testing.assert_array_equal(outputs(ours), outputs(theirs))
        np.testing.assert_array_equal(outputs(ours, X[0]), outputs(theirs, X[0]))


@each
@pytest.mark.parametrize("training", [True, False])
def test_channels_first(name: str, training: bool) -> None:
    last, first = MAKE[name](), MAKE[name](data_format="channels_first")
    moved = outputs(first, np.moveaxis(X, 3, 1), training=training)
    np.testing.assert_array_equal(
        outputs(last, training=training), np.moveaxis(moved, 1, 3), strict=True
    )


@each
def test_pixels_of_whole_numbers(name: str) -> None:
    """They come out in the compute dtype, as those of floats do."""
    pixels = (np.abs(X) * 50).astype("uint8")
    for dtype in ("float32", "bfloat16"):
        whole, floats = (
            MAKE[name](dtype=dtype)(x, training=True) for x in (pixels, pixels.astype("float32"))
        )
        assert keras.backend.standardize_dtype(whole.dtype) == dtype
        assert ops.all(whole == floats)


def test_each_image_is_mirrored_for_itself_and_a_mini_batch_is_cropped_as_one() -> None:
    same = np.repeat(X[:1], 16, 0)
    assert len(np.unique(outputs(RandomFlip(seed=0), same), axis=0)) == 4
    layer = RandomCrop(4, 5, seed=0)
    crops = [outputs(layer, same) for _ in range(8)]
    assert all(len(np.unique(crop, axis=0)) == 1 for crop in crops)
    assert len(np.unique(crops, axis=0)) > 1
    each_its_own = outputs(RandomCrop(4, 5, per_image=True, seed=0), same)
    assert len(np.unique(each_its_own, axis=0)) > 4


@each
def test_in_a_model_trained_saved_and_loaded(name: str, tmp_path: Any) -> None:
    model = keras.Sequential(
        [keras.Input((9, 7, 2), dtype="uint8"), MAKE[name](), keras.layers.Flatten()]
    )
    assert model.output_shape == (None, {"RandomFlip": 126, "RandomCrop": 40}[name])
    model.add(keras.layers.Dense(1))
    model.compile("sgd", "mse")
    pixels = (np.abs(X) * 50).astype("uint8")
    model.fit(pixels, np.zeros(6), verbose=0)
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert loaded.layers[0].get_config() == model.layers[0].get_config()
    np.testing.assert_array_equal(
        loaded.predict(pixels, verbose=0), model.predict(pixels, verbose=0)
    )


@each
def test_in_a_pipeline(name: str) -> None:
    """It runs TensorFlow on any backend, each epoch with draws of its own; at test time nothing differs."""
    layer, same = MAKE[name](), MAKE[name]()
    data = tf.data.Dataset.from_tensor_slices(X).batch(4)
    drawn = data.map(lambda x: layer(x, training=True))
    again = data.map(lambda x: same(x, training=True))
    epochs = [np.concatenate([batch.numpy() for batch in epoch]) for epoch in (drawn, drawn, again)]
    assert epochs[0].shape == tuple(layer.compute_output_shape(X.shape))
    np.testing.assert_array_equal(epochs[0], epochs[2])
    assert not np.array_equal(epochs[0], epochs[1])
    assert {pixel for epoch in epochs for pixel in np.ravel(epoch)} <= {*np.ravel(X)}
    tests = [batch.numpy() for batch in data.map(lambda x: layer(x, training=False))]
    np.testing.assert_allclose(np.concatenate(tests), outputs(layer, training=False), atol=1e-6)
    outputs(layer)  # and the layer's own backend is back


@pytest.mark.parametrize("shape", [(None, 7, 2), (9, None, 2)])
def test_crops_of_images_of_any_size(shape: tuple) -> None:
    assert RandomFlip()(keras.Input(shape)).shape == (None, *shape)
    with pytest.raises(ValueError, match="height and width of `inputs` must be known"):
        RandomCrop(4, 5)(keras.Input(shape))


@each
@pytest.mark.parametrize("shape", [(9, 7), (1, 1, 9, 7, 2)])
def test_inputs_of_another_rank(name: str, shape: tuple) -> None:
    with pytest.raises(ValueError, match="ndim"):
        MAKE[name]()(np.ones(shape))


@each
def test_an_empty_mini_batch(name: str) -> None:
    layer = MAKE[name]()
    for training in (True, False):
        assert len(outputs(layer, X[:0], training=training)) == 0
