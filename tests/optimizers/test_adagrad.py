"""AdaGrad: its steps fall like one over the root of the step."""

import keras
import numpy as np
from keras import ops

from dlref.optimizers import AdaGrad


def steps(gradient: float, count: int = 16) -> np.ndarray:
    theta, optimizer = keras.Variable([0.0], dtype="float32"), AdaGrad(0.5)
    seen = [0.0]
    for _ in range(count):
        optimizer.apply([ops.full((1,), gradient)], [theta])
        seen.append(float(ops.convert_to_numpy(theta)[0]))
    return -np.diff(seen)


def test_step_t_has_length_alpha_over_root_t() -> None:
    np.testing.assert_allclose(steps(3.0), 0.5 / np.sqrt(np.arange(1, 17)), rtol=1e-4)


def test_a_sum_that_overflows_is_noticed() -> None:
    """In float32 the square of 1.5e19 is finite, twice the square is not."""
    np.testing.assert_array_equal(np.isnan(steps(1.5e19, count=3)), [False, True, True])


def test_the_size_of_the_gradient_cancels() -> None:
    np.testing.assert_allclose(steps(3.0), steps(0.01), rtol=1e-3)
