"""ResNet-50: an identity where its weights are 0, biases that do nothing, the weights of Keras'."""

import keras
import numpy as np

from dlref.models import ResNet50, copy_weights

SMALL = {"input_shape": (32, 32, 3), "classes": 5, "width": 1 / 32}


def test_blocks_without_weights_pass_on_what_comes_in() -> None:
    """The lecture's reason why more blocks do no harm: gamma = beta = 0 in the last normalization of a block."""
    model = ResNet50(**SMALL)
    for layer in model.layers:
        if layer.name.endswith("_3_bn"):
            layer.gamma.assign(0 * layer.gamma)
            layer.beta.assign(0 * layer.beta)
    nodes = {op.name: op for op in model._operations}
    first = nodes["conv3_block2_1_conv"].input
    last = nodes["conv4_block1_1_conv"].input  # three blocks further
    x = np.random.default_rng(0).uniform(size=(2, 32, 32, 3)).astype("float32")
    before, after = keras.Model(model.input, [first, last])(x)
    np.testing.assert_array_equal(before, after)
    assert np.ptp(before) > 0.01


def test_biases_in_front_of_batch_normalization_do_nothing() -> None:
    """In training the mean takes them out; there are 26,560 of them."""
    without = ResNet50(**SMALL, use_bias=False)
    with_them = ResNet50(**SMALL)
    rng = np.random.default_rng(0)
    for layer in with_them.layers:
        if layer.weights:
            weights = without.get_layer(layer.name).get_weights()
            biases = (
                [rng.normal(size=layer.bias.shape)] if len(weights) < len(layer.weights) else []
            )
            layer.set_weights([*weights, *biases])
    x = rng.uniform(size=(4, 64, 64, 3)).astype("float32")[:, :32, :32]
    np.testing.assert_allclose(with_them(x, training=True), without(x, training=True), atol=2e-4)
    counts = [ResNet50(include_top=False, use_bias=b).count_params() for b in (True, False)]
    assert counts[0] - counts[1] == 26_560


def test_takes_the_weights_of_keras_by_name() -> None:
    given = {"input_shape": (45, 32, 3), "classes": 3, "weights": None}
    theirs, ours = keras.applications.ResNet50(**given), ResNet50(**given)
    copy_weights(theirs, ours)
    x = np.random.default_rng(0).uniform(-120, 120, (2, 45, 32, 3)).astype("float32")
    np.testing.assert_allclose(ours(x), theirs(x), atol=1e-5)
