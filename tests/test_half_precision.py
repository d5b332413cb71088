"""In half precision, values and gradients are those of float64 on the same inputs, rounded once."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref import activations, averages, detection, layers, losses, regularizers
from dlref.conformance.row import precision
from dlref.gradients import value_and_gradients

# Half the distance of 1 from the next number, and the smallest number.
ROUNDING = {"float16": (2.0**-11, 2.0**-24), "bfloat16": (2.0**-8, 2.0**-126)}

Z = np.linspace(-12, 12, 25)
P = np.array([[0.0, 1e-4, 0.01, 0.5, 0.9, 0.996]])
MANY = np.full((1, 100_000), -2.0)  # as a number of float16, 100,000 is infinite
BOXES = np.array(
    [[200.0, 100, 500, 380], [250, 30, 400, 200], [230, 80, 510, 300], [9, 10, 260, 290]]
)
LARGE = np.array([[59904.0, -59904.0, 200.0, -200.0], [10.0, 0.0, 0.0, -10.0]])


def binary(label: float, **arguments: Any) -> Any:
    return lambda p: losses.BinaryCrossentropy(**arguments)(ops.full_like(p, label), p)


def categorical(place: int, **arguments: Any) -> Any:
    def loss(p: Any) -> Any:
        labels = ops.one_hot(ops.full((p.shape[0],), place, "int32"), p.shape[1], dtype=p.dtype)
        return losses.CategoricalCrossentropy(**arguments)(labels, p)

    return loss


CASES = {
    "sigmoid": (activations.sigmoid, Z),
    "tanh": (activations.tanh, Z / 3),
    "relu": (activations.relu, Z),
    "leaky_relu": (activations.leaky_relu, Z),
    "elu": (activations.elu, Z),
    "softmax": (activations.softmax, Z),
    "softmax of many classes": (activations.softmax, MANY),
    "LeakyReLU": (lambda z: layers.LeakyReLU()(z), Z),
    "ELU": (lambda z: layers.ELU(0.7)(z), Z),
    "PReLU": (lambda z: layers.PReLU(keras.initializers.Constant(0.25))(z[None])[0], Z),
    "Normalization": (lambda x: layers.Normalization(None, 1.0, 3.0)(x), Z),
    "L2": (regularizers.L2(0.5, 60_000), np.full((300, 300), 2.0)),
    "L1": (regularizers.L1(0.5, 60_000), np.full((300, 300), 2.0)),
    "UnhalvedL1": (regularizers.UnhalvedL1(0.5, 60_000), np.full((300, 300), 2.0)),
    "average": (lambda x: averages.exponentially_weighted_average(x, 0.99), np.ones(300)),
    "corrected average": (lambda x: averages.bias_correction(x, 0.99), np.ones(3000)),
    "IoU": (lambda boxes: detection.iou(boxes[:2], boxes[2:]), BOXES),
    **{
        f"{name}, {what}, {target}": (make(target, from_logits=logits), inputs)
        for name, make in (("binary", binary), ("categorical", categorical))
        for target, what, logits, inputs in (
            (0, "probabilities", False, P),
            (1, "probabilities", False, P),
            (0, "large logits", True, LARGE),
            (1, "large logits", True, LARGE),
            (1, "many logits", True, MANY),
            (1, "many examples", True, MANY.reshape(-1, 2)),
        )
    },
}


@pytest.mark.parametrize("dtype", ROUNDING)
@pytest.mark.parametrize("name", CASES)
def test_rounded_once(name: str, dtype: str) -> None:
    call, inputs = CASES[name]

    def function(x: Any) -> Any:
        return ops.reshape(call(x), (-1,))  # NumPy refuses TensorFlow's bfloat16 without axes

    with precision(dtype):
        inputs = ops.convert_to_numpy(ops.cast(ops.convert_to_tensor(inputs, dtype), "float64"))
    with precision("float64"):
        weights = np.resize([1.0, 0.5, -0.25], function(ops.convert_to_tensor(inputs)).shape)
        expected = value_and_gradients(function, [inputs], weights)
    with precision(dtype):
        ours = value_and_gradients(function, [inputs], weights)
    relative, absolute = ROUNDING[dtype]
    for a, b in zip(ours, expected, strict=True):
        assert a.dtype.name == dtype
        np.testing.assert_allclose(a.astype("float64"), b, rtol=2 * relative, atol=absolute)


@pytest.mark.parametrize("dtype", ROUNDING)
@pytest.mark.parametrize("layer", [layers.LeakyReLU, layers.ELU])
def test_outputs_of_a_layer_are_the_nearest_numbers(layer: Any, dtype: str) -> None:
    """All but the few that float32 rounds to the middle of two numbers."""
    z = ops.convert_to_tensor(np.random.default_rng(0).normal(0, 2, 2000), dtype)
    exact = layer(0.7, dtype="float64")(ops.cast(z, "float64"))
    nearest = ops.cast(exact, dtype) == layer(0.7, dtype=dtype)(z)
    assert np.mean(ops.convert_to_numpy(nearest)) > 0.99
