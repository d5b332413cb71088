"""Models that are built to be read hold what whole ones do."""

from functools import partial

import keras
import numpy as np
import pytest

from dlref.initializers import HeNormal
from dlref.tuning.populations.model.fast_build import FEWEST, fast_build, of_few_lengths, value
from dlref.tuning.populations.training.trial_builder import seed_everything
from tests.populations.searching import check_against_fit


@pytest.mark.parametrize("shape", [(), (1,), (5, 7), (3, 4, 5), (FEWEST,), (FEWEST + 1,)])
@pytest.mark.parametrize("draw", ["normal", "uniform", "truncated_normal"])
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
    with fast_build():
        light = build()
    assert len(light) == len(whole)
    for one, other in zip(light, whole, strict=True):
        assert one.dtype == other.dtype and np.array_equal(one, other)


def set_weights(model, factor):
    model.layers[0].set_weights([factor * w for w in model.layers[0].get_weights()])


def assign(model, factor):
    for variable in model.trainable_variables:
        variable.assign(factor * variable)


def through_the_layers(model, factor):
    for layer in model.layers:
        if layer.built and layer.weights:
            layer.kernel.assign_add(0 * layer.kernel + factor)


@pytest.mark.parametrize("change", [set_weights, assign, through_the_layers])
@pytest.mark.parametrize(
    "inside", [keras.layers.Dense, partial(keras.layers.Conv1D, kernel_size=1)]
)
def test_weights_that_some_trials_change_before_compile(tmp_path, change, inside):
    def build(hp):
        model = keras.Sequential([keras.Input((6,)), keras.layers.Reshape((3, 2))])
        model.add(inside(4))
        model.add(keras.layers.Flatten())
        model.add(keras.layers.Dense(3, activation="softmax"))
        if factor := hp.Choice("factor", [0.0, 0.25, 0.5, 0.75]):
            change(model, factor)
        model.compile("sgd", "sparse_categorical_crossentropy")
        return model

    heard = check_against_fit(build, tmp_path, 4, all_trials=True, epochs=1)
    assert heard.populations == ["4 trials, mini-batch 32"]
