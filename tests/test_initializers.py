"""Initializers: variances, and what they do to a deep net."""

import json
from typing import Any

import keras
import numpy as np
import pytest
import scipy.stats
from keras import ops

from dlref import activations
from dlref.initializers import HeNormal, SmallNormal, XavierNormal


@pytest.mark.parametrize(
    ("initializer", "shape", "deviation"),
    [
        (SmallNormal(seed=1), (400, 600), 0.01),
        (SmallNormal(1.0, seed=1), (400, 600), 1.0),
        (XavierNormal(seed=1), (400, 600), np.sqrt(1 / 400)),
        (HeNormal(seed=1), (400, 600), np.sqrt(2 / 400)),
        (HeNormal(seed=1), (3, 3, 16, 64), np.sqrt(2 / 144)),
        (XavierNormal(seed=1), (40_000,), np.sqrt(1 / 40_000)),
    ],
)
def test_normal_with_the_right_deviation(initializer: Any, shape: tuple, deviation: float) -> None:
    """Not truncated: Kolmogorov and Smirnov find no difference from a normal distribution."""
    w = ops.convert_to_numpy(initializer(shape)).ravel()
    assert w.std() == pytest.approx(deviation, rel=0.02)
    assert scipy.stats.kstest(w / deviation, "norm").pvalue > 1e-3
    if w.size > 100_000:
        assert np.abs(w / deviation).max() > 4


@pytest.mark.parametrize("initializer", [SmallNormal, XavierNormal, HeNormal])
def test_a_seed_generator_goes_on(initializer: Any) -> None:
    """Each call draws something else; a copy from the config begins where the first did."""
    made = initializer(seed=keras.random.SeedGenerator(3))
    copy = initializer.from_config(json.loads(json.dumps(made.get_config())))
    first, second, again = (ops.convert_to_numpy(i((4, 3))) for i in (made, made, copy))
    assert np.array_equal(first, again) and not np.any(first == second)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize("initializer", [SmallNormal, XavierNormal, HeNormal])
def test_dtype(initializer: Any, dtype: str) -> None:
    assert keras.backend.standardize_dtype(initializer()((4, 3), dtype).dtype) == dtype


def test_keras_own_are_others() -> None:
    glorot = ops.convert_to_numpy(keras.initializers.GlorotNormal(seed=1)((400, 600)))
    he = ops.convert_to_numpy(keras.initializers.HeNormal(seed=1)((400, 600)))
    assert glorot.std() == pytest.approx(np.sqrt(2 / 1000), rel=0.02)
    assert np.abs(he).max() < 2.3 * np.sqrt(2 / 400)


@pytest.mark.parametrize(
    ("activation", "initializer", "state"),
    [
        ("tanh", SmallNormal(0.01), "dead"),
        ("tanh", SmallNormal(1.0), "saturated"),
        ("tanh", XavierNormal(), "healthy"),
        ("relu", XavierNormal(), "dying"),
        ("relu", HeNormal(), "healthy"),
    ],
)
def test_ten_layers(activation: str, initializer: Any, state: str) -> None:
    """CS231n-6: ten layers of 500 units on normal inputs."""
    a = np.random.default_rng(0).normal(size=(500, 500)).astype("float32")
    scale = np.sqrt(np.mean(a**2))
    for layer in range(10):
        fresh = type(initializer).from_config({**initializer.get_config(), "seed": layer})
        z = a @ ops.convert_to_numpy(fresh((500, 500)))
        a = ops.convert_to_numpy(getattr(activations, activation)(z))
    size = np.sqrt(np.mean(a**2)) / scale
    saturated = np.mean(np.abs(a) > 0.99) if activation == "tanh" else 0.0
    assert {
        "dead": size < 1e-6,
        "saturated": saturated > 0.8,
        "dying": size < 0.1,
        "healthy": 0.2 < size < 2 and saturated < 0.1,
    }[state]


def test_symmetry() -> None:
    """All zero, the units of a layer stay equal for ever; small random weights differ."""
    from tests.training import classifier, losses

    for initializer, equal in (("zeros", True), (SmallNormal(seed=1), False)):
        hidden = keras.layers.Dense(4, activation="tanh", kernel_initializer=initializer)
        model = classifier(hidden)
        model.layers[1].kernel.assign(np.ones((4, 10)))
        model.compile("sgd", "categorical_crossentropy")
        losses(model, epochs=1)
        kernel = ops.convert_to_numpy(hidden.kernel)
        assert np.allclose(kernel, kernel[:, :1]) is equal
