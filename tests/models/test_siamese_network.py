"""Siamese network: symmetric, trained on pairs, saved and loaded, and refused inputs."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from dlref.models import SiameseNetwork

rng = np.random.default_rng(0)
X = rng.normal(size=(200, 6)).astype("float32")
OTHER = np.where(rng.random((200, 1)) < 0.5, X + 0.1 * rng.normal(size=X.shape), X[::-1])
SAME = (np.abs(X - OTHER).max(-1) < 1).astype("float32")


def network() -> Any:
    return SiameseNetwork(keras.Sequential([keras.Input((6,)), layers.Dense(8, "tanh")]))


def test_the_order_of_the_pictures_does_not_count() -> None:
    model = network()
    one, other = model([X, OTHER]), model([OTHER, X])
    np.testing.assert_array_equal(ops.convert_to_numpy(one), ops.convert_to_numpy(other))
    assert tuple(one.shape) == (200, 1)


def test_a_picture_and_itself_have_the_bias_alone() -> None:
    model = network()
    model([X, X])
    model.b.assign([1.5])
    np.testing.assert_allclose(model([X, X]), 1 / (1 + np.exp(-1.5)), rtol=1e-6)


def test_fit_save_and_load(tmp_path: Any) -> None:
    keras.utils.set_random_seed(0)
    model = network()
    model.compile(keras.optimizers.Adam(0.05), "binary_crossentropy", metrics=["accuracy"])
    accuracy = model.fit([X, OTHER], SAME, epochs=20, verbose=0).history["accuracy"]
    assert accuracy[-1] > 0.9 and (model.w.numpy() < 0).mean() > 0.5  # far apart is another one
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(
        loaded.predict([X, OTHER], verbose=0), model.predict([X, OTHER], verbose=0)
    )


def test_the_embedding_is_shared_and_can_be_frozen() -> None:
    model = network()
    model([X, OTHER])
    assert model.count_params() == 6 * 8 + 8 + 8 + 1
    model.embedding.trainable = False
    assert [v.name for v in model.trainable_variables] == ["w", "b"]


@pytest.mark.parametrize("inputs", [[X], [X, X, X]])
def test_two_pictures_are_needed(inputs: Any) -> None:
    with pytest.raises(ValueError, match="`inputs` must be two batches"):
        network()(inputs)


def test_embeddings_are_vectors() -> None:
    maps = SiameseNetwork(keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(2, 3)]))
    with pytest.raises(ValueError, match="must make a vector of each picture"):
        maps([np.ones((1, 4, 4, 1))] * 2)


def test_it_needs_a_model() -> None:
    with pytest.raises(TypeError, match="`embedding` must be a Keras model"):
        SiameseNetwork(layers.Flatten())
