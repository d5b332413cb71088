"""A model without an `Input` is built for the data, as `fit` does it, and trained in populations."""

import keras
import numpy as np
import pytest
from keras import layers

from dlref.tuning import RandomSearch
from tests.populations.searching import arguments, check_against_fit, evaluated, flowers, search


class Subclassed(keras.Model):
    """Its second layer is made when the first has been called."""

    def __init__(self, units):
        super().__init__()
        self.hidden = layers.Dense(units, "relu")

    def build(self, shape):
        self.out = layers.Dense(3)
        self.built = True

    def call(self, x):
        x = x["points"] if isinstance(x, dict) else x
        return self.out(self.hidden(x))


def compiled(make):
    """A search over units, and over the learning rate."""

    def build(hp):
        model = make(hp.Choice("units", [3, 5]))
        rate = hp.Float("learning_rate", 0.01, 0.1)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.SGD(rate, momentum=0.5), loss)
        return model

    return build


def sequential(*parts):
    return lambda units: keras.Sequential([part(units) for part in parts])


def relu(units):
    return layers.Dense(units, "relu")


def out(units):
    return layers.Dense(3)


def words(x):
    return (np.abs(x) * 2).astype("int64") % 7


X = flowers()[0]
MODELS = {
    "dense": (sequential(relu, out), X, 1),
    "of type float64": (sequential(relu, out), X.astype("float64"), 1),
    "flattened": (
        sequential(lambda units: layers.Flatten(), relu, lambda units: layers.Dropout(0.0), out),
        X.reshape(100, 2, 3),
        1,
    ),
    "embedding": (
        sequential(lambda units: layers.Embedding(7, 4), lambda u: layers.Flatten(), relu, out),
        words(X),
        1,
    ),
    "convolution": (
        sequential(
            lambda units: layers.Conv1D(units, 2), lambda units: layers.GlobalMaxPooling1D(), out
        ),
        X.reshape(100, 3, 2),
        1,
    ),
    "subclass": (Subclassed, X, 1),
    "a dict": (Subclassed, {"points": X}, 1),
}


def given(x):
    """Data for `search` and `fit`."""
    dev = keras.tree.map_structure(lambda a: a[:50], x)
    return {"x": x, "validation_data": (dev, flowers()[1][:50])}


@pytest.mark.parametrize("name", MODELS)
def test_it_equals_fit(tmp_path, name):
    make, x, count = MODELS[name]
    heard = check_against_fit(compiled(make), tmp_path, trials=3, **given(x))
    assert len(heard.populations) == count and len(heard.notes) == count, heard.notes


def test_the_best_is_loaded_by_another_tuner_too(tmp_path):
    build = compiled(sequential(relu, out))
    tuner, _ = search(build, tmp_path, trials=2, fit=arguments(epochs=1))
    again = RandomSearch(build, "val_loss", max_trials=2, seed=0, directory=tmp_path)
    for each in (tuner, again):
        (best,) = each.get_best_models(1)
        score = each.oracle.get_best_trials(1)[0].score
        assert evaluated(best) == pytest.approx(score, rel=1e-5)
