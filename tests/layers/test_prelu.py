"""PReLU: where it learns, what it shares, and where Keras' layer is another function."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.gradients import value_and_gradients
from dlref.layers import PReLU
from tests.errors.hostile import refuses
from tests.populations.searching import check_against_fit, network

Z = np.random.default_rng(0).normal(0, 2, (6, 4, 5)).astype("float32")


def sloped(layer: Any, alpha: Any) -> np.ndarray:
    layer.build(Z.shape)
    layer.alpha.assign(ops.full(layer.alpha.shape, alpha))
    return ops.convert_to_numpy(layer(Z))


@pytest.mark.parametrize("alpha", [-0.5, 0.0, 0.25, 1.0])
def test_up_to_a_slope_of_1_it_is_keras(alpha: float) -> None:
    np.testing.assert_array_equal(sloped(PReLU(), alpha), sloped(keras.layers.PReLU(), alpha))


def test_beyond_a_slope_of_1_keras_is_the_minimum() -> None:
    np.testing.assert_array_equal(sloped(PReLU(), 2.0), np.maximum(2 * Z, Z))
    np.testing.assert_array_equal(sloped(keras.layers.PReLU(), 2.0), np.minimum(2 * Z, Z))


@pytest.mark.parametrize(
    ("shared_axes", "shape"),
    [
        (None, (4, 5)),
        (1, (1, 5)),
        ([1, 2], (1, 1)),
        ((2,), (4, 1)),
        (-1, (4, 1)),
        ([-2, 1], (1, 5)),
    ],
)
def test_shared_axes(shared_axes: Any, shape: tuple[int, ...]) -> None:
    layer = PReLU(shared_axes=shared_axes)
    layer.build((None, 4, 5))
    assert layer.alpha.shape == shape
    assert layer.compute_output_shape((None, 4, 5)) == (None, 4, 5)


def test_an_axis_of_any_size_has_to_be_shared() -> None:
    refuses("layers.PReLU", "shared_axes", lambda: PReLU()(keras.Input((None, 5))))
    assert PReLU(shared_axes=1)(keras.Input((None, 5))).shape == (None, None, 5)


@pytest.mark.parametrize("shared_axes", [0, -3, 3, [1, 3], 10**400])
def test_no_such_axis(shared_axes: Any) -> None:
    refuses("layers.PReLU", "shared_axes", lambda: PReLU(shared_axes=shared_axes)(Z))


def test_other_inputs_than_it_was_built_for() -> None:
    layer = PReLU(shared_axes=1)
    layer(Z)
    assert layer(Z[:2, :3]).shape == (2, 3, 5)
    with pytest.raises(ValueError, match="expected axis 2"):
        layer(Z[:, :, :4])


def test_gradient_of_many_examples_in_half_precision() -> None:
    """Their sum exceeds float16's largest number, 65504."""
    layer, z = PReLU(dtype="mixed_float16"), np.full((100_000, 1), -3.0)
    layer.build(z.shape)

    def output(alpha: Any) -> Any:
        with keras.StatelessScope([(layer.alpha, alpha)]):
            return ops.cast(layer(ops.convert_to_tensor(z, "float16")), "float32")

    _, gradient = value_and_gradients(output, [[0.25]], np.ones(z.shape))
    np.testing.assert_allclose(gradient, [-300_000])


def test_a_population_learns_the_slopes(tmp_path: Any) -> None:
    def build(hp: Any) -> keras.Model:
        start = keras.initializers.Constant(0.25)
        rate = hp.Float("learning_rate", 0.01, 0.1)
        hidden = [keras.layers.Dense(5), PReLU(start, alpha_regularizer="l2")]
        return network(*hidden, optimizer=keras.optimizers.SGD(rate))

    heard = check_against_fit(build, tmp_path)
    assert heard.populations == ["3 trials, mini-batch 32"]
