"""10-crop: with models of one or several outputs, saved and loaded, evaluated, and pictures that are too small."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from dlref.models import TenCrop

X = np.random.default_rng(0).normal(size=(6, 7, 9, 1)).astype("float32")


def network() -> Any:
    parts = [layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(3, "softmax")]
    return keras.Sequential([keras.Input((5, 6, 1)), *parts])


def test_each_piece_is_seen_once() -> None:
    """The model passes on its pictures: the mean of pieces that tell where they lay."""
    rows, columns = np.mgrid[:7, :9].astype("float32")
    seen = []
    model = keras.Sequential([keras.Input((5, 6, 2)), layers.Lambda(lambda x: seen.append(x) or x)])
    TenCrop(model)(np.stack([rows, columns], -1)[None])
    corners = ops.convert_to_numpy(seen[-1])[:, 0, 0].tolist()
    starts = [[0, 0], [0, 3], [2, 0], [2, 3], [1, 1]]
    assert corners == starts + [[row, column + 5] for row, column in starts]


def test_evaluate_save_and_load(tmp_path: Any) -> None:
    model = TenCrop(network())
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert (loaded.height, loaded.width) == (5, 6)
    for each in (model, loaded):
        each.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    one, other = (each.evaluate(X, np.arange(6) % 3, 4, verbose=0) for each in (model, loaded))
    assert one == other and np.isfinite(one).all()


def test_several_outputs() -> None:
    inputs = keras.Input((5, 6, 1))
    flat = layers.Flatten()(inputs)
    model = keras.Model(inputs, {"class": layers.Dense(3)(flat), "map": inputs})
    outputs = TenCrop(model)(X)
    assert {name: y.shape for name, y in outputs.items()} == {"class": (6, 3), "map": (6, 5, 6, 1)}


def test_channels_first() -> None:
    """Convolutions of TensorFlow need a GPU for it; a dense layer does not."""
    first = keras.Sequential([keras.Input((1, 5, 6)), layers.Flatten(), layers.Dense(3)])
    last = keras.Sequential([keras.Input((5, 6, 1)), layers.Flatten(), layers.Dense(3)])
    last.set_weights(first.get_weights())
    found = TenCrop(first, data_format="channels_first")(np.moveaxis(X, -1, 1))
    np.testing.assert_allclose(found, TenCrop(last)(X), rtol=1e-5)


def test_a_model_for_all_sizes_needs_the_size_of_a_piece() -> None:
    model = keras.Sequential([keras.Input((None, None, 1)), layers.GlobalAveragePooling2D()])
    assert TenCrop(model, 5, 6)(X).shape == (6, 1)
    with pytest.raises(ValueError, match="`height` must be given"):
        TenCrop(model)


@pytest.mark.parametrize("shape", [(2, 4, 6, 1), (2, 5, 5, 1), (5, 6, 1), (2, None, 9, 1)])
def test_pictures_that_are_too_small(shape: Any) -> None:
    with pytest.raises(ValueError, match="at least 5 × 6 pixels"):
        TenCrop(network())(keras.KerasTensor(shape))


def test_it_needs_a_model() -> None:
    with pytest.raises(TypeError, match="TenCrop: `model` must be a Keras model"):
        TenCrop(layers.Flatten(), 5, 6)
