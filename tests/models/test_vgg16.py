"""VGG-16: the count of all its parameters, the weights of Keras', and what is too small for it."""

import keras
import numpy as np
import pytest

from dlref.models import VGG16, copy_weights


def test_takes_the_weights_of_keras_by_name() -> None:
    """With a classifier, at a size of its own."""
    given = {"input_shape": (47, 32, 3), "classes": 3, "weights": None}
    theirs, ours = keras.applications.VGG16(**given), VGG16(**given)
    copy_weights(theirs, ours)
    x = np.random.default_rng(0).uniform(-120, 120, (2, 47, 32, 3)).astype("float32")
    np.testing.assert_allclose(ours(x), theirs(x), atol=1e-5)
    assert [w.path for w in ours.weights] == [w.path for w in theirs.weights]


def test_a_file_of_weights(tmp_path) -> None:
    given = {"input_shape": (32, 32, 3), "include_top": False, "width": 1 / 32}
    model = VGG16(**given)
    model.save_weights(tmp_path / "of.weights.h5")
    loaded = VGG16(**given, weights=tmp_path / "of.weights.h5")
    for ours, theirs in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_says_that_weights_cannot_be_downloaded(monkeypatch) -> None:
    def refused(*args, **kwargs):
        raise Exception("URL fetch failure: no route to host")

    monkeypatch.setattr("keras.src.applications.vgg16.file_utils.get_file", refused)
    with pytest.raises(OSError, match=r"vgg16: weights=\"imagenet\" .* failed.*no route to host"):
        VGG16(weights="imagenet", include_top=False, input_shape=(32, 32, 3))


def test_takes_what_was_downloaded(monkeypatch, tmp_path) -> None:
    given = {"include_top": False, "input_shape": (32, 32, 3)}
    theirs = keras.applications.VGG16(**given, weights=None)
    theirs.save_weights(tmp_path / "of.weights.h5")
    monkeypatch.setattr(
        "keras.src.applications.vgg16.file_utils.get_file", lambda *_, **__: str(tmp_path / "of.weights.h5")
    )  # fmt: skip
    ours = VGG16(**given, weights="imagenet")
    np.testing.assert_array_equal(ours.get_weights()[0], theirs.get_weights()[0])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"input_shape": (31, 64, 3)}, "name=block5_pool"),
        ({"input_shape": (8, 8, 3)}, "name=block4_pool"),
        ({"classes": 10, "weights": "imagenet"}, "classes"),
    ],
)
def test_bad_arguments(arguments, words) -> None:
    with pytest.raises(ValueError, match=words):
        VGG16(width=1 / 32, **arguments)
