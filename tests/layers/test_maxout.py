"""Maxout: what it contains, the pieces of a unit, and the shapes it takes."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref import activations
from dlref.layers import Maxout
from tests.errors.hostile import refuses
from tests.populations.searching import check_against_fit, network

_rng = np.random.default_rng(0)
X, W, B = (_rng.normal(size=shape).astype("float32") for shape in ((7, 4), (4, 3), (3,)))


def side_by_side(*pieces: np.ndarray) -> np.ndarray:
    """The first pieces of all units, then the second, as columns with a unit's pieces together."""
    return np.stack(pieces, -1).reshape(*pieces[0].shape[:-1], -1)


@pytest.mark.parametrize(
    ("share", "function"), [(0.0, activations.relu), (0.01, activations.leaky_relu)]
)
def test_relu_and_leaky_relu_are_maxout(share: float, function: Any) -> None:
    layer = Maxout(3)
    layer.build(X.shape)
    layer.set_weights([side_by_side(W, share * W), side_by_side(B, share * B)])
    expected = ops.convert_to_numpy(function(X @ W + B))
    np.testing.assert_allclose(ops.convert_to_numpy(layer(X)), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("shape", [(2, 4), (2, 3, 4), (2, 3, 5, 4)])
def test_any_rank(shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(1).normal(size=shape).astype("float32")
    layer = Maxout(3, pieces=4)
    output = ops.convert_to_numpy(layer(x))
    assert output.shape == (*shape[:-1], 3) == layer.compute_output_shape(shape)
    rows = ops.convert_to_numpy(layer(x.reshape(-1, 4)))
    np.testing.assert_allclose(output.reshape(-1, 3), rows, rtol=1e-5)
    unknown = (None,) * (len(shape) - 2)
    assert layer(keras.Input((*unknown, 4))).shape == (None, *unknown, 3)


@pytest.mark.parametrize("shape", [(None, None), (4,), ()])
def test_inputs_that_it_cannot_take(shape: tuple[Any, ...]) -> None:
    refuses("layers.Maxout", "inputs", lambda: Maxout(3).build(shape))


def test_a_kernel_starts_as_wide_as_that_of_a_dense_layer() -> None:
    """An initializer sees the number of inputs, not of inputs times units."""
    layer = Maxout(50, pieces=4, kernel_initializer=keras.initializers.HeNormal(seed=0))
    layer.build((None, 200))
    assert np.std(layer.get_weights()[0]) == pytest.approx((2 / 200) ** 0.5, rel=0.02)


def test_pieces_in_a_population(tmp_path: Any) -> None:
    def build(hp: Any) -> keras.Model:
        hidden = Maxout(4, pieces=3, kernel_regularizer="l2", bias_initializer="ones")
        rate = hp.Float("learning_rate", 0.01, 0.1)
        return network(hidden, optimizer=keras.optimizers.SGD(rate))

    heard = check_against_fit(build, tmp_path)
    assert heard.populations == ["3 trials, mini-batch 32"]
