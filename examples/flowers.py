"""A model for the iris flowers, to be swept: `dlref sweep examples/sweep.toml`.

`python examples/flowers.py` writes its data, flowers.npz, beside it.
"""

from pathlib import Path

import keras
import numpy as np
from sklearn.datasets import load_iris

from dlref.optimizers import Momentum
from dlref.tuning import averaging_decay, log_uniform, power_of_two


def build(hp):
    """One hidden layer; what is searched is drawn on its own scale."""
    alpha = log_uniform(hp, "learning_rate", 1e-3, 1.0)
    beta = averaging_decay(hp, "momentum", 0.5, 0.99)
    units = hp.Int("units", 4, 32)
    power_of_two(hp, "batch_size", 8, 64)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(
        Momentum(alpha, momentum=beta), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


if __name__ == "__main__":
    x, y = load_iris(return_X_y=True)
    np.savez(Path(__file__).with_suffix(".npz"), x=x.astype("float32"), y=y)
