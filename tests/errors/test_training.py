"""Hostile steps and gradients: an error, or a finite learning rate and finite parameters."""

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import ops

from dlref import optimizers
from tests.errors.arguments import OBJECTS
from tests.errors.hostile import few, finite, refuses, valid

pytestmark = pytest.mark.timeout(60)

SCHEDULES = {name: make for name, (make, _) in OBJECTS.items() if name.startswith("schedules.")}
OPTIMIZERS = {name: make for name, (make, kinds) in OBJECTS.items() if "learning_rate" in kinds}
HOSTILE_STEPS = [
    -1,
    2**31 - 1,
    10**400,
    0.5,
    2.0,
    float("nan"),
    float("inf"),
    "1",
    None,
    True,
    1j,
    [1],
    object(),
]


@pytest.mark.parametrize("name", SCHEDULES)
@few
@given(step=st.integers(0, 2**31 - 2) | st.sampled_from([0, 1, 2**31 - 2]))
def test_learning_rate_of_any_step(name: str, step: int) -> None:
    for steps_per_epoch in (1, 10, 2**31 - 2):
        rate = float(SCHEDULES[name](steps_per_epoch=steps_per_epoch)(step))
        assert np.isfinite(rate) and 0 <= rate <= 0.21


@pytest.mark.parametrize("step", HOSTILE_STEPS, ids=lambda step: repr(step)[:20])
@pytest.mark.parametrize("name", SCHEDULES)
def test_hostile_step(name: str, step: Any) -> None:
    refuses(name, "step", lambda: SCHEDULES[name]()(step))


def descended(optimizer: Any, gradients: Any) -> np.ndarray:
    parameter = keras.Variable(np.zeros(len(gradients[0]), "float32"))
    for gradient in gradients:
        optimizer.apply([ops.convert_to_tensor(np.float32(gradient))], [parameter])
    return ops.convert_to_numpy(parameter)


@pytest.mark.parametrize("name", OPTIMIZERS)
@few
@given(data=st.data())
def test_step_of_finite_gradients(name: str, data: st.DataObject) -> None:
    """Whatever hyperparameters an optimizer takes, it makes no NaN of finite gradients, nor divides by 0."""
    kinds = OBJECTS[name][1]
    own = [k for k in ("momentum", "rho", "beta_1", "beta_2", "epsilon") if k in kinds]
    chosen = {k: data.draw(valid(kinds[k]) | st.floats(2.0**-140, 1 - 2.0**-30)) for k in own}
    gradients = data.draw(finite("float32", share=1e-20, size=9))  # their squares are finite
    try:
        parameters = descended(OPTIMIZERS[name](learning_rate=0.01, **chosen), gradients)
    except ValueError as error:
        assert "float32 too" in str(error) and any(f"`{k}`" in str(error) for k in own)
    else:
        assert not np.isnan(parameters).any()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_default_hyperparameters_on_hostile_gradients(name: str) -> None:
    """The squares of the largest are finite; what overflows is noticed (tests/optimizers/test_optimizer.py)."""
    gradients = [[0.0, 1e18, -1e18, 1e-30, 1e-45], [0.0, 1e-30, 1e18, -1e18, 0.0]] * 2
    assert np.isfinite(descended(OPTIMIZERS[name](), gradients)).all()


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 1), (2, 2), (0,)], ids=str)
def test_gradient_of_another_shape(name: str, shape: tuple[int, ...]) -> None:
    parameters = [keras.Variable(np.ones(2, "float32")) for _ in range(2)]
    gradients = [ops.convert_to_tensor(np.ones(s, "float32")) for s in (2, shape)]
    refuses(name, "grads", lambda: OPTIMIZERS[name]().apply(gradients, parameters))
    assert all((ops.convert_to_numpy(p) == 1).all() for p in parameters)


def test_learning_rate_of_too_little_precision() -> None:
    message = refuses("optimizers.SGD", "learning_rate", lambda: optimizers.SGD(1e39))
    assert "in float32 too" in message


def test_number_of_gradients() -> None:
    parameters = [keras.Variable(np.ones(2, "float32")) for _ in range(2)]
    gradient = ops.convert_to_tensor(np.ones(2, "float32"))
    refuses("optimizers.SGD", "grads", lambda: optimizers.SGD().apply([gradient], parameters))


@pytest.mark.parametrize(
    ("name", "argument", "dtype", "given"),
    [
        ("Adam", "epsilon", "float16", {}),
        ("Adam", "beta_2", "bfloat16", {}),
        ("RMSProp", "epsilon", "int32", {}),
        # Not 0 as such, but for TensorFlow and XLA.
        ("AdaGrad", "epsilon", "bfloat16", {"epsilon": 1e-39}),
        ("AdaGrad", "epsilon", "float32", {"epsilon": 1e-39}),
        ("AdaGrad", "epsilon", "float64", {"epsilon": 1e-310}),
    ],
)
def test_parameter_of_too_little_precision(
    name: str, argument: str, dtype: str, given: Any
) -> None:
    optimizer, parameter = (
        getattr(optimizers, name)(**given),
        keras.Variable(np.ones(2), dtype=dtype),
    )
    message = refuses(f"optimizers.{name}", argument, lambda: optimizer.build([parameter]))
    assert f"in {dtype} too" in message
