"""Random rotation: the draws of Keras, what is beyond the edges, gradients, both layouts, models and pipelines."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from dlref.layers import RandomRotation

X = np.random.default_rng(0).normal(size=(6, 9, 7, 2)).astype("float32")


def outputs(layer: Any, x: Any = X, training: bool = True) -> np.ndarray:
    return ops.convert_to_numpy(layer(x, training=training))


@pytest.mark.parametrize("factor", [0.2, -0.2, (-0.1, 0.4), (0.4, -0.1)])
def test_a_seed_draws_the_angles_that_it_draws_in_keras(factor: Any) -> None:
    ours = RandomRotation(factor, seed=5)
    theirs = keras.layers.RandomRotation(factor, seed=5)
    assert ours.factor == theirs.factor
    for x in (X, X[0], X):
        np.testing.assert_allclose(outputs(ours, x), outputs(theirs, x), atol=2e-5)


@pytest.mark.parametrize("interpolation", ["bilinear", "nearest"])
def test_wrap_is_the_image_side_by_side_with_itself(interpolation: str) -> None:
    """A 5 × 5 of images is turned about the middle of the one in the middle."""
    options: dict[str, Any] = {"factor": (0.1, 0.1), "interpolation": interpolation}
    many = np.tile(X, (1, 5, 5, 1))
    middle = outputs(RandomRotation(**options), many)[:, 18:27, 14:21]
    found = outputs(RandomRotation(**options, fill_mode="wrap"))
    np.testing.assert_allclose(found, middle, atol=1e-5)
    theirs = outputs(keras.layers.RandomRotation(**options, fill_mode="wrap"))
    same = np.allclose(theirs, middle, atol=1e-5)
    assert same == (keras.backend.backend() != "tensorflow")


def test_a_full_turn_and_quarter_turns() -> None:
    square = X[:, :7]
    for turns, expected in ((0.25, 1), (-0.25, -1), (0.5, 2), (1.0, 0)):
        found = outputs(RandomRotation((turns, turns)), square)
        np.testing.assert_allclose(found, np.rot90(square, expected, (1, 2)), atol=1e-4)


def test_channels_first() -> None:
    first = RandomRotation(0.3, seed=3, data_format="channels_first")
    for axis, x in ((3, X), (2, X[0])):
        last = RandomRotation(0.3, seed=3)
        first.seed_generator.state.assign(last.seed_generator.state)
        moved = outputs(first, np.moveaxis(x, axis, axis - 2))
        np.testing.assert_array_equal(outputs(last, x), np.moveaxis(moved, axis - 2, axis))


@pytest.mark.parametrize("dtype", ["bfloat16", "mixed_float16", "float64"])
def test_places_are_computed_in_float32_at_least(dtype: str) -> None:
    """Column 999 of 1000 is no number of bfloat16."""
    wide = np.linspace(0, 1, 1000, dtype="float32").reshape(1, 1, 1000, 1)
    layer = RandomRotation((0.5, 0.5), dtype=dtype)
    found = outputs(layer, wide)
    assert keras.backend.standardize_dtype(found.dtype) == layer.compute_dtype
    np.testing.assert_allclose(np.ravel(found.astype("float32")), np.ravel(wide)[::-1], atol=4e-3)


def test_in_a_model_trained_saved_and_loaded(tmp_path: Any) -> None:
    model = keras.Sequential(
        [
            keras.Input((9, 7, 2), dtype="uint8"),
            RandomRotation(0.1, "constant", fill_value=2.0),
            keras.layers.Flatten(),
            keras.layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    pixels = (np.abs(X) * 9).astype("uint8")
    model.fit(pixels, np.zeros(6), verbose=0)
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert loaded.layers[0].get_config() == model.layers[0].get_config()
    np.testing.assert_array_equal(
        loaded.predict(pixels, verbose=0), model.predict(pixels, verbose=0)
    )


@pytest.mark.parametrize("fill_mode", ["reflect", "wrap", "nearest", "constant"])
def test_in_a_pipeline(fill_mode: str) -> None:
    """It runs TensorFlow on any backend."""
    layer = RandomRotation((0.1, 0.1), fill_mode)
    batches = tf.data.Dataset.from_tensor_slices(X).batch(4).map(lambda x: layer(x, training=True))
    found = np.concatenate([batch.numpy() for batch in batches])
    np.testing.assert_allclose(found, outputs(layer), atol=1e-5)


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="graphs and gradients of TensorFlow"
)
def test_on_tensorflow() -> None:
    """Of images whose size is known when it runs, compiled by XLA, and of a variable: its gradient."""
    layer = RandomRotation((0.1, 0.1))
    expected = outputs(layer)
    unknown = tf.TensorSpec((None, None, None, 2), "float32")
    graph = tf.function(lambda x: layer(x, training=True), input_signature=[unknown])
    np.testing.assert_allclose(graph(tf.constant(X)), expected, atol=1e-5)
    compiled = tf.function(lambda x: layer(x, training=True), jit_compile=True)
    np.testing.assert_allclose(compiled(tf.constant(X)), expected, atol=1e-5)
    # Turning is linear: the gradient of upstream · turned(x) by x, times x, is upstream · turned(x) itself.
    upstream: Any = tf.constant(X[::-1].copy())
    x: Any = tf.Variable(tf.constant(X))
    for made, right in ((layer, True), (keras.layers.RandomRotation((0.1, 0.1)), False)):
        with tf.GradientTape() as tape:
            product = tf.reduce_sum(upstream * made(x, training=True))
        gradient: Any = tape.gradient(product, x)
        assert np.isclose(tf.reduce_sum(gradient * x), product, rtol=1e-4) == right


@pytest.mark.parametrize("shape", [(9, 7), (1, 1, 9, 7, 2)])
def test_inputs_of_another_rank(shape: tuple) -> None:
    with pytest.raises(ValueError, match="ndim"):
        RandomRotation(0.1)(np.ones(shape))


def test_images_of_one_pixel_and_none() -> None:
    for fill_mode in ("reflect", "wrap", "nearest"):
        layer = RandomRotation(0.5, fill_mode)
        np.testing.assert_array_equal(outputs(layer, X[:, :1, :1]), X[:, :1, :1])
        assert outputs(layer, X[:0]).shape == (0, 9, 7, 2)
    assert RandomRotation(0.1)(keras.Input((None, 7, 2))).shape == (None, None, 7, 2)


def test_a_factor_that_is_no_pair() -> None:
    with pytest.raises(ValueError, match="`factor` must be a number or two"):
        RandomRotation((0.1, 0.2, 0.3))
