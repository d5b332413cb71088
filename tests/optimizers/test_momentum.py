"""Momentum: the two forms are one method in different units."""

import keras
import numpy as np
import pytest
from keras import ops

from dlref.optimizers import CS231nMomentum, Momentum
from dlref.schedules import InverseTimeDecay
from tests.oracles.optimizers import GRADIENTS, START, trajectory


def test_averaged_form_is_the_other_at_alpha_times_one_minus_beta() -> None:
    averaged = trajectory(lambda: Momentum(0.5, 0.875))(START, GRADIENTS)
    accumulated = trajectory(lambda: CS231nMomentum(0.0625, 0.875))(START, GRADIENTS)
    np.testing.assert_allclose(averaged, accumulated, rtol=1e-5)


def test_a_constant_gradient_is_averaged_to_itself() -> None:
    """After many steps v = g, so that a step has length alpha g whatever beta is."""
    theta, optimizer = keras.Variable([0.0]), Momentum(0.125, 0.5)
    for _ in range(60):
        optimizer.apply([ops.ones(1)], [theta])
    before = float(ops.convert_to_numpy(theta)[0])
    optimizer.apply([ops.ones(1)], [theta])
    assert before - float(ops.convert_to_numpy(theta)[0]) == pytest.approx(0.125, rel=1e-5)


def test_keras_differs_under_a_schedule() -> None:
    """The schedule of keras-facts: 0.118 apart within 20 steps at ρ = 0.9."""
    decay = InverseTimeDecay(0.1, 2, 1.0)
    ours = trajectory(lambda: CS231nMomentum(decay))(START, GRADIENTS)
    keras_own = trajectory(lambda: keras.optimizers.SGD(decay, momentum=0.9))(START, GRADIENTS)
    assert np.max(np.abs(ours - keras_own)) > 0.01
