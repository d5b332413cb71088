"""How much the last of 60 steps depends on each input, at the start of training: LSTM beside the others."""

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.gradients import value_and_gradients
from dlref.layers import GRU, LSTM, SimpleRNN

STEPS = 60


def sizes(kind, **arguments):
    """The length of the gradient of the last state's sum by the input of each step."""
    keras.utils.set_random_seed(1)
    layer = kind(32, **arguments)
    x = np.random.default_rng(0).normal(size=(1, STEPS, 8))
    layer.build(x.shape)
    _, gradient = value_and_gradients(layer, [x], np.ones((1, 32)))
    return np.linalg.norm(gradient[0], axis=-1)


def draw(text):
    figure, axes = plt.subplots(figsize=(7.2, 3.2))
    for label, kind, arguments in (
        ("SimpleRNN", SimpleRNN, {}),
        ("GRU", GRU, {}),
        ("LSTM", LSTM, {}),
        (text("LSTM, forget bias 3", "LSTM, 망각 게이트의 편향 3"), _open, {}),
    ):
        axes.semilogy(np.arange(1, STEPS + 1), sizes(kind, **arguments), label=label)
    axes.set_xlabel(text("time step of the input", "입력의 시점"))
    axes.set_ylabel(text("size of the gradient", "그레이디언트의 크기"))
    figure.legend(loc="outside lower center", ncols=4)
    return figure


def _open(units):
    layer = LSTM(units)
    layer.build((None, None, 8))
    kernel, recurrent, bias = layer.get_weights()
    bias[units : 2 * units] = 3
    layer.set_weights([kernel, recurrent, bias])
    return layer
