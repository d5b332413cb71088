"""The next value of a series, from one or two LSTM layers."""

import keras

from benchmarks.wild.data import windows

OBJECTIVE = "val_loss"


def build(hp):
    model = keras.Sequential()
    deep = hp.Boolean("second_layer")
    units = hp.Int("units", min_value=32, max_value=96, step=32)
    model.add(keras.layers.LSTM(units, return_sequences=deep, input_shape=(24, 1)))
    if deep:
        model.add(keras.layers.LSTM(hp.Int("units_2", 32, 64, step=32)))
    model.add(keras.layers.Dropout(hp.Float("dropout", 0.0, 0.5, step=0.1)))
    model.add(keras.layers.Dense(1))
    learning_rate = hp.Choice("learning_rate", [1e-2, 1e-3, 1e-4])
    model.compile(keras.optimizers.Adam(learning_rate), loss="mse", metrics=["mae"])
    return model


def fit():
    (x_train, y_train), dev = windows()
    return {"x": x_train, "y": y_train, "validation_data": dev, "epochs": 5}
