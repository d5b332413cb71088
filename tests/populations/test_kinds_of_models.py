"""Models as people write them: inputs of any length, layers made outside of `build`, weights that do not decay."""

import keras
import pytest
from keras import layers

from dlref.layers import DropConnect, FractionalMaxPooling2D, RandomRotation, StochasticDepth
from dlref.tuning import RandomSearch
from tests.populations.searching import (
    arguments,
    check_against_fit,
    evaluated,
    flowers,
    network,
    search,
)

LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
X = flowers()[0].reshape(100, 3, 2)


def sgd(hp):
    return keras.optimizers.SGD(hp.Float("rate", 0.01, 0.1))


def of_any_length(*parts):
    def build(hp):
        model = keras.Sequential([keras.Input((None, 2)), *[part() for part in parts], out()])
        model.compile(sgd(hp), LOSS)
        return model

    return build


def out():
    return layers.Dense(3)


LENGTHS = {
    "recurrent": of_any_length(lambda: layers.LSTM(4)),
    "convolution": of_any_length(lambda: layers.Conv1D(4, 2), layers.GlobalAveragePooling1D),
    "dense": of_any_length(lambda: layers.Dense(4, "relu"), layers.GlobalMaxPooling1D),
}


@pytest.mark.parametrize("name", LENGTHS)
def test_inputs_of_any_length(tmp_path, name):
    dev = X[:50], flowers()[1][:50]
    heard = check_against_fit(LENGTHS[name], tmp_path, 2, x=X, validation_data=dev)
    assert len(heard.populations) == 1 and "alone" not in heard.notes[0]


def test_layers_that_draw(tmp_path):
    """With a rate of 0, or a ratio that divides the size, they draw what changes nothing."""

    def build(hp):
        parts = [wrap(layers.Dense(6, "relu"), 0.0) for wrap in (DropConnect, StochasticDepth)]
        parts += [layers.Reshape((6, 1, 1)), FractionalMaxPooling2D((2, 1)), layers.Flatten()]
        model = keras.Sequential([keras.Input((6,)), *parts, out()])
        model.compile(sgd(hp), LOSS)
        return model

    assert len(check_against_fit(build, tmp_path, 2).populations) == 1


def frozen():
    base = keras.Sequential(
        [keras.Input((6,)), layers.Dense(5, "relu"), layers.BatchNormalization()]
    )
    base.trainable = False
    return base


def in_a_sequential(base, hp):
    return keras.Sequential(
        [keras.Input((6,)), base, layers.Dense(hp.Choice("units", [3, 4])), out()]
    )


def in_a_functional(base, hp):
    inputs = keras.Input((6,))
    hidden = layers.Dense(hp.Choice("units", [3, 4]), "relu")(base(inputs, training=False))
    return keras.Model(inputs, out()(hidden))


@pytest.mark.parametrize("make", [in_a_sequential, in_a_functional])
def test_a_frozen_base_made_outside_of_build(tmp_path, make):
    base = frozen()

    def build(hp):
        model = make(base, hp)
        model.compile(sgd(hp), LOSS)
        return model

    heard = check_against_fit(build, tmp_path, 3)
    assert [note.partition(",")[0] for note in heard.populations] == ["3 trials"]


def test_a_base_that_some_trials_freeze_is_trained_alone(tmp_path):
    base = frozen()

    def build(hp):
        model = in_a_sequential(base, hp)
        base.layers[-1].trainable = hp.Choice("trainable", [True, False])
        model.compile(sgd(hp), LOSS)
        return model

    _, heard = search(build, tmp_path, 6)
    assert not heard.populations
    assert "`build` changes batch_norm" in heard.notes[0] and "outside of the" in heard.notes[0]


@pytest.mark.parametrize("how", ["names", "variables"])
def test_weights_excluded_from_decay(tmp_path, how):
    def build(hp):
        model = keras.Sequential([keras.Input((6,)), layers.Dense(4), out()])
        adam = keras.optimizers.AdamW(0.01, weight_decay=hp.Float("decay", 0.01, 0.2))
        kept = (
            {"var_names": ["bias"]} if how == "names" else {"var_list": [model.layers[-1].kernel]}
        )
        adam.exclude_from_weight_decay(**kept)
        model.compile(adam, LOSS)
        return model

    heard = check_against_fit(build, tmp_path, 2)
    assert len(heard.populations) == 1


class Late(keras.Model):
    """Its layers are made when it sees data, and its code asks how many examples there are."""

    def build(self, shape):
        self.hidden, self.out = layers.Dense(shape[-1]), out()
        self.built = True

    def call(self, x):
        assert x.shape[0] > 0
        return self.out(self.hidden(x))


def test_a_model_built_by_its_data_and_trained_alone_is_loaded_and_repeated(tmp_path):
    def build(hp):
        model = Late()
        model.compile(sgd(hp), LOSS, run_eagerly=True)
        return model

    tuner, heard = search(build, tmp_path, 2, arguments(epochs=1))
    assert not heard.populations
    again = RandomSearch(build, "val_loss", max_trials=2, seed=0, directory=tmp_path)
    for each in (tuner, again):
        (best,) = each.get_best_models(1)
        score = each.oracle.get_best_trials(1)[0].score
        assert evaluated(best) == pytest.approx(score, rel=1e-5)
    model, result = tuner.replay(1, **arguments(epochs=1))
    assert evaluated(model) == pytest.approx(result.metrics["val_loss"], rel=1e-5)


def test_images_turned_by_angles_of_their_own_interval(tmp_path):
    """The interval and the value beyond the edges are numbers of each member, and draws those that it has alone."""

    def build(hp):
        factor, value = hp.Float("factor", 0.1, 0.5), hp.Float("fill_value", -1.0, 1.0)
        turn = RandomRotation(factor, "constant", seed=1, fill_value=value)
        return network(layers.Reshape((3, 2, 1)), turn, layers.Flatten())

    heard = check_against_fit(build, tmp_path, 3)
    (told,) = heard.populations
    assert told.startswith("3 trials")
