"""Hidden units by padding with zeros: where that is exact; where it is not, one population for each width."""

import keras
import numpy as np
import pytest

from tests.populations.searching import arguments, check_against_fit, evaluated, network, search


def hidden(*after, **options):
    """A search over the units of two layers."""

    def build(hp):
        rate = hp.Float("learning_rate", 0.01, 0.1)
        layers = []
        for i in range(2):
            layers += [keras.layers.Dense(hp.Choice(f"units_{i}", [3, 5]), **options)]
            layers += [make() for make in after]
        return network(*layers, optimizer=keras.optimizers.SGD(rate, momentum=0.5))

    return build


def images(dense, **options):
    """A search over the filters of a convolution."""

    def build(hp):
        rate = hp.Float("learning_rate", 0.01, 0.1)
        filters = hp.Choice("filters", [2, 4])
        model = keras.Sequential([keras.Input((6,)), keras.layers.Reshape((3, 2, 1))])
        model.add(keras.layers.Conv2D(filters, 2, padding="same", activation="relu"))
        model.add(dense())
        model.add(keras.layers.Dense(3))
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.SGD(rate, momentum=0.5), loss)
        return model

    return build


EXACT = {
    "relu": hidden(activation="relu"),
    "tanh": hidden(activation="tanh"),
    "batch norm": hidden(keras.layers.BatchNormalization, keras.layers.ReLU),
    "L1": hidden(kernel_regularizer="l1", activation="gelu"),
    "bias that starts at 1": hidden(bias_initializer="ones", activation="relu"),
    "convolution": images(keras.layers.GlobalAveragePooling2D),
}
CHANGES = {
    "sigmoid": hidden(activation="sigmoid"),
    "softmax": hidden(activation="softmax"),
    "layer norm": hidden(keras.layers.LayerNormalization),
    "flattened channels": images(keras.layers.Flatten),
}

if keras.backend.backend() == "jax":  # whose derivative of |w| at 0 is 1: L1 moves the padding
    CHANGES["L1"] = EXACT.pop("L1")


@pytest.mark.parametrize("name", EXACT)
def test_padding_is_exact(tmp_path, name):
    heard = check_against_fit(EXACT[name], tmp_path)
    (population,) = heard.populations
    assert "padded to " in population


@pytest.mark.parametrize("name", CHANGES)
def test_where_padding_changes_a_model_it_is_not_used(tmp_path, name):
    heard = check_against_fit(CHANGES[name], tmp_path)
    assert any(note.startswith("one population for each width") for note in heard.notes)
    assert heard.states == ["finished"] * 3


def test_it_is_learnt_once_for_all_sizes_of_mini_batch(tmp_path):
    def build(hp):
        hp.Choice("batch_size", [16, 32])
        return hidden(activation="sigmoid")(hp)

    _, heard = search(build, tmp_path, trials=8, fit=arguments(shuffle=False))
    assert heard.states == ["finished"] * 8
    assert not any("trained alone" in note for note in heard.notes), heard.notes
    assert sum("one population for each width" in note for note in heard.notes) == 1


def test_the_kept_weights_have_the_width_of_the_trial(tmp_path):
    tuner, _ = search(EXACT["relu"], tmp_path)
    for trial in tuner.oracle.get_best_trials(4):
        model = tuner.load_model(trial)
        units = [trial.hyperparameters[f"units_{i}"] for i in range(2)]
        assert [layer.units for layer in model.layers[:2]] == units
        assert evaluated(model)[0] == pytest.approx(trial.score, rel=1e-5)
        assert np.all(model.layers[0].kernel != 0)


def test_a_trial_that_diverges_does_not_spoil_it(tmp_path):
    """The padding of its weights is no number either."""

    def build(hp):
        rate = hp.Choice("learning_rate", [0.1, 1e30])
        hidden = keras.layers.Dense(hp.Int("units", 3, 8), activation="relu")
        return network(hidden, optimizer=keras.optimizers.SGD(rate, momentum=0.5))

    _, heard = search(build, tmp_path, trials=8)
    assert set(heard.states) == {"finished", "diverged"}
    assert len(heard.notes) == 1 and "8 trials, mini-batch 32, padded to 8" in heard.notes[0]
