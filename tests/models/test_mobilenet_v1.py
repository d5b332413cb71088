"""MobileNet V1: the weights of Keras', its padding on odd sizes, and what it drops in training."""

import keras
import numpy as np
import pytest

from dlref.models import MobileNetV1, copy_weights

SMALL = {"input_shape": (32, 32, 3), "classes": 5, "width": 1 / 16}


def test_takes_the_weights_of_keras_by_name() -> None:
    """At an odd size, where the first layer has other zeros than the blocks, and a width of the paper's."""
    given = {"input_shape": (45, 32, 3), "classes": 3, "weights": None}
    theirs = keras.applications.MobileNet(**given, alpha=0.25)
    ours = MobileNetV1(**given, width=0.25)
    copy_weights(theirs, ours)
    x = np.random.default_rng(0).uniform(-1, 1, (2, 45, 32, 3)).astype("float32")
    np.testing.assert_allclose(ours(x), theirs(x), atol=1e-5)
    assert ours.count_params() == theirs.count_params()


def test_of_the_paper_and_of_keras() -> None:
    model = MobileNetV1()
    trained = sum(np.prod(w.shape) for w in model.trainable_weights)
    assert (model.count_params(), trained) == (4_253_864, 4_231_976)


def test_saves_and_loads(tmp_path) -> None:
    model = MobileNetV1(**SMALL, dropout=0.5)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    x = np.random.default_rng(0).uniform(-1, 1, (2, 32, 32, 3)).astype("float32")
    np.testing.assert_array_equal(loaded(x), model(x))
    assert loaded.get_layer("dropout").rate == 0.5


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"dropout": 1.0}, ValueError, "MobileNetV1: `dropout`"),
        ({"dropout": "0.1"}, TypeError, "MobileNetV1: `dropout`"),
        ({"include_top": 1}, TypeError, "MobileNetV1: `include_top`"),
        ({"width": 0.3, "include_top": False, "weights": "imagenet"}, ValueError, "alpha"),
    ],
)
def test_bad_arguments(arguments, error, words) -> None:
    with pytest.raises(error, match=words):
        MobileNetV1(**SMALL | arguments)
