"""DropConnect: what it draws, which layers it takes, and what is left as it was."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from dlref.layers import DropConnect

X = np.random.default_rng(0).normal(size=(6, 5, 4)).astype("float32")
Y = np.array([0, 1, 2, 0, 1, 2])


def of_ones(rate: float, **kwargs: Any) -> Any:
    """300 units with one input each: a training call shows their weights."""
    dense = layers.Dense(300, kernel_initializer="ones", use_bias=False)
    return DropConnect(dense, rate, **kwargs)


def weights(layer: Any) -> np.ndarray:
    return ops.convert_to_numpy(layer(ops.ones((100, 1)), training=True))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_the_expectation_in_training_is_the_output_at_test_time(rate: float) -> None:
    layer = of_ones(rate, seed=3)
    means = [weights(layer)[0] for _ in range(100)]
    deviation = np.sqrt(rate / (1 - rate) / np.size(means))
    assert abs(np.mean(means) - 1) < 6 * deviation
    assert set(np.unique(np.round(means, 5))) == {0.0, np.float32(round(1 / (1 - rate), 5))}
    np.testing.assert_array_equal(layer(ops.ones((2, 1))), 1)


def test_a_mini_batch_has_one_mask() -> None:
    seen = weights(of_ones(0.5, seed=1))
    np.testing.assert_array_equal(seen, np.tile(seen[:1], (100, 1)))
    assert 0 < seen.mean() < 2


def test_a_seed_repeats_and_a_call_does_not() -> None:
    first, again, other = (of_ones(0.5, seed=seed) for seed in (4, 4, 5))
    a, b = weights(first), weights(again)
    np.testing.assert_array_equal(a, b)
    assert np.any(weights(first) != a) and np.any(weights(other) != a)


@pytest.mark.parametrize(
    ("layer", "x"),
    [
        (layers.Dense(3, "tanh", bias_initializer="ones"), X),
        (layers.EinsumDense("abc,cd->abd", (None, 3), bias_axes="d"), X),
        (layers.Conv1D(3, 2, padding="same", bias_initializer="ones"), X),
        (layers.Conv2D(3, 2, strides=2), X[..., None]),
        (layers.DepthwiseConv1D(2), X),
        (layers.Conv1DTranspose(3, 2), X),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_layers_with_a_kernel(layer: Any, x: np.ndarray) -> None:
    """In training as the layer with the kernel that is left, at test time as the layer."""
    wrapped = DropConnect(layer, 0.5, seed=2)
    tested = ops.convert_to_numpy(wrapped(x))
    np.testing.assert_array_equal(tested, ops.convert_to_numpy(layer(x)))
    assert wrapped.compute_output_shape(x.shape) == layer.compute_output_shape(x.shape)
    kernel = ops.convert_to_numpy(layer.kernel)
    trained = ops.convert_to_numpy(wrapped(x, training=True))
    np.testing.assert_array_equal(ops.convert_to_numpy(layer.kernel), kernel)
    rand = keras.random.uniform(kernel.shape, dtype="float32", seed=keras.random.SeedGenerator(2))
    layer.kernel.assign(np.where(ops.convert_to_numpy(rand) < 0.5, 2 * kernel, 0))
    np.testing.assert_allclose(trained, ops.convert_to_numpy(layer(x)), rtol=1e-5, atol=1e-6)


def network(wrap: Any, **dense: Any) -> Any:
    keras.utils.set_random_seed(0)
    hidden = layers.Dense(8, "relu", **dense)
    model = keras.Sequential([keras.Input((4,)), wrap(hidden), layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.05), loss)
    return model


def test_fit_save_and_load(tmp_path: Any) -> None:
    x = X[:, 0]
    model = network(lambda layer: DropConnect(layer, 0.3, seed=1))
    history = model.fit(x, Y, epochs=60, verbose=0).history["loss"]
    assert history[-1] < 0.5 * history[0]
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))
    assert loaded.layers[0].rate == 0.3 and loaded.layers[0].layer.units == 8


def test_rate_0_trains_as_the_layer_and_regularizers_count() -> None:
    """The regularizers of weights, which are of all of them, and of activities."""
    x, given = X[:, 0], {"kernel_regularizer": "l2", "activity_regularizer": "l1"}
    plain, wrapped = (
        network(lambda layer: layer, **given),
        network(lambda layer: DropConnect(layer, 0.0), **given),
    )
    wrapped.set_weights(plain.get_weights())
    a, b = (m.fit(x, Y, epochs=3, verbose=0, shuffle=False) for m in (plain, wrapped))
    np.testing.assert_allclose(a.history["loss"], b.history["loss"], rtol=1e-6)


def test_what_has_no_kernel() -> None:
    for layer in (layers.Embedding(3, 2), layers.ReLU()):
        with pytest.raises(ValueError, match="DropConnect: `layer` must have a `kernel`"):
            DropConnect(layer, 0.5)(np.ones((2, 3)))
    with pytest.raises(ValueError, match="isn't a supported layer type"):
        DropConnect("dense", 0.5)


def test_mixed_precision() -> None:
    layer = DropConnect(layers.Dense(4, dtype="mixed_float16"), 0.5, dtype="mixed_float16")
    assert layer(X, training=True).dtype == layer(X).dtype
    assert keras.backend.standardize_dtype(layer(X, training=True).dtype) == "float16"
    assert keras.backend.standardize_dtype(layer.layer.kernel.dtype) == "float32"
