"""Sentences in two classes: an Embedding first, its size tuned."""

import keras

from benchmarks.wild.data import WORDS, sentences


def build(hp):
    model = keras.Sequential()
    model.add(keras.layers.Embedding(WORDS, hp.Int("embedding", 16, 64, step=16)))
    model.add(keras.layers.GlobalAveragePooling1D())
    model.add(keras.layers.Dense(hp.Int("units", 16, 64, step=16), activation="relu"))
    model.add(keras.layers.Dropout(hp.Float("dropout", 0.0, 0.5, step=0.1)))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    learning_rate = hp.Choice("learning_rate", [1e-2, 1e-3, 1e-4])
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model


def fit():
    (x_train, y_train), dev = sentences()
    return {"x": x_train, "y": y_train, "validation_data": dev, "epochs": 10, "batch_size": 64}
