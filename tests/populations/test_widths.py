"""Where padding with zeros changes a model there is one population for each width."""

import keras
import pytest

from tests.populations.searching import arguments, check_against_fit, hidden, images, search


@keras.saving.register_keras_serializable("tests")
class MeanSquare(keras.regularizers.Regularizer):
    """Of more weights the mean is smaller, though they are zero."""

    def __call__(self, w):
        return keras.ops.mean(w**2)

    def get_config(self):
        return {}


@keras.saving.register_keras_serializable("tests")
class Centred(keras.constraints.Constraint):
    """The mean over more units is smaller, though they are zero."""

    def __call__(self, w):
        return w - keras.ops.mean(w) * keras.ops.cast(w != 0, w.dtype)


CHANGES = {
    "a penalty on the mean": hidden(kernel_regularizer=MeanSquare(), activation="relu"),
    "a constraint of one's own": hidden(kernel_constraint=Centred(), activation="relu"),
    "sigmoid": hidden(activation="sigmoid"),
    "softmax": hidden(activation="softmax"),
    "layer norm": hidden(keras.layers.LayerNormalization),
}


@pytest.mark.parametrize("name", CHANGES)
def test_where_padding_changes_a_model_it_is_not_used(tmp_path, name):
    heard = check_against_fit(CHANGES[name], tmp_path)
    assert any(note.startswith("one population for each width") for note in heard.notes)
    assert heard.states == ["finished"] * 3


def test_dropout_meets_units_in_their_places(tmp_path):
    """Among more channels flattened units stand in other places, for which other numbers are drawn."""

    def build(hp):
        model = images(keras.layers.Flatten)(hp)
        *hidden, last = model.layers
        model = keras.Sequential([keras.Input((6,)), *hidden, keras.layers.Dropout(0.5), last])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile("sgd", loss)
        return model

    _, heard = search(build, tmp_path, 3, arguments(shuffle=False))
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
