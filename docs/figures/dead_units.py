"""What one step of gradient descent leaves of a hidden layer's slopes, and how many of its units it kills."""

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref import activations
from dlref.gradients import value_and_gradients

NAMES = {
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
}
RATES = np.logspace(-1, 2, 31)


def draw(text):
    x, y = load_digits(return_X_y=True)
    x, y = x[:1000].astype("float32") / 16, y[:1000]
    random = np.random.default_rng(0)
    W1 = random.normal(0, (2 / 64) ** 0.5, (64, 100)).astype("float32")  # He
    W2 = random.normal(0, (2 / 100) ** 0.5, (100, 10)).astype("float32")
    figure, (slope, dead) = plt.subplots(1, 2, sharex=True)
    for name, label in NAMES.items():
        activation = getattr(activations, name)

        def cost(W1, b1, activation=activation):
            logits = keras.ops.matmul(activation(keras.ops.matmul(x, W1) + b1), W2)
            return keras.ops.mean(
                keras.losses.sparse_categorical_crossentropy(y, logits, from_logits=True)
            )

        _, dW1, db1 = value_and_gradients(cost, [W1, np.zeros(100)], 1.0)
        slopes = np.array(
            [slope_at(activation, x @ (W1 - alpha * dW1) - alpha * db1) for alpha in RATES]
        )
        slope.plot(RATES, slopes.mean((1, 2)), label=label)
        dead.plot(RATES, 100 * (slopes.max(1) < 1e-3).mean(1))
    for axes in (slope, dead):
        axes.set_xscale("log")
        axes.set_xlabel(text("learning rate α of the step", "이 단계의 학습률 α"))
    slope.set_title(text("mean slope g′(z)", "기울기 g′(z)의 평균"), fontsize="medium")
    dead.set_title(text("dead units, %", "죽은 유닛, %"), fontsize="medium")
    figure.legend(loc="outside lower center", ncols=5, columnspacing=1, handlelength=1.2)
    return figure


def slope_at(activation, z):
    """The slope at every example and hidden unit."""
    return value_and_gradients(activation, [z], np.ones_like(z))[1]
