"""Fractional max pooling: the regions it draws, against TensorFlow's operation, and what it is in a model."""

from typing import Any
from unittest import mock

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from dlref.layers import FractionalMaxPooling2D

rng = np.random.default_rng(0)
X = rng.normal(size=(2, 13, 11, 3))


def sizes(n: int, ratio: float, count: int = 200, **options: Any) -> np.ndarray:
    """The sizes of the regions of a column of `n` numbers in rising order, whose maxima are their last."""
    layer = FractionalMaxPooling2D((ratio, 1), seed=0, **options)
    column = ops.reshape(ops.arange(n, dtype="float32"), (1, n, 1, 1))
    ends = np.array([ops.convert_to_numpy(layer(column))[0, :, 0, 0] for _ in range(count)])
    return np.diff(ends, axis=1, prepend=-1).astype(int)


@pytest.mark.parametrize("pseudo_random", [False, True])
@pytest.mark.parametrize(("n", "ratio"), [(25, 2**0.5), (7, 1.6), (13, 2.0), (20, 3.3), (9, 1.0)])
def test_regions_cover_all_rows_in_two_sizes(n: int, ratio: float, pseudo_random: bool) -> None:
    drawn = sizes(n, ratio, pseudo_random=pseudo_random)
    h = int(n / ratio)
    assert drawn.shape[1] == h and set(drawn.sum(1)) == {n}
    assert set(np.unique(drawn)) <= {n // h, n // h + 1}
    assert (n % h == 0) == (len(np.unique(drawn, axis=0)) == 1)  # else something is random


def test_any_order_is_as_likely() -> None:
    orders, counts = np.unique(sizes(6, 1.5, 600), axis=0, return_counts=True)
    assert len(orders) == 6
    assert np.all(abs(counts - 100) < 5 * np.sqrt(600 * 1 / 6 * 5 / 6))


def test_pseudo_random_is_even() -> None:
    """Any k regions side by side have the same number of rows, but for one."""
    drawn = sizes(18, 1.5, pseudo_random=True)
    for k in (2, 3, 5):
        sums = np.stack([drawn[:, i : i + k].sum(1) for i in range(13 - k)])
        assert np.ptp(sums) <= 1
    any_order = sizes(18, 1.5)
    assert np.ptp(any_order[:, :3].sum(1)) > 1


@pytest.mark.parametrize("overlapping", [False, True])
@pytest.mark.parametrize("pseudo_random", [False, True])
@pytest.mark.parametrize("ratios", [(1.5, 1.3), (2.0, 3.4)])
def test_tensorflow_with_the_same_regions(
    ratios: tuple[float, float], pseudo_random: bool, overlapping: bool
) -> None:
    with tf.GradientTape() as tape:
        x = tf.constant(X)
        tape.watch(x)
        theirs = tf.nn.fractional_max_pool(x, [1, *ratios, 1], pseudo_random, overlapping, seed=7)
        gradient: Any = tape.gradient(tf.reduce_sum(theirs[0] ** 2), x)
    starts = iter([each.numpy()[:-1].astype("int32") for each in theirs[1:]])
    layer = FractionalMaxPooling2D(ratios, pseudo_random, overlapping, dtype="float64")
    with mock.patch.object(layer, "_starts", lambda n, h: ops.convert_to_tensor(next(starts))):
        ours = ops.convert_to_numpy(layer(ops.convert_to_tensor(X, "float64")))
    np.testing.assert_allclose(ours, theirs[0].numpy(), rtol=1e-15)
    # What each entry is the maximum of, squared and differentiated.
    found = np.array([2 * v * np.sum(ours == v) for v in X.ravel()]).reshape(X.shape)
    np.testing.assert_allclose(found, gradient.numpy(), rtol=1e-12)


def test_channels_first() -> None:
    last, first = (
        FractionalMaxPooling2D((1.5, 2.2), data_format=name, seed=3)
        for name in ("channels_last", "channels_first")
    )
    moved = np.moveaxis(ops.convert_to_numpy(first(np.moveaxis(X, 3, 1))), 1, 3)
    np.testing.assert_array_equal(last(X), moved)


def test_a_mini_batch_has_the_same_regions_and_the_next_one_others() -> None:
    layer = FractionalMaxPooling2D(1.5, seed=1)
    one = np.repeat(X[:1, :, :, :1], 4, 0).repeat(5, 3)
    first, second = (ops.convert_to_numpy(layer(one)) for _ in range(2))
    np.testing.assert_array_equal(first, np.broadcast_to(first[:1, :, :, :1], first.shape))
    assert np.any(first != second)


def test_regions_where_the_default_is_half_precision() -> None:
    """Keras then counts in int16, unless it is told not to."""
    floatx = keras.config.floatx()
    keras.config.set_floatx("float16")
    try:
        drawn = [sizes(600, 1.7, 3, pseudo_random=p, dtype="float32") for p in (True, False)]
    finally:
        keras.config.set_floatx(floatx)
    assert {int(n) for each in drawn for n in each.sum(1)} == {600}


def test_fit_save_and_load(tmp_path: Any) -> None:
    keras.utils.set_random_seed(0)
    x, y = rng.normal(size=(32, 8, 8, 1)).astype("float32"), np.arange(32) % 2
    x += y[:, None, None, None]
    convolution = layers.Conv2D(4, 3, activation="relu")
    model = keras.Sequential(
        [keras.Input((8, 8, 1)), convolution, FractionalMaxPooling2D(2**0.5), layers.Flatten()]
    )
    model.add(layers.Dense(2))
    assert model.layers[1].output.shape == (None, 4, 4, 4)
    model.compile(
        keras.optimizers.Adam(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    history = model.fit(x, y, epochs=25, verbose=0).history["loss"]
    assert history[-1] < 0.7 * history[0]
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert loaded.layers[1].pooling_ratio == 2**0.5
    # What it draws next is no part of a saved model.
    state = ops.convert_to_numpy(model.layers[1].seed_generator.state)
    loaded.layers[1].seed_generator.state.assign(state)
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))


@pytest.mark.parametrize("shape", [(None, 8, 3), (8, None, 3), (1, 8, 3)])
def test_heights_and_widths_that_cannot_be_divided(shape: tuple) -> None:
    with pytest.raises(ValueError, match="height and width of `inputs` must be known and at least"):
        FractionalMaxPooling2D(1.5)(keras.Input(shape))


def test_inputs_of_another_rank() -> None:
    with pytest.raises(ValueError, match="expected ndim=4"):
        FractionalMaxPooling2D(1.5)(X[0])
