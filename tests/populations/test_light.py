"""Models that are built to be read hold what whole ones do."""

import keras
import numpy as np
import pytest

from dlref.initializers import HeNormal
from dlref.tuning.populations.light import DRAWS, FEWEST, lightly, of_few_lengths, value
from dlref.tuning.populations.preparation import seed_everything


@pytest.mark.parametrize("shape", [(), (1,), (5, 7), (3, 4, 5), (FEWEST,), (FEWEST + 1,)])
@pytest.mark.parametrize("draw", DRAWS)
def test_in_few_lengths_the_numbers_are_the_same(draw, shape):
    draw = getattr(keras.random, draw)
    own = np.asarray(draw(shape, seed=3))
    with of_few_lengths():
        found = np.asarray(draw(shape, seed=3))
    assert found.shape == shape and np.array_equal(found, own)


def build():
    seed_everything("7/0/0")
    parts = [
        keras.layers.Dense(5, kernel_initializer=HeNormal()),
        keras.layers.BatchNormalization(),
        keras.layers.Dense(300, kernel_initializer="orthogonal"),
        keras.layers.Dense(3, kernel_initializer="truncated_normal", bias_initializer="ones"),
    ]
    model = keras.Sequential([keras.Input((4,)), *parts])
    model.compile("sgd", "mse")
    return [value(v) for v in model.variables]


def test_a_light_model_starts_from_the_weights_of_a_whole_one():
    whole = build()
    with lightly():
        light = build()
    assert len(light) == len(whole)
    for one, other in zip(light, whole, strict=True):
        assert one.dtype == other.dtype and np.array_equal(one, other)
