"""Hidden units by padding with zeros, where that is exact."""

import keras
import numpy as np
import pytest

from dlref.layers import GRU
from dlref.regularizers import L1
from tests.populations.searching import (
    check_against_fit,
    evaluated,
    hidden,
    images,
    network,
    search,
)


def both_ways(units, **options):
    return keras.layers.Bidirectional(keras.layers.LSTM(units, **options))


def sequences(layer, **options):
    """A search over the units of two recurrent layers."""

    def build(hp):
        first, second = (hp.Choice(f"units_{i}", [2, 3, 5]) for i in range(2))
        hidden = layer(first, return_sequences=True, **options), layer(second, **options)
        rate = hp.Float("learning_rate", 0.01, 0.1)
        return network(keras.layers.Reshape((3, 2)), *hidden, optimizer=keras.optimizers.Adam(rate))

    return build


EXACT = {
    "relu": hidden(activation="relu"),
    "tanh": hidden(activation="tanh"),
    "batch norm": hidden(keras.layers.BatchNormalization, keras.layers.ReLU),
    "bias that starts at 1": hidden(bias_initializer="ones", activation="relu"),
    "L1": hidden(kernel_regularizer=L1(1.0, 100), activation="gelu"),
    "convolution": images(keras.layers.GlobalAveragePooling2D),
    "flattened channels": images(keras.layers.Flatten),
    "LSTM": sequences(keras.layers.LSTM),
    "GRU": sequences(keras.layers.GRU),
    "the lecture's GRU": sequences(GRU),
    "both ways": sequences(both_ways),
}


@pytest.mark.parametrize("name", EXACT)
def test_padding_is_exact(tmp_path, name):
    heard = check_against_fit(EXACT[name], tmp_path)
    (population,) = heard.populations
    assert "padded to " in population


def test_with_keras_l1_it_is_where_the_derivative_at_0_is_0(tmp_path):
    """On JAX that of Keras' |w| is 1, which moves the padding; of dlref's L1 it is 0 everywhere."""
    heard = check_against_fit(hidden(kernel_regularizer="l1", activation="gelu"), tmp_path)
    assert len(heard.populations) > 1 or "padded to " in heard.populations[0]
    found = any(note.startswith("one population for each width") for note in heard.notes)
    assert found == (keras.backend.backend() == "jax")


def test_the_kept_weights_have_the_width_of_the_trial(tmp_path):
    tuner, _ = search(EXACT["relu"], tmp_path)
    for trial in tuner.oracle.get_best_trials(4):
        model = tuner.load_model(trial)
        units = [trial.hyperparameters[f"units_{i}"] for i in range(2)]
        assert [layer.units for layer in model.layers[:2]] == units
        assert evaluated(model)[0] == pytest.approx(trial.score, rel=1e-5)
        assert np.all(model.layers[0].kernel != 0)


def test_the_kept_weights_of_gates_have_the_width_of_the_trial(tmp_path):
    tuner, _ = search(EXACT["LSTM"], tmp_path, 3)
    for trial in tuner.oracle.get_best_trials(3):
        model = tuner.load_model(trial)
        assert model.layers[1].units == trial.hyperparameters["units_0"]
        assert evaluated(model)[0] == pytest.approx(trial.score, rel=1e-5)


def test_a_trial_that_diverges_does_not_spoil_it(tmp_path):
    """The padding of its weights is no number either."""

    def build(hp):
        rate = hp.Choice("learning_rate", [0.1, 1e30])
        hidden = keras.layers.Dense(hp.Int("units", 3, 8), activation="relu")
        return network(hidden, optimizer=keras.optimizers.SGD(rate, momentum=0.5))

    _, heard = search(build, tmp_path, trials=8)
    assert set(heard.states) == {"finished", "diverged"}
    assert len(heard.notes) == 1 and "8 trials, mini-batch 32, padded to 8" in heard.notes[0]
