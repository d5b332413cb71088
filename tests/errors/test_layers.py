"""Hostile inputs, masks and shapes of layers: an error, or finite outputs and finite statistics."""

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from keras import ops

from dlref import layers
from dlref.gradients import value_and_gradients
from tests.errors.hostile import few, finite, refuses

pytestmark = pytest.mark.timeout(60)

LAYERS = {
    "BatchNormalization": layers.BatchNormalization,
    "Dropout": lambda: layers.Dropout(0.5, seed=0),
    "VanillaDropout": lambda: layers.VanillaDropout(0.5, seed=0),
    "LeakyReLU": layers.LeakyReLU,
    "ELU": layers.ELU,
    "PReLU": layers.PReLU,
    "Normalization": layers.Normalization,
    "PCA": layers.PCA,
    "Whitening": layers.Whitening,
    "Maxout": lambda: layers.Maxout(3, kernel_initializer="ones"),
}


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("training", [True, False])
def test_layer_of_whole_numbers(name: str, training: bool) -> None:
    x = np.arange(12).reshape(4, 3)
    out = [LAYERS[name]()(a, training=training) for a in (x, x.astype("float32"))]
    np.testing.assert_array_equal(*(ops.convert_to_numpy(o) for o in out))


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("training", [True, False])
def test_layer_of_an_empty_mini_batch(name: str, training: bool) -> None:
    layer = LAYERS[name]()
    assert layer(np.zeros((0, 3), "float32"), training=training).shape == (0, 3)
    assert all(np.isfinite(w).all() for w in layer.get_weights())


@pytest.mark.parametrize("name", LAYERS)
@few
@given(x=finite("float32", share=1e-8))
def test_layer_of_finite_input(name: str, x: np.ndarray) -> None:
    layer = LAYERS[name]()
    for training in (True, False):
        assert np.isfinite(ops.convert_to_numpy(layer(x, training=training))).all()


@pytest.mark.parametrize("make", [layers.Dropout, layers.VanillaDropout])
@pytest.mark.parametrize("rate", [1, 1 - 1e-16, ops.convert_to_tensor(1.0), 1 - 1e-12], ids=str)
@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_dropout_of_everything(make: Any, rate: Any, policy: str) -> None:
    layer, a = make(rate, seed=0, dtype=policy), np.ones((2, 3), "float32")
    seeds = [v.value for v in layer.non_trainable_variables]
    for array in value_and_gradients(
        lambda a: layer.stateless_call([], seeds, a, training=True)[0], [a], a
    ):
        assert not array.any()


@pytest.mark.parametrize(
    "noise_shape", [(), (2,), (2, 1, 1), (3, 3), (2, 2), (1, 10**400)], ids=lambda n: str(n)[:9]
)
def test_noise_shape_that_does_not_fit(noise_shape: Any) -> None:
    layer = layers.Dropout(0.5, noise_shape=noise_shape)
    refuses("layers.Dropout", "noise_shape", lambda: layer(np.ones((2, 3)), training=True))


@pytest.mark.parametrize(
    ("axis", "shape"), [(2, (2, 3)), (-3, (2, 3)), (10**400, (2, 3)), (-1, ())]
)
def test_batch_normalization_along_no_axis(axis: int, shape: tuple[int, ...]) -> None:
    layer = layers.BatchNormalization(axis=axis)
    refuses("layers.BatchNormalization", "axis", lambda: layer(np.ones(shape, "float32")))


def test_batch_normalization_of_one_axis() -> None:
    layer = layers.BatchNormalization()
    refuses("layers.BatchNormalization", "inputs", lambda: layer(np.ones(3, "float32")))
    refuses("layers.BatchNormalization", "axis", lambda: layer(keras.Input((None,))))


@pytest.mark.parametrize(
    "mask", [np.ones((2, 5)), np.ones((2, 3, 4)), np.ones(2), np.ones(()), [[True] * 5]]
)
def test_mask_that_does_not_fit(mask: Any) -> None:
    layer = layers.BatchNormalization()
    x = np.ones((2, 3, 4), "float32")
    refuses("layers.BatchNormalization", "mask", lambda: layer(x, training=True, mask=mask))


def test_mask_that_leaves_nothing() -> None:
    layer = layers.BatchNormalization()
    out = layer(np.ones((2, 3, 4), "float32"), training=True, mask=np.zeros((2, 3), bool))
    assert np.isfinite(ops.convert_to_numpy(out)).all()
    assert all(np.isfinite(w).all() for w in layer.get_weights())


def _model() -> keras.Model:
    return keras.Sequential([keras.Input((3,)), layers.BatchNormalization()])


def _two_inputs() -> keras.Model:
    inputs = [keras.Input((3,)), keras.Input((3,))]
    return keras.Model(inputs, layers.BatchNormalization()(keras.layers.Add()(inputs)))


X = np.arange(12, dtype="float32").reshape(4, 3)
WHOLE_SETS = [
    *(("model", lambda model=model: model, X) for model in (None, "a", object(), np.sum)),
    ("model", lambda: keras.Sequential([keras.Input((3,)), keras.layers.BatchNormalization()]), X),
    *(
        ("x", _model, x)
        for x in (None, "abc", 1.0, X[:0], [], [[1.0, 2.0, 3.0]], object(), np.float32(1))
    ),
    ("x", _two_inputs, [X, X[:3]]),
    ("x", _two_inputs, [X[:3], X]),
    ("x", _two_inputs, [X, None]),
]


@pytest.mark.parametrize(("argument", "model", "x"), WHOLE_SETS)
def test_hostile_whole_set(argument: str, model: Any, x: Any) -> None:
    refuses("whole_set_statistics", argument, lambda: layers.whole_set_statistics(model(), x))


def test_whole_set_of_another_shape() -> None:
    with pytest.raises(ValueError, match="shape"):
        layers.whole_set_statistics(_model(), np.ones((4, 5)))


def test_whole_set_smaller_than_a_mini_batch() -> None:
    for x in (X, X.astype("int64"), ops.convert_to_tensor(X)):
        model = _model()
        layers.whole_set_statistics(model, x, batch_size=10**30)
        np.testing.assert_allclose(model.layers[-1].get_weights()[2], X.mean(0))
