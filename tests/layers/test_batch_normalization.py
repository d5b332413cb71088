"""Batch normalization: what the lecture says of it, and what users do with it."""

import keras
import numpy as np
import pytest
from keras import ops

from dlref.conformance.row import precision
from dlref.gradients import value_and_gradients
from dlref.layers import BatchNormalization
from tests.training import BACKEND, two_devices

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
    layer = BatchNormalization(momentum=0.5)
    for _ in range(30):
        training(layer, Z)
    np.testing.assert_allclose(ops.convert_to_numpy(layer.moving_mean), Z.mean(0), rtol=1e-4)
    np.testing.assert_allclose(ops.convert_to_numpy(layer.moving_variance), Z.var(0), rtol=1e-4)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision_rounds_the_output_alone(policy: str) -> None:
    """Weights, averages and sums stay in float32, so that nothing drifts over many steps."""
    mixed, exact = (BatchNormalization(momentum=0.9, dtype=p) for p in (policy, "float32"))
    dtype = mixed.compute_dtype
    z = ops.convert_to_numpy(ops.cast(ops.cast(Z, dtype), "float32"))
    for layer in (mixed, exact):
        layer.build(Z.shape)
        layer.gamma.assign([1.0003, 0.3, 3.1, 7.7])
        layer.beta.assign([0.1, 30.3, -3.1, 7.7])
    for in_training in [True] * 20 + [False]:
        found = mixed(ops.convert_to_tensor(z, dtype), training=in_training)
        expected = ops.cast(exact(ops.convert_to_tensor(z), training=in_training), dtype)
        np.testing.assert_array_equal(
            *(ops.convert_to_numpy(ops.cast(v, "float32")) for v in (found, expected))
        )
    for a, b in zip(mixed.weights, exact.weights, strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(a), ops.convert_to_numpy(b))


def test_the_gradient_in_closed_form() -> None:
    """dβ = Σ dz̃; dγ = Σ dz̃ z_norm; dz = γ/√(σ² + ε) (dz̃ − (dβ + z_norm dγ)/m), by the chain rule."""
    rng = np.random.default_rng(3)
    z, upstream, gamma = rng.normal(5, 3, (8, 4)), rng.normal(size=(8, 4)), rng.uniform(0.5, 1.5, 4)
    root = np.sqrt(z.var(0) + 1e-3)
    z_norm = (z - z.mean(0)) / root
    dbeta, dgamma = upstream.sum(0), (upstream * z_norm).sum(0)
    dz = gamma / root * (upstream - (dbeta + z_norm * dgamma) / len(z))
    with precision("float64"):
        layer = BatchNormalization()
        layer.build(z.shape)
        state = [v.value for v in layer.non_trainable_variables]
        _, *found = value_and_gradients(
            lambda z, *w: layer.stateless_call(w, state, z, training=True)[0],
            [z, gamma, np.zeros(4)],
            upstream,
        )
    for ours, expected in zip(found, (dz, dgamma, dbeta), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-10, atol=1e-12)


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

        strategy = two_devices()
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

    def test_gradient_of_the_gradient() -> None:
        """As a gradient penalty needs it: what central differences of the gradient find."""
        import jax

        z, upstream, direction = np.random.default_rng(2).normal(size=(3, 6, 2))
        with precision("float64"):
            layer = BatchNormalization()
            layer.build((6, 2))
            weights, state = (
                [v.value for v in g]
                for g in (layer.trainable_variables, layer.non_trainable_variables)
            )
            gradient = jax.grad(
                lambda z: ops.sum(
                    upstream * layer.stateless_call(weights, state, z, training=True)[0]
                )
            )
            second = jax.grad(lambda z: ops.sum(direction * gradient(z)))(z)
            h = 1e-5
            slope = (gradient(z + h * direction) - gradient(z - h * direction)) / (2 * h)
        np.testing.assert_allclose(second, slope, rtol=1e-6, atol=1e-8)

    def test_synchronized_needs_tensorflow() -> None:
        with pytest.raises(ValueError, match="synchronized"):
            BatchNormalization(synchronized=True)
