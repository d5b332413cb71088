"""Ensembles: of models of every kind, trained, saved and loaded."""

import tempfile
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from dlref.ensembles import Ensemble
from dlref.tuning import RandomSearch

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 4)).astype("float32")
Y = (X @ rng.normal(size=(4, 3))).argmax(1)


def network(seed: int | None = None, units: int = 8) -> Any:
    start = keras.initializers.HeNormal(seed)
    hidden = layers.Dense(units, "relu", kernel_initializer=start)
    return keras.Sequential([keras.Input((4,)), hidden, layers.Dense(3, "softmax")])


def test_the_mean_of_probabilities_is_one() -> None:
    ensemble = Ensemble([network(seed, units) for seed, units in ((1, 4), (2, 8), (3, 2))])
    outputs = ops.convert_to_numpy(ensemble(X))
    np.testing.assert_allclose(outputs.sum(1), 1, rtol=1e-5)
    each = [ops.convert_to_numpy(model(X)) for model in ensemble.models]
    np.testing.assert_allclose(outputs, np.mean(each, axis=0), rtol=1e-5)


def test_one_model_is_itself() -> None:
    model = network()
    np.testing.assert_array_equal(Ensemble([model])(X), model(X))


def test_never_worse_than_the_mean_of_its_models() -> None:
    """Cross-entropy is convex: Jensen's inequality, for any weights."""
    models = [network(seed) for seed in range(5)]
    for model in (*models, ensemble := Ensemble(models)):
        model.compile("sgd", "sparse_categorical_crossentropy")
    losses = [model.evaluate(X, Y, verbose=0) for model in models]
    assert ensemble.evaluate(X, Y, verbose=0) < np.mean(losses)


def test_fit_save_and_load(tmp_path: Any) -> None:
    ensemble = Ensemble([network(1), network(2)], name="both")
    ensemble.compile(keras.optimizers.Adam(0.05), "sparse_categorical_crossentropy")
    history = ensemble.fit(X, Y, epochs=10, verbose=0).history["loss"]
    assert history[-1] < 0.7 * history[0]
    ensemble.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert loaded.name == "both" and len(loaded.models) == 2
    np.testing.assert_array_equal(loaded.predict(X, verbose=0), ensemble.predict(X, verbose=0))


@pytest.mark.parametrize("steps", [0, 1])
def test_models_that_are_compiled(tmp_path: Any, steps: int) -> None:
    models = [network(1), network(2)]
    for model in models:
        model.compile("adam", "sparse_categorical_crossentropy")
        model.fit(X, Y, epochs=steps, verbose=0)
    ensemble = Ensemble(models)
    ensemble.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(loaded(X), ensemble(X))


def test_training_mode_reaches_the_models() -> None:
    model = keras.Sequential([keras.Input((4,)), layers.Dropout(0.5, seed=0)])
    ensemble = Ensemble([model])
    np.testing.assert_array_equal(ensemble(X), X)
    assert np.mean(ops.convert_to_numpy(ensemble(X, training=True)) == 0) > 0.3


def test_several_inputs_and_outputs() -> None:
    def two(seed: int) -> Any:
        inputs = {"a": keras.Input((2,), name="a"), "b": keras.Input((3,), name="b")}
        start = keras.initializers.HeNormal(seed)
        joined = layers.Concatenate()(list(inputs.values()))
        outputs = {
            name: layers.Dense(n, kernel_initializer=start)(joined)
            for name, n in (("p", 1), ("q", 4))
        }
        return keras.Model(inputs, outputs)

    models = [two(1), two(2)]
    x = {"a": X[:, :2], "b": X[:, :3]}
    found = Ensemble(models)(x)
    for name in ("p", "q"):
        each = [ops.convert_to_numpy(model(x)[name]) for model in models]
        np.testing.assert_allclose(found[name], np.mean(each, axis=0), rtol=1e-5, atol=1e-6)


def test_a_population_is_an_ensemble() -> None:
    def build(hp: Any) -> Any:
        model = network(hp.Int("seed", 0, 99))
        model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
        return model

    tuner = RandomSearch(build, "val_loss", max_trials=4, seed=0, directory=tempfile.mkdtemp())
    tuner.search(X, Y, validation_data=(X, Y), epochs=3, verbose=0)
    models = tuner.get_best_models(4)
    ensemble = Ensemble(models)
    each = [ops.convert_to_numpy(model(X)) for model in models]
    assert np.abs(each[0] - each[1]).max() > 0.01  # the seeds differ
    np.testing.assert_allclose(ensemble(X), np.mean(each, axis=0), rtol=1e-5)


@pytest.mark.parametrize(
    ("models", "error", "words"),
    [
        ([], ValueError, "`models` must hold at least one model, and each once"),
        ([network()] * 2, ValueError, "each once. A callback that keeps snapshots needs copies"),
        (
            [network(), layers.Dense(3)],
            TypeError,
            "`models` must be Keras models. Received: <Dense",
        ),
        (network(), TypeError, "`models` must be a list or a tuple"),
        (None, TypeError, "`models` must be a list or a tuple"),
    ],
)
def test_wrong_models(models: Any, error: type, words: str) -> None:
    with pytest.raises(error) as raised:
        Ensemble(models)
    assert "Ensemble: " in str(raised.value) and words in str(raised.value)


def test_outputs_of_several_shapes() -> None:
    other = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    with pytest.raises(ValueError, match=r"outputs of one shape. Received: \(60, 3\), \(60, 1\)"):
        Ensemble([network(), other])(X)
