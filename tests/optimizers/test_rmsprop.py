"""RMSProp: where its epsilon stands."""

import keras
import numpy as np
import pytest
from keras import ops

from dlref.optimizers import RMSProp, RMSPropEpsilonInside


def first_step(optimizer: keras.optimizers.Optimizer, gradient: float) -> float:
    theta = keras.Variable([0.0])
    optimizer.apply([ops.full((1,), gradient)], [theta])
    return -float(ops.convert_to_numpy(theta)[0])


@pytest.mark.parametrize("gradient", [1e-6, 1e-3, 1.0])
def test_the_two_epsilons(gradient: float) -> None:
    """alpha g / (√(0.1) g + ε) and alpha g / √(0.1 g² + ε)."""
    alpha, epsilon = 0.5, 1e-4
    outside = alpha * gradient / (np.sqrt(0.1) * gradient + epsilon)
    inside = alpha * gradient / np.sqrt(0.1 * gradient**2 + epsilon)
    assert first_step(RMSProp(alpha, epsilon=epsilon), gradient) == pytest.approx(outside, rel=1e-4)
    assert first_step(RMSPropEpsilonInside(alpha, epsilon=epsilon), gradient) == pytest.approx(
        inside, rel=1e-4
    )


def test_both_biases_of_the_notes() -> None:
    """DLS-C2-blog's line for b divides dW: a bias with its own gradient must not follow another's."""
    w, b = keras.Variable([0.0]), keras.Variable([0.0])
    optimizer = RMSProp(0.5)
    optimizer.apply([ops.full((1,), 2.0), ops.zeros((1,))], [w, b])
    assert float(ops.convert_to_numpy(b)[0]) == 0.0
