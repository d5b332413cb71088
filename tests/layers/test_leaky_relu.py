"""Leaky ReLU: the lecture's slope, the function of the same name, and what still learns."""

from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import activations
from dlref.gradients import value_and_gradients
from dlref.layers import LeakyReLU
from tests.populations.searching import check_against_fit, network

Z = np.random.default_rng(0).normal(0, 2, (6, 4)).astype("float32")


def test_it_is_the_function() -> None:
    for arguments in ({}, {"negative_slope": 0.25}):
        ours, function = LeakyReLU(**arguments)(Z), activations.leaky_relu(Z, **arguments)
        np.testing.assert_array_equal(ops.convert_to_numpy(ours), ops.convert_to_numpy(function))


def test_below_0_a_hundredth_passes_and_not_three_tenths() -> None:
    for layer, slope in ((LeakyReLU(), 0.01), (keras.layers.LeakyReLU(), 0.3)):
        _, gradient = value_and_gradients(layer, [-np.abs(Z)], np.ones(Z.shape))
        np.testing.assert_allclose(gradient, slope, rtol=1e-6)


def test_slopes_of_a_population(tmp_path: Any) -> None:
    def build(hp: Any) -> keras.Model:
        slope = hp.Float("negative_slope", 0.0, 0.5)
        return network(keras.layers.Dense(5), LeakyReLU(slope))

    heard = check_against_fit(build, tmp_path)
    assert heard.populations == ["3 trials, mini-batch 32"]
