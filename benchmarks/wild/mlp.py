"""A dense net whose layers, activation and optimizer are tuned by name."""

import keras

from benchmarks.wild.data import digits


def build(hp):
    model = keras.Sequential([keras.Input((64,))])
    activation = hp.Choice("activation", ["relu", "tanh"])
    for i in range(hp.Int("num_layers", 1, 3)):
        units = hp.Int(f"units_{i}", min_value=32, max_value=256, step=32)
        model.add(keras.layers.Dense(units, activation=activation))
        if hp.Boolean("dropout"):
            model.add(keras.layers.Dropout(0.25))
    model.add(keras.layers.Dense(10, activation="softmax"))
    optimizer = hp.Choice("optimizer", ["adam", "rmsprop", "sgd"])
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def fit():
    (x_train, y_train), dev = digits()
    return {"x": x_train, "y": y_train, "validation_data": dev, "epochs": 10}
