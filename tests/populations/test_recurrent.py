"""Recurrent layers of all members at once equal what `fit` makes of each."""

import keras
import numpy as np
import pytest
from keras import layers

from dlref import layers as ours
from dlref.tuning.populations.program.batched_model import Batched
from tests.populations.searching import check_against_fit, network

CELLS = (layers.LSTM, layers.GRU, layers.SimpleRNN)


def sequences(*after, mask=None):
    """A search over the learning rate, of points that come one coordinate after the other."""

    def build(hp):
        parts = [layers.Reshape((3, 2)), *(part() for part in after)]
        if mask is not None:
            parts.insert(1, layers.Masking(mask))
        rate = hp.Float("learning_rate", 0.01, 0.1)
        return network(*parts, optimizer=keras.optimizers.SGD(rate, momentum=0.5))

    return build


def one(cell, **options):
    return lambda: cell(4, **options)


def both(cell, merge_mode="concat", **options):
    return lambda: layers.Bidirectional(cell(4, **options), merge_mode)


def text(*after, **options):
    """A search over the learning rate, of numbers that stand for words, of which 0 is none."""

    def build(hp):
        parts = [layers.Embedding(7, 4, **options), layers.Dropout(0.0)]
        rate = hp.Float("learning_rate", 0.1, 1.0)
        inputs = [keras.Input((6,), dtype="int32"), *parts, *(part() for part in after)]
        model = keras.Sequential([*inputs, layers.Dense(3)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.SGD(rate), loss)
        return model

    return build


LAYERS = {
    "LSTM": [
        lambda: layers.Conv1D(4, 2),
        one(layers.LSTM, go_backwards=True, return_sequences=True, kernel_regularizer="l2"),
        one(layers.LSTM),
    ],
    "GRU": [one(layers.GRU, return_sequences=True), one(layers.GRU, reset_after=False)],
    "SimpleRNN": [
        one(layers.SimpleRNN, unroll=True, return_sequences=True),
        one(layers.SimpleRNN, use_bias=False),
    ],
    "the lecture's": [
        both(ours.LSTM, return_sequences=True),
        one(ours.GRU, return_sequences=True, kernel_regularizer="l2"),
        one(ours.SimplifiedGRU, use_bias=False, return_sequences=True),
        one(ours.SimpleRNN, go_backwards=True),
    ],
    "other functions": [
        one(layers.LSTM, use_bias=False, return_sequences=True),
        one(layers.LSTM, activation="relu", recurrent_activation="hard_sigmoid"),
    ],
    "both ways": [
        both(layers.LSTM, return_sequences=True),
        both(layers.GRU, "sum", return_sequences=True),
        both(layers.SimpleRNN, "mul", return_sequences=True),
        layers.GlobalAveragePooling1D,
    ],
    "mean of both ways": [both(layers.GRU, "ave", reset_after=False, use_bias=False)],
}


@pytest.fixture
def batched(monkeypatch):
    """Fails where there is no form of a model."""
    made = []
    of = Batched.__init__

    def init(self, *args):
        of(self, *args)
        made.append(self)

    monkeypatch.setattr(Batched, "__init__", init)
    yield
    assert made


@pytest.mark.usefixtures("batched")
@pytest.mark.parametrize("name", LAYERS)
def test_loops_equal_fit(tmp_path, name):
    heard = check_against_fit(sequences(*LAYERS[name]), tmp_path, trials=2, epochs=1)
    assert heard.populations == ["2 trials, mini-batch 32"]


def words():
    generator = np.random.default_rng(0)
    x = generator.integers(1, 7, (100, 6)).astype("int32")
    for row, length in zip(x, generator.integers(0, 7, 100), strict=True):
        row[length:] = 0  # some have no word at all
    y = generator.integers(0, 3, 100)
    return {"x": x, "y": y, "validation_data": (x[:50], y[:50])}


MASKED = {
    "sequences": [one(layers.LSTM, return_sequences=True), both(layers.GRU)],
    "zeros": [one(layers.LSTM, return_sequences=True, zero_output_for_mask=True), layers.Flatten],
    "backwards": [one(layers.GRU, go_backwards=True)],
}


@pytest.mark.filterwarnings("ignore:.*does not support masking")
@pytest.mark.usefixtures("batched")
@pytest.mark.parametrize("name", MASKED)
def test_masks_of_words_that_are_not_there(tmp_path, name):
    build = text(*MASKED[name], mask_zero=True)
    heard = check_against_fit(build, tmp_path, trials=2, epochs=1, **words())
    assert heard.populations == ["2 trials, mini-batch 32"]


@pytest.mark.usefixtures("batched")
def test_words_without_a_mask(tmp_path):
    check_against_fit(text(layers.Flatten), tmp_path, trials=2, epochs=1, **words())


@pytest.mark.usefixtures("batched")
def test_masking(tmp_path):
    generator = np.random.default_rng(0)
    x = generator.normal(size=(100, 6)) * (generator.random((100, 1)) < 0.7)
    x[:, 2:] *= generator.random((100, 1)) < 0.7
    x = x.astype(keras.config.floatx())
    build = sequences(one(layers.LSTM), mask=0.0)
    check_against_fit(build, tmp_path, trials=2, epochs=1, x=x)
