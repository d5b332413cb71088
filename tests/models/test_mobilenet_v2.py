"""MobileNet V2: the weights of Keras', its widths, and blocks that pass on what comes in."""

import keras
import numpy as np
import pytest
from keras.src.applications.mobilenet_v2 import _make_divisible

from dlref.models import MobileNetV2, building, copy_weights


def test_takes_the_weights_of_keras_by_name() -> None:
    """At an odd size; Keras makes 24 channels of 0.56 * 32 = 17.92, and would make 16 of int(17.92)."""
    given = {"input_shape": (45, 33, 3), "classes": 3, "weights": None}
    theirs = keras.applications.MobileNetV2(**given, alpha=0.56)
    ours = MobileNetV2(**given, width=0.56)
    copy_weights(theirs, ours)
    x = np.random.default_rng(0).uniform(-1, 1, (2, 45, 33, 3)).astype("float32")
    np.testing.assert_allclose(ours(x), theirs(x), atol=1e-5)
    assert ours.count_params() == theirs.count_params()


def test_channels_are_rounded_as_keras_does() -> None:
    for n in np.arange(1, 400, 0.1):
        assert building.eighths(n) == _make_divisible(n, 8)


def test_a_block_without_a_projection_passes_on_what_comes_in() -> None:
    model = MobileNetV2(input_shape=(32, 32, 3), classes=2, width=1 / 16)
    for block in (7, 8, 9):
        layer = model.get_layer(f"block_{block}_project_BN")
        layer.gamma.assign(0 * layer.gamma)
    before = model.get_layer("block_7_expand").input
    after = model.get_layer("block_10_expand").input
    x = np.random.default_rng(0).uniform(-1, 1, (1, 32, 32, 3)).astype("float32")
    one, other = keras.Model(model.input, [before, after])(x)
    np.testing.assert_array_equal(one, other)
    assert np.ptp(one) > 0 and np.min(one) < 0  # no activation has cut it off


def test_the_last_convolution_gets_wider_but_not_narrower() -> None:
    given = {"input_shape": (32, 32, 3), "include_top": False}
    filters = [MobileNetV2(**given, width=a).get_layer("Conv_1").filters for a in (1 / 16, 1.4)]
    assert filters == [1280, 1792]
    with pytest.raises(TypeError, match="MobileNetV2: `include_top`"):
        MobileNetV2(include_top="no", width=1 / 16)
