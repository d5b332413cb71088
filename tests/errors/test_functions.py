"""Hostile inputs of functions: an error that says what is wrong with them, and no NaN out of finite numbers."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import ops

from dlref import activations, averages, initializers, regularizers
from dlref.conformance.row import precision
from dlref.gradients import value_and_gradients
from tests.errors.hostile import LARGEST, few, finite, refuses

pytestmark = pytest.mark.timeout(60)

ACTIVATIONS = {
    name: getattr(activations, name)
    for name in ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softmax", "hard_max")
}
SERIES = {n: getattr(averages, n) for n in ("exponentially_weighted_average", "bias_correction")}
NO_TENSORS = {
    "string": "a",
    "strings": ["a", "b"],
    "None": None,
    "object": object(),
    "complex": np.array([1j, 2]),
    "ragged": [[1.0], [1.0, 2.0]],
    "huge": [10**400],
}
FUNCTIONS = [
    *((f"activations.{name}", "z", function) for name, function in ACTIVATIONS.items()),
    ("averages.exponentially_weighted_average", "values", lambda x: SERIES["exponentially_weighted_average"](x, 0.9)),
    ("averages.bias_correction", "averages", lambda x: SERIES["bias_correction"](x, 0.9)),
    ("regularizers.L1", "x", regularizers.L1(0.1, 10)),
    ("regularizers.L2", "x", regularizers.L2(0.1, 10)),
    ("regularizers.UnhalvedL1", "x", regularizers.UnhalvedL1(0.1, 10)),
]  # fmt: skip
functions = pytest.mark.parametrize(("name", "argument", "function"), FUNCTIONS)


@pytest.mark.parametrize("dtype", LARGEST)
@pytest.mark.parametrize("name", ACTIVATIONS)
@few
@given(data=st.data())
def test_activation_of_finite_input(name: str, dtype: str, data: st.DataObject) -> None:
    z = data.draw(finite(dtype))
    with precision(dtype):
        value, gradient = value_and_gradients(ACTIVATIONS[name], [z], np.ones_like(z))
    assert np.isfinite(value).all() and np.isfinite(gradient).all()


@few
@given(
    x=finite("float32", size=9),
    beta=st.floats(0, 1, exclude_max=True) | st.floats(2.0**-53, 2.0**-20).map(lambda x: 1 - x),
)
def test_average_of_finite_input(x: np.ndarray, beta: float) -> None:
    x = x * np.float32(1e-8)  # the correction divides by as little as 6e-8
    for average in (averages.exponentially_weighted_average, averages.bias_correction):
        try:
            value = ops.convert_to_numpy(average(x, beta))
        except ValueError as error:  # beta is 1 in float32
            assert "beta" in str(error) and "float32" in str(error)
        else:
            assert np.isfinite(value).all()


@pytest.mark.parametrize("regularizer", [regularizers.L1, regularizers.L2, regularizers.UnhalvedL1])
@few
@given(x=finite("float32", share=1e-20), strength=st.floats(0, 100, width=32))
def test_price_of_finite_weights(regularizer: Any, x: np.ndarray, strength: float) -> None:
    assert np.isfinite(float(regularizer(strength, 10)(x)))


@pytest.mark.filterwarnings("ignore:Data type alias:DeprecationWarning")  # JAX, of a string
@functions
@pytest.mark.parametrize("x", NO_TENSORS.values(), ids=NO_TENSORS)
def test_input_that_is_no_tensor(name: str, argument: str, function: Any, x: Any) -> None:
    refuses(name, argument, lambda: function(x))


@functions
@pytest.mark.parametrize(("floatx", "rtol"), [("float32", 1e-6), ("float64", 1e-14)])
def test_whole_numbers_count_as_numbers(
    name: str, argument: str, function: Any, floatx: str, rtol: float
) -> None:
    """0.9 must not become 0 because the input holds integers."""
    x = np.array([[2, -3, 0], [1, 5, -1]])
    with precision(floatx):
        expected = ops.convert_to_numpy(function(x.astype(floatx)))
        for integers in (x, x.astype("int32"), x.tolist()):
            found = ops.convert_to_numpy(function(integers))
            np.testing.assert_allclose(found, expected, rtol=rtol)
        assert np.isfinite(ops.convert_to_numpy(function(x > 0))).all()


@functions
def test_not_a_number_in_the_input(name: str, argument: str, function: Any) -> None:
    """It may come out again; it must raise nothing."""
    for x in ([[np.nan, 1.0]], [[np.inf, -np.inf]]):
        assert ops.convert_to_numpy(function(np.array(x, "float32"))) is not None


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 3)], ids=str)
def test_activation_of_nothing(name: str, shape: tuple[int, ...]) -> None:
    assert tuple(ACTIVATIONS[name](np.zeros(shape, "float32")).shape) == shape


@pytest.mark.parametrize("name", ["softmax", "hard_max"])
def test_axis_that_does_not_exist(name: str) -> None:
    for z, axis in ((1.0, -1), (np.ones(3), 1), (np.ones((2, 3)), -3), (np.ones((2, 3)), 10**400)):
        refuses(name, "axis", lambda z=z, axis=axis: ACTIVATIONS[name](z, axis))


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("shape", [(), (0,), (0, 3)], ids=str)
def test_series_without_an_entry(name: str, shape: tuple[int, ...]) -> None:
    argument = "values" if name.startswith("exp") else "averages"
    refuses(name, argument, lambda: SERIES[name](np.zeros(shape, "float32"), 0.9))


@pytest.mark.parametrize(
    "initializer", [initializers.SmallNormal, initializers.XavierNormal, initializers.HeNormal]
)
@pytest.mark.parametrize(
    "shape", [None, "a", 5, (-1, 2), (2.5, 3), (None, 2), (True, 2), (10**400, 2)], ids=str
)
def test_hostile_shape(initializer: Any, shape: Any) -> None:
    refuses(initializer.__name__, "shape", lambda: initializer()(shape))


@pytest.mark.parametrize("initializer", [initializers.XavierNormal, initializers.HeNormal])
@pytest.mark.parametrize("shape", [(0, 2), (3, 0, 2), (0,)], ids=str)
def test_no_inputs_to_divide_by(initializer: Any, shape: Any) -> None:
    refuses(initializer.__name__, "shape", lambda: initializer()(shape))
