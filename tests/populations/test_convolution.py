"""Convolutions as products of matrices: the same numbers, trained like `fit`, and only where that is faster."""

import keras
import numpy as np
import pytest
from keras import layers

from dlref import layers as ours
from dlref.tuning.populations.program.batched_convolution import LAYERS, as_products, patched
from tests.populations.searching import check_against_fit, network

FROM_LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
IMAGES = {
    "plain": lambda: layers.Conv2D(4, 2, padding="same", activation="relu"),
    "by channel": lambda: layers.DepthwiseConv2D(2, depth_multiplier=2, activation="tanh"),
    "separable": lambda: layers.SeparableConv2D(3, 2, padding="same"),
    "transposed": lambda: layers.Conv2DTranspose(3, 2, strides=2, use_bias=False),
}
OURS = {
    "ours": lambda: ours.Conv2D(4, (3, 2), (2, 1), "same", activation="relu"),
    "ours, transposed": lambda: ours.Conv2DTranspose(3, (3, 2), (2, 1), "same"),
    "ours, mirrored": lambda: ours.TrueConv2D(3, 2, padding=(0, 1)),
}
OTHERS = {  # which the products cannot compute
    "in groups": lambda: layers.Conv2D(4, 2, groups=2),
    "ours, cut inside its filters": lambda: ours.Conv2DTranspose(3, 2, padding=2),
    "larger at its end": lambda: layers.Conv2DTranspose(3, 3, strides=2, output_padding=1),
}


@pytest.mark.parametrize("name", [*IMAGES, *OURS, *OTHERS])
def test_a_layer_computes_the_same_as_products(name):
    layer = {**IMAGES, **OURS, **OTHERS}[name]()
    model = keras.Sequential([keras.Input((4, 5, 2)), layer])
    x = keras.random.normal((6, 4, 5, 2), seed=0)
    expected = np.asarray(model(x))
    with as_products(model):
        assert ("call" in vars(layer)) == (name not in OTHERS)
        np.testing.assert_allclose(model(x), expected, rtol=1e-5, atol=1e-6)
    assert "call" not in vars(layer)


def test_a_layer_of_ones_own_is_not_taken_for_its_parent():
    class Doubled(layers.Conv2D):
        def call(self, inputs):
            return 2 * super().call(inputs)

    assert Doubled not in LAYERS
    model = keras.Sequential([keras.Input((4, 5, 2)), Doubled(3, 2)])
    with as_products(model):
        assert "call" not in vars(model.layers[0])
    assert patched(model) == 0


class Subclassed(keras.Model):
    """A net whose layers do not say of what shape their inputs are, one of them used twice."""

    def __init__(self, layer):
        super().__init__()
        self.image, self.layer = layers.Reshape((3, 2, 1)), layer
        self.flat, self.one, self.other = layers.Flatten(), layers.Dense(3), layers.Dense(3)

    def call(self, inputs):
        image = self.image(inputs)
        part = self.layer(image[:, :2])
        return self.one(self.flat(self.layer(image))) + self.other(self.flat(part))


@pytest.mark.parametrize("name", IMAGES)
def test_in_a_subclassed_model_too(name, tmp_path):
    def build(hp):
        model, rate = Subclassed(IMAGES[name]()), hp.Float("learning_rate", 0.01, 0.1)
        model(keras.ops.zeros((1, 6)))
        model.compile(keras.optimizers.SGD(rate), FROM_LOGITS)
        return model

    heard = check_against_fit(build, tmp_path)
    turns = ", taking turns" if keras.backend.backend() == "tensorflow" else ""
    assert heard.populations == ["3 trials, mini-batch 32" + turns]


def searched(name, *after):
    def build(hp):
        rate = hp.Float("learning_rate", 0.01, 0.1)
        image = layers.Reshape((3, 2, 1))
        optimizer = keras.optimizers.SGD(rate, momentum=0.5)
        return network(
            image, {**IMAGES, **OURS}[name](), *after, layers.Flatten(), optimizer=optimizer
        )

    return build


@pytest.mark.parametrize("name", [*IMAGES, "ours, mirrored"])
def test_a_population_of_convolutions_is_trained_like_fit(name, tmp_path):
    heard = check_against_fit(searched(name), tmp_path)
    assert heard.populations == ["3 trials, mini-batch 32"]


@pytest.mark.parametrize("name", IMAGES)
def test_beside_a_layer_without_a_form_too(name, tmp_path):
    heard = check_against_fit(searched(name, layers.UnitNormalization()), tmp_path)
    turns = ", taking turns" if keras.backend.backend() == "tensorflow" else ""
    assert heard.populations == ["3 trials, mini-batch 32" + turns]


def test_with_many_patches_the_members_take_turns_on_tensorflow(tmp_path):
    def build(hp):
        rate = hp.Float("learning_rate", 0.01, 0.1)
        image = layers.Dense(384), layers.Reshape((24, 16, 1)), layers.Conv2D(2, 4)
        model = network(*image, layers.Flatten(), optimizer=keras.optimizers.SGD(rate))
        assert patched(model) == 21 * 13 * 16
        return model

    heard = check_against_fit(build, tmp_path)
    turns = ", taking turns" if keras.backend.backend() == "tensorflow" else ""
    assert heard.populations == ["3 trials, mini-batch 32" + turns]
