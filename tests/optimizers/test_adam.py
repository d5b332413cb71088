"""Adam: the bound between its epsilon and Keras', and the first step."""

import keras
import numpy as np
import pytest
from keras import ops

from dlref.optimizers import Adam
from tests.oracles.optimizers import GRADIENTS, START, trajectory


@pytest.mark.parametrize("gradient", [1e-3, 1.0, 1e4])
def test_the_first_step_has_length_alpha(gradient: float) -> None:
    theta = keras.Variable([0.0])
    Adam(0.25).apply([ops.full((1,), gradient)], [theta])
    assert float(ops.convert_to_numpy(theta)[0]) == pytest.approx(-0.25, rel=1e-4)


@pytest.mark.parametrize("epsilon", [2.0**-23, 2.0**-17, 2.0**-10])
def test_distance_from_keras_is_bounded(epsilon: float) -> None:
    """|Δθ_Keras − Δθ| ≤ α |m̂| ε (1/√(1 − β₂^t) − 1) / (√v̂ (√v̂ + ε)): sum of the steps' bounds."""
    alpha, beta_1, beta_2 = (
        2.0**-4,
        1 - 2.0**-3,
        1 - 2.0**-10,
    )  # exact in float32, as Keras needs it
    m, v, bound = np.zeros_like(START), np.zeros_like(START), np.zeros_like(START)
    for t, g in enumerate(GRADIENTS, start=1):
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g**2
        m_hat, root = m / (1 - beta_1**t), np.sqrt(v / (1 - beta_2**t))
        excess = epsilon * (1 / np.sqrt(1 - beta_2**t) - 1)
        with np.errstate(invalid="ignore"):
            step = alpha * np.abs(m_hat) * excess / ((root + epsilon) * (root + epsilon + excess))
        bound += np.nan_to_num(step)
    keras.config.set_floatx("float64")
    ours = trajectory(lambda: Adam(alpha, beta_1, beta_2, epsilon))(START, GRADIENTS)[-1]
    keras_own = trajectory(lambda: keras.optimizers.Adam(alpha, beta_1, beta_2, epsilon))(
        START, GRADIENTS
    )[-1]
    distance = np.abs(ours - keras_own)
    assert np.all(distance <= bound + 1e-14)
    assert np.max(distance) > 100 * epsilon
