"""Symmetric units: found where training really keeps them equal, and only there."""

import keras
import numpy as np
import pytest
from keras import layers

from dlref.diagnostics import symmetric_units

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(32, 3)), RNG.normal(size=(32, 2))
IMAGES = RNG.normal(size=(4, 6, 6, 2))
ZEROS, ONES = {"kernel_initializer": "zeros"}, {"kernel_initializer": "ones"}


def model(*parts, shape=(3,)):
    return keras.Sequential([keras.Input(shape), *parts])


def hidden(*arguments, **keywords):
    return layers.Dense(4, *arguments, name="hidden", **keywords)


def last(**keywords):
    return layers.Dense(2, name="last", **keywords)


# The model, and the layers whose units stay equal.
CASES = {
    "zeros and tanh": (lambda: model(hidden("tanh", **ZEROS), last(**ZEROS)), ("hidden",)),
    "zeros and sigmoid": (lambda: model(hidden("sigmoid", **ZEROS), last(**ZEROS)), ("hidden",)),
    "ones": (lambda: model(hidden("tanh", **ONES), last(**ONES)), ("hidden",)),
    "random": (lambda: model(hidden("tanh"), last()), ()),
    "small random": (
        lambda: model(hidden("tanh", kernel_initializer=keras.initializers.RandomNormal(0, 0.01)), last()), ()),
    "only the output is zero": (lambda: model(hidden("tanh"), last(**ZEROS)), ()),
    "only the hidden layer is zero": (lambda: model(hidden("tanh", **ZEROS), last()), ()),
    "one unit": (lambda: model(layers.Dense(1, "tanh", **ZEROS), last()), ()),
    "no bias anywhere": (
        lambda: model(hidden("tanh", use_bias=False, **ZEROS), last(use_bias=False, **ZEROS)), ("hidden", "last")),
    "dropout tells them apart": (
        lambda: model(hidden("tanh", **ONES), layers.Dropout(0.5, seed=1), last(**ONES)), ()),
    "batch normalization does not": (
        lambda: model(hidden("sigmoid", **ONES), layers.BatchNormalization(), last(**ONES)), ("hidden",)),
    "a model inside": (lambda: model(model(hidden("tanh", **ZEROS)), last(**ZEROS)), ("hidden",)),
    "half precision": (
        lambda: model(
            layers.Dense(33, "sigmoid", name="hidden", dtype="float16", **ONES), last(dtype="bfloat16", **ONES)),
        ("hidden",)),
    "biases that differ": (
        lambda: model(hidden("tanh", bias_initializer="random_normal", **ZEROS), last(**ONES)), ()),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_found(name) -> None:
    make, expected = CASES[name]
    assert symmetric_units(make(), X).found == expected


@pytest.mark.parametrize("name", [name for name in CASES if "precision" not in name])
def test_training_keeps_them_equal_and_only_them(name) -> None:
    """What it says, against five steps of gradient descent."""
    make, _ = CASES[name]
    made = make()
    found = symmetric_units(made, X).found
    made.compile(keras.optimizers.SGD(0.1), "mse", run_eagerly=True)
    made.fit(X, Y, batch_size=32, epochs=5, verbose=0)
    for layer in made._flatten_layers():
        if layer.name in ("hidden", "last"):
            weights = np.vstack([keras.ops.convert_to_numpy(v) for v in layer.weights])
            equal = np.ptp(weights, axis=-1).max() <= 1e-5 * np.abs(weights).max()
            assert equal == (layer.name in found)


def test_convolutions() -> None:
    def network(**keywords):
        convolution = layers.Conv2D(3, 3, activation="sigmoid", name="conv", **keywords)
        head = layers.Dense(2, kernel_initializer="ones")
        return model(convolution, layers.GlobalAveragePooling2D(), head, shape=(6, 6, 2))

    assert symmetric_units(network(**ZEROS), IMAGES).found == ("conv",)
    assert symmetric_units(network(), IMAGES).found == ()


def test_in_float64_whatever_the_dtype() -> None:
    found = []
    for dtype in ("float64", "float32", "float16"):
        made = model(hidden("tanh", dtype=dtype), last(dtype=dtype))
        made.set_weights(
            [
                np.round(8 * np.cos(np.arange(v.size))).reshape(v.shape) / 8
                for v in made.get_weights()
            ]
        )
        found.append([layer.gradients for layer in symmetric_units(made, X).layers])
    np.testing.assert_allclose(found, [found[0]] * 3, rtol=1e-12)


def test_several_inputs_and_outputs() -> None:
    a, b = keras.Input((3,), name="a"), keras.Input((3,), name="b")
    both = layers.Concatenate()([a, b])
    shared = layers.Dense(4, "sigmoid", name="shared", **ZEROS)(both)
    outputs = [layers.Dense(1, **ZEROS)(shared), layers.Dense(2, **ZEROS)(shared)]
    found = symmetric_units(keras.Model([a, b], outputs), {"a": X, "b": X})
    assert found.found == ("shared",) and found.verdict == "symmetric"


def test_the_model_stays_as_it_is() -> None:
    made = model(hidden("tanh", **ONES), layers.BatchNormalization(), layers.Dropout(0.5), last())
    before = [np.array(keras.ops.convert_to_numpy(v)) for v in made.variables]
    symmetric_units(made, X)
    for v, start in zip(made.variables, before, strict=True):
        assert keras.backend.standardize_dtype(v.dtype) == start.dtype.name
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(v), start)


def test_after_training_in_float32() -> None:
    """Sums that float32 rounds differently do not hide it."""
    made = model(layers.Dense(33, "sigmoid", name="hidden", **ONES), last(**ONES))
    made.compile("sgd", "mse", run_eagerly=True)
    made.fit(X, Y, epochs=20, verbose=0)
    assert symmetric_units(made, X).found == ("hidden",)


def test_report() -> None:
    made = model(hidden("tanh", **ZEROS), layers.Dense(1, name="last", **ZEROS))
    assert str(symmetric_units(made, X)).splitlines() == [
        "layer   units  weights apart  gradients apart  verdict",
        "hidden  4      0.0e+00        0.0e+00          symmetric",
        "last    1      0.0e+00        0.0e+00          good",
        "All units of hidden are equal and get equal gradients: they stay one unit. "
        'Initialize the weights with random numbers, such as kernel_initializer="he_normal".',
    ]
    assert "Initialize" not in str(symmetric_units(model(last()), X))


REFUSED = {
    "no model": ((layers.Dense(1), X), TypeError, "symmetric_units: `model` must be a keras.Model"),
    "no layer of units": ((model(layers.BatchNormalization()), X), ValueError, "a Dense or a convolutional layer"),
    "no examples": ((model(last()), X[:0]), ValueError, "at least one example"),
    "NaN": ((model(last()), X * np.nan), ValueError, "`x` must hold finite"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name) -> None:
    arguments, error, says = REFUSED[name]
    with pytest.raises(error) as raised:
        symmetric_units(*arguments)
    assert "symmetric_units: " in str(raised.value) and says in str(raised.value)
