"""Keras Tuner's own guide: a net without an `Input`, which is built when it sees data."""

import keras

from benchmarks.wild.data import pictures


def build(hp):
    model = keras.Sequential()
    model.add(keras.layers.Flatten())
    for i in range(hp.Int("num_layers", 1, 3)):
        units = hp.Int(f"units_{i}", min_value=32, max_value=512, step=32)
        model.add(keras.layers.Dense(units, activation=hp.Choice("activation", ["relu", "tanh"])))
    if hp.Boolean("dropout"):
        model.add(keras.layers.Dropout(rate=0.25))
    model.add(keras.layers.Dense(10, activation="softmax"))
    learning_rate = hp.Float("lr", min_value=1e-4, max_value=1e-2, sampling="log")
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def fit():
    (x_train, y_train), (x_val, y_val) = pictures()
    y_train, y_val = (keras.utils.to_categorical(y, 10) for y in (y_train, y_val))
    return {"x": x_train, "y": y_train, "validation_data": (x_val, y_val), "epochs": 5}
