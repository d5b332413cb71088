"""Batch normalization: what the lecture says of it, and what users do with it."""

import keras
import numpy as np
import pytest
from keras import ops

from dlref.conformance.gradients import value_and_gradients
from dlref.conformance.row import precision
from dlref.layers import BatchNormalization
from tests.training import BACKEND

Z = np.random.default_rng(0).normal(5, 3, (64, 4)).astype("float32")


def training(layer: keras.layers.Layer, z: np.ndarray, **kwargs: object) -> np.ndarray:
    return ops.convert_to_numpy(layer(ops.convert_to_tensor(z), training=True, **kwargs))


def test_mean_0_variance_1() -> None:
    normalized = training(BatchNormalization(epsilon=1e-12), Z)
    np.testing.assert_allclose(normalized.mean(0), 0, atol=1e-6)
    np.testing.assert_allclose(normalized.var(0), 1, rtol=1e-5)


def test_it_can_undo_itself() -> None:
    """γ = √(σ² + ε), β = μ: z̃ = z."""
    layer = BatchNormalization(epsilon=1e-3)
    layer.build(Z.shape)
    layer.gamma.assign(np.sqrt(Z.var(0) + 1e-3))
    layer.beta.assign(Z.mean(0))
    np.testing.assert_allclose(training(layer, Z), Z, rtol=1e-5)


def test_a_bias_before_it_is_redundant() -> None:
    """z = W a + b and z = W a give the same, and db = 0."""
    np.testing.assert_allclose(
        training(BatchNormalization(), Z + 100), training(BatchNormalization(), Z), atol=1e-4
    )
    layer = BatchNormalization()
    layer.build(Z.shape)
    state = [v.value for v in layer.non_trainable_variables]
    upstream = np.random.default_rng(1).normal(size=Z.shape)

    def with_bias(b: object) -> object:
        weights = [v.value for v in layer.trainable_variables]
        return layer.stateless_call(weights, state, Z + b, training=True)[0]

    _, db = value_and_gradients(with_bias, [np.zeros(4)], upstream)
    np.testing.assert_allclose(db, 0, atol=1e-4)


def test_moving_average_of_the_biased_variance() -> None:
    layer = BatchNormalization(momentum=0.9)
    for _ in range(200):
        training(layer, Z)
    np.testing.assert_allclose(ops.convert_to_numpy(layer.moving_mean), Z.mean(0), rtol=1e-4)
    np.testing.assert_allclose(ops.convert_to_numpy(layer.moving_variance), Z.var(0), rtol=1e-4)


def test_large_means_do_not_cancel() -> None:
    """Mean 10⁴ and deviation 1 in float32: a form a z + (b − a μ) would lose three digits."""
    z = (Z + 1e4).astype("float32")
    exact = (z - z.mean(0, dtype="float64")) / np.sqrt(z.var(0, dtype="float64") + 1e-3)
    assert np.max(np.abs(training(BatchNormalization(), z) - exact)) < 1e-3


def test_frozen_is_inference() -> None:
    layer = BatchNormalization()
    layer.build(Z.shape)
    layer.trainable = False
    np.testing.assert_allclose(
        training(layer, Z), ops.convert_to_numpy(layer(ops.convert_to_tensor(Z)))
    )
    np.testing.assert_array_equal(ops.convert_to_numpy(layer.moving_mean), 0)


def test_masked_values_count_for_nothing() -> None:
    """Not even if they are NaN."""
    z, mask = np.tile(Z[:, None], (1, 3, 1)), np.tile([True, True, False], (64, 1))
    poisoned = z.copy()
    poisoned[:, 2] = np.nan
    layer, alone = BatchNormalization(), BatchNormalization()
    masked = training(layer, poisoned, mask=ops.convert_to_tensor(mask))
    np.testing.assert_allclose(masked[:, :2], training(alone, z[:, :2]), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        ops.convert_to_numpy(layer.moving_variance),
        ops.convert_to_numpy(alone.moving_variance),
        rtol=1e-5,
    )


def test_everything_masked() -> None:
    layer = BatchNormalization()
    output = training(layer, np.tile(Z[:, None], (1, 3, 1)), mask=ops.zeros((64, 3), "bool"))
    assert (
        np.isfinite(output).all() and np.isfinite(ops.convert_to_numpy(layer.moving_variance)).all()
    )


def test_gradient_of_the_gradient() -> None:
    """A gradient penalty differentiates the closed form (8); its slope is what central differences find."""
    rng = np.random.default_rng(2)
    z, upstream, direction = (rng.normal(size=(6, 2)) for _ in range(3))
    gamma, beta = rng.uniform(0.5, 1.5, 2), np.zeros(2)

    def gradient(z: object) -> np.ndarray:
        return value_and_gradients(lambda z: normalized(z), [z], upstream)[1]

    def normalized(z: object) -> object:
        layer = BatchNormalization()
        layer.build((6, 2))
        state = [v.value for v in layer.non_trainable_variables]
        weights = [ops.convert_to_tensor(w, "float64") for w in (gamma, beta)]
        return layer.stateless_call(weights, state, z, training=True)[0]

    with precision("float64"):
        h = 1e-5
        slope = (gradient(z + h * direction) - gradient(z - h * direction)) / (2 * h)
        second = gradient_of(
            lambda z: gradient_of(lambda z: ops.sum(upstream * normalized(z)), z), z, direction
        )
    np.testing.assert_allclose(second, slope, rtol=1e-6, atol=1e-8)


def gradient_of(function: object, z: object, direction: object = None) -> object:
    """The gradient of a scalar function, or of `sum(direction * function)`."""
    z = ops.convert_to_tensor(z, "float64")

    def scalar(z: object) -> object:
        value = function(z)
        return value if direction is None else ops.sum(direction * value)

    if BACKEND == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(z)
            value = scalar(z)
        return tape.gradient(value, z)
    import jax

    return jax.grad(scalar)(z)


@pytest.mark.parametrize(
    ("arguments", "shape", "message"),
    [({"axis": 2}, (4, 3), "`axis` must be an axis"), ({}, (4, None), "must be known")],
)
def test_shapes_that_do_not_fit(arguments: dict, shape: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        BatchNormalization(**arguments).build(shape)


if BACKEND == "tensorflow":

    def test_synchronized_over_two_replicas() -> None:
        """Two replicas with different halves normalize by the statistics of the whole."""
        import tensorflow as tf

        devices = [device.name for device in tf.config.list_logical_devices("CPU")]
        strategy = tf.distribute.MirroredStrategy(devices)
        with strategy.scope():
            layer = BatchNormalization(synchronized=True, momentum=0.0)
            layer.build((None, 4))
        halves = iter(np.split(np.sort(Z, 0), 2))
        parts = strategy.experimental_distribute_values_from_function(
            lambda context: tf.constant(next(halves))
        )
        outputs = strategy.run(tf.function(lambda z: layer(z, training=True)), args=(parts,))
        whole = np.concatenate([o.numpy() for o in strategy.experimental_local_results(outputs)])
        alone = training(BatchNormalization(momentum=0.0), np.sort(Z, 0))
        np.testing.assert_allclose(whole, alone, rtol=1e-4, atol=1e-5)
else:

    def test_synchronized_needs_tensorflow() -> None:
        with pytest.raises(ValueError, match="synchronized"):
            BatchNormalization(synchronized=True)
