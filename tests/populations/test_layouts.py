"""Which axes of a model's weights are made of blocks, and how arrays are padded in them."""

import keras
import numpy as np
import pytest
from keras import layers

from dlref.tuning.populations.model.layouts import read_layouts
from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program import padding, stacking, trial_models
from dlref.tuning.populations.training import population_state

GATES = np.arange(12.0).reshape(2, 6)  # of two inputs and three gates of two units
NARROW, WIDE = ((2,), (3, 2)), ((2,), (3, 4))


def test_each_block_is_padded_by_itself():
    wide = padding.padded(GATES, NARROW, WIDE)
    assert wide.shape == padding.shape_of(WIDE) == (2, 12)
    assert wide[0].tolist() == [0, 1, 0, 0, 2, 3, 0, 0, 4, 5, 0, 0]
    np.testing.assert_array_equal(padding.cut(wide, WIDE, NARROW), GATES)
    assert padding.is_padding(wide, WIDE, NARROW)
    wide[0, 2] = 1e-9
    assert not padding.is_padding(wide, WIDE, NARROW)
    assert padding.widest([((5,), (3, 2)), ((2,), (3, 4))]) == ((5,), (3, 4))


def test_weights_of_other_blocks_have_no_widest():
    class Other:
        layouts = [((4,), (3, 2))]

    class Plain:
        layouts = [((4,), (6,))]

    with pytest.raises(Unsupported, match="padding: a layer's blocks"):
        trial_models.widest([Other(), Plain()])


def chain(*hidden, shape=(4, 4, 1)):
    return keras.Sequential([keras.Input(shape), *hidden])


def layouts(model):
    """Those with blocks, by the name of the variable."""
    variables = [*model.trainable_variables, *model.non_trainable_variables]
    pairs = zip(variables, read_layouts(model), strict=True)
    found = {"/".join(v.path.split("/")[-2:]): layout for v, layout in pairs}
    return {k: layout for k, layout in found.items() if max(map(len, layout), default=0) > 1}


def test_behind_flatten_a_kernel_has_the_rows_of_each_place():
    flat = (
        layers.Flatten(),
        layers.Activation("relu"),
        layers.Dense(5, name="a"),
        layers.Dense(4, name="b"),
    )
    model = chain(layers.Conv2D(3, 2), *flat)
    assert layouts(model) == {"a/kernel": ((3, 3, 3), (5,))}
    x = keras.Input((4, 4, 1))
    y = x
    for layer in model.layers:
        y = layer(y)
    assert layouts(keras.Model(x, y)) == {"a/kernel": ((3, 3, 3), (5,))}


def test_what_stands_between_flatten_and_the_next_layer():
    model = chain(
        layers.Conv2D(3, 2),
        layers.Flatten(),
        layers.BatchNormalization(name="n"),
        layers.Dense(2, name="a"),
    )
    names = "gamma", "beta", "moving_mean", "moving_variance"
    assert layouts(model) == {
        **{f"n/{name}": ((3, 3, 3),) for name in names},
        "a/kernel": ((3, 3, 3), (2,)),
    }
    model = chain(layers.Conv2D(3, 2), layers.Flatten(), layers.Dropout(0.5), layers.Dense(2))
    assert not layouts(model)


def test_recurrent_layers():
    ways = layers.Bidirectional(layers.GRU(3, name="g"), name="both")
    model = chain(
        layers.LSTM(4, return_sequences=True), ways, layers.Dense(2, name="a"), shape=(5, 2)
    )
    found = layouts(model)
    assert found.pop("a/kernel") == ((2, 3), (2,))
    assert [*found.values()] == [
        *[((2,), (4, 4)), ((4,), (4, 4)), ((4, 4),)],
        *[((4,), (3, 3)), ((3,), (3, 3)), ((2,), (3, 3))] * (len(found) // 3 - 1),
    ]


def test_a_graph_with_branches_has_none():
    x = keras.Input((4, 4, 1))
    y = layers.Flatten()(layers.Conv2D(3, 2)(x))
    assert not layouts(keras.Model(x, layers.Add()([layers.Dense(2)(y), layers.Dense(2)(y)])))


class Blocks:
    """A program of weights in blocks."""

    has_blocks = True


def test_the_state_of_other_widths_is_not_gone_on_from():
    with pytest.raises(ValueError, match="other widths"):
        population_state._resized(np.zeros((2, 6)), np.zeros((2, 12)), Blocks)
    assert population_state._resized(np.ones((2, 6)), np.zeros((2, 6)), Blocks).all()
    with pytest.raises(ValueError, match="something else"):
        population_state._resized(np.ones((2, 6)), np.zeros((2, 6), "float32"), Blocks)


def test_variables_of_an_optimizer_are_not_padded_in_blocks():
    with pytest.raises(Unsupported, match="padding: the optimizer's variables"):
        stacking._padded_state([np.zeros(6), np.zeros(12)], np.zeros(12), Blocks)
    assert stacking._padded_state([np.zeros(12)] * 2, np.zeros(12), Blocks).shape == (2, 12)
