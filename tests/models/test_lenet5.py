"""LeNet-5: the counts, and what is too small for it."""

import keras
import numpy as np
import pytest

from dlref.models import LeNet5


def test_the_paper_s_60_000_and_where_it_parts() -> None:
    """(3) in the paper reaches over 60 of 96 pairs of channels, poolings have two numbers each, (7) has none."""
    ours = LeNet5().count_params()
    assert ours == 61_706
    assert ours - 36 * 25 + 2 * (6 + 16) - 850 == 60_000


def test_trains_saves_and_loads(tmp_path) -> None:
    model = LeNet5((28, 28, 3), classes=3, width=0.5, activation="relu", name="half")
    assert [layer.name for layer in model.layers][1:4] == [
        "C1",
        "S2",
        "C3",
    ] and model.name == "half"
    model.compile("sgd", "sparse_categorical_crossentropy")
    x = np.random.default_rng(0).uniform(size=(8, 28, 28, 3)).astype("float32")
    model.fit(x, np.arange(8) % 3, verbose=0)
    outputs = model.predict(x, verbose=0)
    np.testing.assert_allclose(outputs.sum(axis=1), 1, rtol=1e-5)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), outputs)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"input_shape": (15, 32, 1)}, ValueError, "name=S4"),
        ({"input_shape": (32, 32)}, ValueError, "input_shape"),
        ({"input_shape": (32, 32, 0)}, ValueError, "input_shape"),
        ({"input_shape": 32}, TypeError, "input_shape"),
        ({"input_shape": (32, 32.0, 1)}, TypeError, "input_shape"),
        ({"classes": 0}, ValueError, "classes"),
        ({"classes": "10"}, TypeError, "classes"),
        ({"width": 0}, ValueError, "width"),
        ({"width": float("nan")}, ValueError, "width"),
        ({"width": None}, TypeError, "width"),
        ({"activation": "tanhh"}, ValueError, "activation"),
    ],
)
def test_bad_arguments(arguments, error, words) -> None:
    with pytest.raises(error, match=words):
        LeNet5(**arguments)
