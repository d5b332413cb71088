"""The handwritten digits of scikit-learn, and the lectures' search space over a network for them.

Sources: DLS-C2W3-ko (what to tune, and on which scale); Flowchart C2.

1,797 images of 8 by 8 pixels in 10 classes: 1,437 for training and 360 for development, in the classes'
proportions. The network has L = 2...4 layers, the output layer counted; each hidden layer is linear, batch norm,
ReLU, dropout.
"""

from functools import cache
from math import ceil
from typing import Any

import keras
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from dlref.initializers import HeNormal
from dlref.layers import BatchNormalization, Dropout
from dlref.optimizers import Momentum
from dlref.schedules import InverseTimeDecay
from dlref.tuning.space import averaging_decay, log_uniform, power_of_two

CLASSES = 10


@cache
def load_data() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """x_train (1437, 64), y_train (1437,), x_val (360, 64), y_val (360,).

    The inputs are normalised with the training set's mean and standard deviation, the development set's too.
    """
    x, y = load_digits(return_X_y=True)
    x_train, x_val, y_train, y_val = train_test_split(
        x, y, test_size=0.2, stratify=y, random_state=0
    )
    mean, deviation = x_train.mean(axis=0), x_train.std(axis=0)
    deviation[deviation == 0] = 1  # pixels that are always blank
    x_train, x_val = ((part - mean) / deviation for part in (x_train, x_val))
    return x_train.astype("float32"), y_train, x_val.astype("float32"), y_val


def build(hp: Any) -> keras.Model:
    """A network for the digits with the hyperparameters of one trial.

    Args:
        hp: a `keras_tuner.HyperParameters`. Declared are `learning_rate` (0.0001...1, log scale), `momentum`
            (0.9...0.999, 1 - beta on a log scale), `hidden_units` (50...100), `layers` (2...4), `batch_size`
            (32...256, powers of two), `decay_rate` (0...1) and `keep_prob` (0.5...1).

    Returns:
        The compiled model: inputs (batch, 64), outputs (batch, 10).

    Example:
        >>> import keras_tuner
        >>> build(keras_tuner.HyperParameters()).output_shape
        (None, 10)
    """
    alpha = log_uniform(hp, "learning_rate", 1e-4, 1.0)
    beta = averaging_decay(hp, "momentum", 0.9, 0.999)
    hidden_units = hp.Int("hidden_units", 50, 100)
    layers = hp.Int("layers", 2, 4)
    batch_size = power_of_two(hp, "batch_size", 32, 256)
    decay_rate = hp.Float("decay_rate", 0.0, 1.0)
    keep_prob = hp.Float("keep_prob", 0.5, 1.0)

    model = keras.Sequential([keras.Input((64,))])
    for _ in range(layers - 1):
        model.add(keras.layers.Dense(hidden_units, use_bias=False, kernel_initializer=HeNormal()))
        model.add(BatchNormalization(momentum=0.9))  # 6 mini-batches may be an epoch
        model.add(keras.layers.Activation("relu"))
        model.add(Dropout(1 - keep_prob))
    model.add(keras.layers.Dense(CLASSES, activation="softmax"))

    steps_per_epoch = ceil(len(load_data()[0]) / batch_size)
    schedule = InverseTimeDecay(alpha, steps_per_epoch, decay_rate)
    optimizer = Momentum(schedule, momentum=beta)
    model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
