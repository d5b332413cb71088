"""SGD: on a quadratic, each step shrinks the distance by 1 - alpha."""

import keras
import numpy as np
from keras import ops

from dlref.optimizers import SGD


def test_shrinks_a_quadratic_by_one_minus_alpha() -> None:
    theta, optimizer = keras.Variable([8.0]), SGD(0.25)
    seen = []
    for _ in range(4):
        optimizer.apply([theta.value], [theta])  # J = theta^2 / 2
        seen.append(float(ops.convert_to_numpy(theta)[0]))
    np.testing.assert_allclose(seen, [6.0, 4.5, 3.375, 2.53125])


def test_the_motivating_problem() -> None:
    """J(w) = w^2 - 10 w + 25 has its minimum at 5; the slide's coefficients 1, -20, 25 at 10."""
    w, optimizer = keras.Variable([0.0]), SGD(0.01)
    for _ in range(1000):
        optimizer.apply([2 * w.value - 10], [w])
    assert abs(float(ops.convert_to_numpy(w)[0]) - 5) < 1e-4


def test_l2_is_weight_decay() -> None:
    """One step on J + lambda/2m |w|^2 is W := (1 - alpha lambda / m) W - alpha dW."""
    from dlref.gradients import value_and_gradients
    from dlref.regularizers import L2

    alpha, strength, m = 0.1, 5.0, 20
    w, dw = np.array([1.0, -2.0], "float32"), np.array([0.3, 0.4], "float32")
    (_, regularization) = value_and_gradients(L2(strength, m), [w], 1.0)
    theta = keras.Variable(w)
    SGD(alpha).apply([ops.convert_to_tensor(dw + regularization)], [theta])
    expected = (1 - alpha * strength / m) * w - alpha * dw
    np.testing.assert_allclose(ops.convert_to_numpy(theta), expected, rtol=1e-6)
