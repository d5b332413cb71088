"""A model's file may hold Python code, in a Lambda layer: none of it runs, wherever in dlref's objects it stands."""

import keras
import numpy as np
import pytest

from dlref import ensembles, layers, models
from dlref.models.building import weighted


@pytest.fixture
def marked(tmp_path):
    """A layer whose code leaves a file."""
    path = str(tmp_path / "ran")

    def run(x):
        open(path, "w").close()
        return x

    return keras.layers.Lambda(run)


def inside(layer):
    return keras.Sequential([keras.Input((4, 4, 1)), layer, keras.layers.Flatten()])


AROUND = {
    "a sequence": inside,
    "an ensemble": lambda layer: ensembles.Ensemble([inside(layer)]),
    "a model of crops": lambda layer: models.TenCrop(inside(layer)),
    "a layer": lambda layer: inside(layers.StochasticDepth(layer, 0.5)),
}


@pytest.mark.parametrize("name", AROUND)
def test_keras_refuses_it(name, marked, tmp_path):
    model = AROUND[name](marked)
    model(np.zeros((1, 6, 6, 1) if name == "a model of crops" else (1, 4, 4, 1), "float32"))
    model.save(tmp_path / "model.keras")
    (tmp_path / "ran").unlink()
    with pytest.raises((TypeError, ValueError), match="[Ll]ambda"):
        keras.saving.load_model(tmp_path / "model.keras")
    assert not (tmp_path / "ran").exists()


def test_weights_are_read_without_it(marked, tmp_path):
    """Of a whole model's file dlref takes the weights alone."""
    dense = keras.layers.Dense(2)
    keras.Sequential([keras.Input((2,)), marked, dense]).save(tmp_path / "model.keras")
    (tmp_path / "ran").unlink(missing_ok=True)
    plain = keras.Sequential([keras.Input((2,)), keras.layers.Identity(), keras.layers.Dense(2)])
    weighted(plain, tmp_path / "model.keras", keras.Sequential)
    assert not (tmp_path / "ran").exists()
    np.testing.assert_array_equal(plain.get_weights()[0], dense.get_weights()[0])
