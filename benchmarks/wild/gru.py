"""Sentences in two classes: Embedding, Conv1D, GRU."""

import keras

from benchmarks.wild.data import WORDS, sentences


def build(hp):
    inputs = keras.Input((30,), dtype="int32")
    x = keras.layers.Embedding(WORDS, 32)(inputs)
    x = keras.layers.Conv1D(hp.Choice("filters", [16, 32]), 3, activation="relu")(x)
    x = keras.layers.MaxPooling1D(2)(x)
    x = keras.layers.GRU(hp.Int("units", 16, 48, step=16))(x)
    x = keras.layers.Dropout(hp.Float("dropout", 0.1, 0.5))(x)
    outputs = keras.layers.Dense(1, activation="sigmoid")(x)
    model = keras.Model(inputs, outputs)
    learning_rate = hp.Float("learning_rate", 1e-4, 1e-2, sampling="log")
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model


def fit():
    (x_train, y_train), dev = sentences()
    return {"x": x_train, "y": y_train, "validation_data": dev, "epochs": 4}
