"""How much the last of 60 steps depends on each input: recurrent matrices that shrink, keep and stretch."""

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.gradients import value_and_gradients
from dlref.layers import SimpleRNN

STEPS = 60


def sizes(scale, activation):
    """The length of the gradient of the last state's sum by the input of each step."""
    layer = SimpleRNN(
        32,
        activation,
        kernel_initializer=keras.initializers.RandomNormal(stddev=0.1, seed=1),
        recurrent_initializer=keras.initializers.Orthogonal(gain=scale, seed=1),
    )
    x = np.random.default_rng(0).normal(size=(1, STEPS, 8))
    layer.build(x.shape)
    _, gradient = value_and_gradients(layer, [x], np.ones((1, 32)))
    return np.linalg.norm(gradient[0], axis=-1)


def draw(text):
    figure, panels = plt.subplots(1, 2, figsize=(7.2, 3), sharey=True)
    for axes, activation, title in zip(
        panels,
        ("linear", "tanh"),
        (text("without an activation", "활성화 함수 없음"), "tanh"),
        strict=True,
    ):
        for scale in (0.8, 1.0, 1.2):
            axes.semilogy(np.arange(1, STEPS + 1), sizes(scale, activation), label=f"{scale:g}")
        axes.set_title(title, fontsize="medium")
        axes.set_xlabel(text("time step of the input", "입력의 시점"))
    panels[0].set_ylabel(text("size of the gradient", "그레이디언트의 크기"))
    handles, labels = panels[0].get_legend_handles_labels()
    title = text("factor by which W stretches", "W가 늘이는 배수")
    figure.legend(handles, labels, title=title, loc="outside lower center", ncols=3)
    return figure
