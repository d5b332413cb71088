"""What every schedule must do: count epochs, keep precision, serialize, run compiled and in an optimizer."""

import json
from itertools import product
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref import schedules
from dlref.optimizers import SGD
from dlref.schedules.schedule import MAX_STEPS
from tests.training import compile_function

SCHEDULES = [
    schedules.InverseTimeDecay(0.2, 4, 1.0),
    schedules.ExponentialDecay(0.2, 4),
    schedules.InverseSqrtDecay(0.2, 4),
    schedules.StaircaseDecay(0.2, 4, 2),
    schedules.ManualDecay([1, 3], [0.2, 0.1, 0.05], 4),
]
by_name = pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: s.name)


@by_name
def test_constant_within_an_epoch_and_falling(schedule: Any) -> None:
    epochs = np.array([[float(schedule(4 * e + i)) for i in range(4)] for e in range(6)])
    assert np.all(epochs == epochs[:, :1])
    assert np.all(np.diff(epochs[:, 0]) <= 0) and epochs[-1, 0] < epochs[0, 0] == np.float32(0.2)


@by_name
def test_compiled_with_the_step_a_tensor(schedule: Any) -> None:
    compiled = compile_function(lambda step: schedule(step))
    for step in (0, 3, 4, 17):
        assert float(compiled(ops.convert_to_tensor(step))) == float(schedule(step))


INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint32")
# What holds steps, of any shape.
HOLDERS = {
    **{f"array of {d}": lambda steps, d=d: np.asarray(steps, d) for d in INTEGERS},
    **{f"tensor of {d}": lambda steps, d=d: ops.convert_to_tensor(steps, d) for d in INTEGERS},
    "variable": lambda steps: keras.Variable(steps, dtype="int32"),
}


def rates(schedule: Any, steps: Any) -> np.ndarray:
    return ops.convert_to_numpy(schedule(steps))


@by_name
@pytest.mark.parametrize("holder", HOLDERS)
def test_steps_of_any_type_and_shape(schedule: Any, holder: str) -> None:
    steps = np.array([[0, 3, 4], [5, 17, 127]])
    expected = np.array([[float(schedule(int(step))) for step in row] for row in steps])
    np.testing.assert_array_equal(rates(schedule, HOLDERS[holder](steps)), expected)
    for index in np.ndindex(steps.shape):
        assert rates(schedule, HOLDERS[holder](steps[index])) == expected[index]
    if not holder.startswith("array"):
        compiled = compile_function(lambda step: schedule(step))
        steps = ops.convert_to_tensor(HOLDERS[holder](steps))
        np.testing.assert_array_equal(ops.convert_to_numpy(compiled(steps)), expected)


@by_name
def test_steps_outside(schedule: Any) -> None:
    """Numbers and arrays are refused, a tensor counts as the nearest step inside."""
    for steps in (-1, MAX_STEPS + 1, np.int64(-1), np.array([0, -1]), np.array([[2**40]])):
        with pytest.raises(ValueError, match="`step` must be an integer from"):
            schedule(steps)
    first, last = float(schedule(0)), float(schedule(MAX_STEPS))
    assert np.isfinite([first, last]).all()
    for dtype, low, high in (
        ("int8", -128, 127),
        ("int32", -(2**31), MAX_STEPS + 1),
        ("int64", -(2**40), 2**40),
    ):
        steps = ops.convert_to_tensor(np.array([low, high], dtype))
        expected = [first, last if high > MAX_STEPS else float(schedule(high))]
        np.testing.assert_array_equal(rates(schedule, steps), expected)
        np.testing.assert_array_equal(rates(compile_function(schedule.__call__), steps), expected)
    assert rates(schedule, ops.convert_to_tensor(2**32 - 1, "uint32")) == last


@by_name
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "bool"])
def test_steps_that_are_no_integers(schedule: Any, dtype: str) -> None:
    for steps in (
        np.ones(2, dtype),
        np.ones((), dtype)[()],
        ops.ones(2, dtype),
        ops.ones((), dtype),
    ):
        with pytest.raises(TypeError, match="`step` must be an integer"):
            schedule(steps)


@by_name
def test_epochs_that_float32_cannot_count(schedule: Any) -> None:
    """Epochs of so many steps, or boundaries and stairs of so many epochs: the last step of each is still its own."""
    many = 2**24 + 1  # 2^24 in float32

    def times(argument: str, value: Any) -> Any:
        same = {"boundaries": [1, 3], "epochs_per_drop": 2, "steps_per_epoch": 1}
        counts = {name: n for name, n in same.items() if name in schedule.get_config()}
        return type(schedule).from_config({**schedule.get_config(), **counts, argument: value})

    for argument, value in (
        ("steps_per_epoch", many),
        ("boundaries", [many, 3 * many]),
        ("epochs_per_drop", 2 * many),
    ):
        if argument in schedule.get_config():
            long, short = times(argument, value), times("steps_per_epoch", 1)
            for epoch, step in product(range(5), (0, many - 1)):
                counted = ops.convert_to_tensor(epoch * many + step, "int32")
                assert float(long(counted)) == float(short(epoch)), (argument, epoch, step)


@by_name
@pytest.mark.parametrize("floatx", ["float16", "float32", "float64"])
def test_precision_follows_floatx_but_never_below_float32(schedule: Any, floatx: str) -> None:
    keras.config.set_floatx(floatx)
    expected = "float64" if floatx == "float64" else "float32"
    assert keras.backend.standardize_dtype(schedule(70_000).dtype) == expected


@by_name
def test_serializes(schedule: Any) -> None:
    serialized = json.loads(json.dumps(keras.saving.serialize_keras_object(schedule)))
    copy = keras.saving.deserialize_keras_object(serialized)
    assert type(copy) is type(schedule) and copy.get_config() == schedule.get_config()
    assert float(copy(9)) == float(schedule(9))


@by_name
def test_drives_an_optimizer_epoch_by_epoch(schedule: Any) -> None:
    """Along a gradient of 1, SGD's steps are the learning rates."""
    theta, optimizer, seen = keras.Variable([0.0]), SGD(schedule), [0.0]
    for _ in range(12):
        optimizer.apply([ops.ones(1)], [theta])
        seen.append(-float(ops.convert_to_numpy(theta)[0]))
    np.testing.assert_allclose(np.diff(seen), [float(schedule(t)) for t in range(12)], rtol=1e-4)
