"""A regression on a data frame, with `validation_split` and two executions of each trial."""

import keras
from sklearn.datasets import load_diabetes

OBJECTIVE = "val_mae"
TUNER = {"executions_per_trial": 2}


def build(hp):
    model = keras.Sequential()
    model.add(keras.layers.Input((10,)))
    for i in range(hp.Int("layers", 1, 2)):
        model.add(keras.layers.Dense(hp.Int(f"units_{i}", 16, 128, step=16), activation="relu"))
    model.add(keras.layers.Dense(1))
    learning_rate = hp.Choice("learning_rate", [1e-2, 1e-3])
    model.compile(keras.optimizers.Adam(learning_rate), "mse", metrics=["mae"])
    return model


def fit():
    found = load_diabetes(as_frame=True)
    return {"x": found.data, "y": found.target / 100, "validation_split": 0.2, "epochs": 10}
