"""The models of `benchmarks/sweep.py`: each a `build(hp)` on the digits, as it would be written for keras-tuner."""

from typing import Any

import keras
import numpy as np

from dlref.layers import BatchNormalization, Dropout
from dlref.optimizers import Adam
from dlref.regularizers import L2
from dlref.tuning import averaging_decay, digits, log_uniform

lecture = digits.build


def scalars(hp: Any) -> keras.Model:
    """64-64-10 with batch norm and dropout; only scalars differ."""
    alpha, beta = log_uniform(hp, "learning_rate", 1e-4, 1.0), averaging_decay(hp, "beta_1")
    rate, strength = 1 - hp.Float("keep_prob", 0.5, 1.0), log_uniform(hp, "lambda", 1e-3, 10.0)
    model = keras.Sequential([keras.Input((64,))])
    for _ in range(2):
        model.add(keras.layers.Dense(64, use_bias=False, kernel_regularizer=L2(strength, 1437)))
        model.add(BatchNormalization())
        model.add(keras.layers.ReLU())
        model.add(Dropout(rate))
    model.add(keras.layers.Dense(10, activation="softmax"))
    return _compiled(model, Adam(alpha, beta_1=beta))


def cnn(hp: Any) -> keras.Model:
    """Two convolutions of 16 and 32 filters; only scalars differ."""
    alpha, beta = log_uniform(hp, "learning_rate", 1e-4, 0.1), averaging_decay(hp, "beta_1")
    rate, strength = 1 - hp.Float("keep_prob", 0.5, 1.0), log_uniform(hp, "lambda", 1e-3, 10.0)
    layers, price = keras.layers, L2(strength, 1437)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(16, 3, padding="same", activation="relu", kernel_regularizer=price),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, padding="same", activation="relu", kernel_regularizer=price),
            layers.Flatten(),
            Dropout(rate),
            layers.Dense(10, activation="softmax"),
        ]
    )
    return _compiled(model, Adam(alpha, beta_1=beta))


def load_data(case: str) -> tuple[np.ndarray, ...]:
    """x_train, y_train, x_val, y_val."""
    x_train, y_train, x_val, y_val = digits.load_data()
    if case == "cnn":
        x_train, x_val = x_train.reshape(-1, 8, 8, 1), x_val.reshape(-1, 8, 8, 1)
    return x_train, y_train, x_val, y_val


def flops(model: keras.Model) -> int:
    """Of the matrix products and convolutions for one example, forward; training takes three times as many."""
    found = 0
    for layer in model.layers:
        if hasattr(layer, "kernel"):
            places = np.prod(layer.output.shape[1:-1], dtype=int)
            found += 2 * int(np.prod(layer.kernel.shape)) * int(places)
    return found


def _compiled(model: keras.Model, optimizer: Any) -> keras.Model:
    model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
