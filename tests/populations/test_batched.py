"""The usual layers of all members at once compute what each member's own do; others are left to the backend."""

import keras
import keras_tuner
import numpy as np
import pytest
from keras import layers, ops

from dlref.layers import ELU, AveragePooling2D, BatchNormalization, LeakyReLU, MaxPooling2D
from dlref.tuning import digits
from dlref.tuning.populations.model.model_spec import read_spec
from dlref.tuning.populations.program.batched_model import Batched
from tests.populations.searching import check_against_fit, network

MEMBERS = 3


def sequential(shape, *parts):
    return keras.Sequential([keras.Input(shape), *parts])


def branches():
    left, right = keras.Input((4,)), keras.Input((2, 3))
    hidden = layers.Dense(3, activation="tanh")(layers.Flatten()(right))
    return keras.Model([left, right], [layers.Dense(2)(left), layers.Dense(1)(hidden)])


def twice():
    layer, inputs = layers.Dense(4, activation="relu"), keras.Input((4,))
    return keras.Model(inputs, layer(layer(inputs)))


def two_shapes():
    layer, left, right = layers.Flatten(), keras.Input((4, 2)), keras.Input((2, 2))
    return keras.Model([left, right], [layer(left), layer(right)])


def frozen(shape, layer):
    model = sequential(shape, layer)
    layer.trainable = False
    return model


MODELS = {
    "dense": lambda: sequential((4,), layers.Dense(3, activation="softmax")),
    "dense without bias": lambda: sequential((4,), layers.Dense(3, use_bias=False)),
    "dense along time": lambda: sequential((5, 4), layers.Dense(3, activation="relu")),
    "batch norm": lambda: sequential((4,), layers.BatchNormalization(momentum=0.7)),
    "ours": lambda: sequential((4,), BatchNormalization(epsilon=1e-2)),
    "of images": lambda: sequential((3, 3, 2), layers.BatchNormalization(axis=3)),
    "neither scaled nor moved": lambda: sequential(
        (4,), layers.BatchNormalization(center=False, scale=False), layers.Dense(1)
    ),
    "frozen": lambda: frozen((4,), layers.BatchNormalization()),
    "elementwise": lambda: sequential(
        (4,), layers.Rescaling(2.0, 1.0), layers.LeakyReLU(0.1), layers.ELU(), layers.Dense(1)
    ),
    "ours, elementwise": lambda: sequential((4,), LeakyReLU(0.1), ELU(0.5), layers.Dense(1)),
    "reshaped": lambda: sequential((2, 6), layers.Reshape((3, 4)), layers.Flatten()),
    "pooled": lambda: sequential(
        (6, 6, 2), layers.MaxPooling2D(), layers.AveragePooling2D(2, 1), layers.GlobalMaxPooling2D()
    ),
    "ours, pooled": lambda: sequential(
        (6, 6, 2), MaxPooling2D(2, padding=1), AveragePooling2D(3, 2, "same")
    ),
    "convolved": lambda: sequential((5, 5, 2), layers.Conv2D(3, 3, padding="same", strides=2)),
    "convolved in time": lambda: sequential(
        (6, 2), layers.Conv1D(3, 2, padding="causal", dilation_rate=2, activation="relu")
    ),
    "by channel": lambda: sequential(
        (5, 6, 2), layers.DepthwiseConv2D((2, 3), strides=2, padding="same", depth_multiplier=3)
    ),
    "by channel in time": lambda: sequential(
        (7, 2), layers.DepthwiseConv1D(3, dilation_rate=2, use_bias=False, activation="tanh")
    ),
    "separable": lambda: sequential(
        (6, 5, 2), layers.SeparableConv2D(3, 3, padding="same", depth_multiplier=2)
    ),
    "separable in time": lambda: sequential((7, 2), layers.SeparableConv1D(4, 3, strides=2)),
    "transposed": lambda: sequential(
        (3, 4, 2), layers.Conv2DTranspose(3, (2, 5), strides=(3, 2), padding="same")
    ),
    "transposed, not padded": lambda: sequential((3, 2), layers.Conv1DTranspose(4, 3, strides=2)),
    "transposed, small filters": lambda: sequential(
        (3, 2), layers.Conv1DTranspose(4, 2, strides=3)
    ),
    "transposed, dilated": lambda: sequential(
        (2, 3, 2, 1), layers.Conv3DTranspose(2, 2, dilation_rate=2, activation="relu")
    ),
    "two inputs, two outputs": branches,
    "one layer twice": twice,
}


def members_of(model):
    """Random values of all variables, for each member."""
    generator = np.random.default_rng(0)
    variables = [*model.trainable_variables, *model.non_trainable_variables]
    return variables, [
        generator.uniform(0.1, 1, (MEMBERS, *v.shape)).astype("float32") for v in variables
    ]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", MODELS)
