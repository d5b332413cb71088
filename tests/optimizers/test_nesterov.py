"""Nesterov: CS231n's other way of writing it, and what it is for."""

import keras
import numpy as np
from keras import ops

from dlref.optimizers import CS231nMomentum, Nesterov
from tests.oracles.optimizers import GRADIENTS, START, trajectory


def test_without_momentum_it_is_sgd() -> None:
    ours = trajectory(lambda: Nesterov(0.05, 0.0))(START, GRADIENTS)
    np.testing.assert_allclose(ours, START - 0.05 * np.cumsum(GRADIENTS, 0), rtol=1e-5, atol=1e-7)


def test_overshoots_less_than_momentum() -> None:
    """On J = theta^2 / 2 from 1, the lowest point reached is nearer to the minimum."""

    def lowest(optimizer: keras.optimizers.Optimizer) -> float:
        theta, seen = keras.Variable([1.0]), []
        for _ in range(60):
            optimizer.apply([theta.value], [theta])
            seen.append(float(ops.convert_to_numpy(theta)[0]))
        return min(seen)

    assert lowest(CS231nMomentum(0.1, 0.9)) < lowest(Nesterov(0.1, 0.9)) < 0