def test_all_members_at_once_equal_each_of_them(name, training):
    model = MODELS[name]()
    generator = np.random.default_rng(1)
    x = [
        ops.convert_to_tensor(generator.normal(size=(7, *i.shape[1:])).astype("float32"))
        for i in model.inputs
    ]
    x = x if len(x) > 1 else x[0]
    variables, arrays = members_of(model)
    values = {id(v): ops.convert_to_tensor(a) for v, a in zip(variables, arrays, strict=True)}
    found = keras.tree.flatten(Batched(model, {})(x, values, [], training))
    for k in range(MEMBERS):
        own = [ops.convert_to_tensor(a[k]) for a in arrays]
        count = len(model.trainable_variables)
        y, rest = model.stateless_call(own[:count], own[count:], x, training=training)
        for one, other in zip(found, keras.tree.flatten(y), strict=True):
            # Without weights all members are equal, and there is one.
            np.testing.assert_allclose(np.asarray(one)[k % len(one)], other, rtol=1e-5, atol=1e-5)
        for variable, value in zip(variables[count:], rest, strict=True):
            np.testing.assert_allclose(
                np.asarray(values[id(variable)])[k % len(values[id(variable)])], value, rtol=1e-5
            )


class Own(layers.Dense):
    """Another layer, whatever it does."""


class Pooling(layers.MaxPooling1D):
    """Another layer, whatever it does."""


class Doubling(keras.Sequential):
    def call(self, inputs, training=None):
        return 2 * super().call(inputs, training=training)


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1)

    def call(self, inputs):
        return self.dense(inputs)


def of_an_operation():
    inputs = keras.Input((4,))
    return keras.Model(inputs, layers.Dense(1)(inputs) * 2)


def subclassed():
    model = Subclassed()
    model(keras.Input((4,)))
    return model


def masked(*after):
    """A model of sequences with a mask."""
    return sequential((4, 3), layers.Masking(), layers.GRU(2, return_sequences=True), *after)


OTHERS = {
    "a layer of its own": lambda: sequential((4,), Own(1)),
    "pooling of its own": lambda: sequential((4, 2), Pooling()),
    "an activation of its own": lambda: sequential((4,), layers.Dense(1, activation=lambda z: z - ops.mean(z))),
    "an activation with a number": lambda: sequential((4,), layers.Dense(1, activation=layers.LeakyReLU(0.3))),
    "activity that costs": lambda: sequential((4,), layers.Dense(1, activity_regularizer="l2")),
    "half precision": lambda: sequential((4,), layers.Dense(1, dtype="mixed_float16")),
    "other channels": lambda: sequential((4, 3), layers.BatchNormalization(axis=1)),
    "groups": lambda: sequential((4, 4, 2), layers.Conv2D(2, 3, groups=2)),
    "any length": lambda: sequential((None, 3), layers.Dense(1)),
    "recurrence of its own": lambda: sequential((4, 3), layers.RNN(layers.GRUCell(2))),
    "of its own, both ways": lambda: sequential((4, 3), layers.Bidirectional(layers.RNN(layers.LSTMCell(2)))),
    "dropout in a recurrence": lambda: sequential((4, 3), layers.GRU(2, dropout=0.1)),
    "dropout both ways": lambda: sequential((4, 3), layers.Bidirectional(layers.LSTM(2, recurrent_dropout=0.1))),
    "a gate of its own": lambda: sequential((4, 3), layers.LSTM(2, recurrent_activation=lambda z: z)),
    "states": lambda: sequential((4, 3), layers.GRU(2, return_state=True)),
    "two sequences": lambda: sequential((4, 3), layers.Bidirectional(layers.GRU(2), merge_mode=None)),
    "a mask for another layer": lambda: masked(layers.BatchNormalization(), layers.GRU(2)),
    "a mask of what is put out": lambda: masked(layers.Dense(1)),
    "one layer, two shapes": two_shapes,
    "a call of its own": lambda: Doubling([keras.Input((4,)), layers.Dense(1)]),
    "a model in a model": lambda: sequential((4,), sequential((4,), layers.Dense(1))),
    "an operation": of_an_operation,
    "no graph": subclassed,
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_what_has_no_form_is_left_to_the_backend(name):
    with pytest.raises(NotImplementedError, match="there is no form of"):
        Batched(OTHERS[name](), {})


def test_a_number_that_no_form_takes_is_left_to_the_backend():
    model = sequential((4,), layers.Dense(1), layers.LeakyReLU(0.1))
    model.compile("sgd", "mse")
    with pytest.raises(NotImplementedError, match="there is no form of"):
        Batched(model, read_spec(model).owners)


def test_the_lecture_s_network_has_a_form():
    Batched(digits.build(keras_tuner.HyperParameters()), {})


@pytest.mark.parametrize("kind", [layers.BatchNormalization, BatchNormalization])
def test_numbers_of_batch_norm_may_differ_between_trials(tmp_path, kind):
    def build(hp):
        momentum, epsilon = hp.Float("rho", 0.5, 0.99), hp.Float("epsilon", 1e-3, 1.0)
        hidden = [layers.Dense(5), kind(momentum=momentum, epsilon=epsilon), layers.ReLU()]
        return network(*hidden, optimizer="sgd")

    heard = check_against_fit(build, tmp_path)
    assert heard.populations == ["3 trials, mini-batch 32"]
