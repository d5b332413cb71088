"""What an object that is missed teaches: the gradient of both losses by the logit of p_c, where there is an object."""

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.gradients import value_and_gradients
from dlref.losses import YoloLoss, YoloSquaredError

Z = np.linspace(-8, 8, 161).astype("float32")
Y = np.zeros((161, 6), "float32")
Y[:, 0] = 1


def gradients(loss):
    """By z, of the loss whose prediction of p_c is its sigmoid."""
    rest = np.zeros((161, 5), "float32")

    def of_logits(z):
        first = keras.ops.sigmoid(z)[:, None]
        return loss(Y, keras.ops.concatenate([first, rest], -1))

    return value_and_gradients(of_logits, [Z], 1.0)[1]


def draw(text):
    figure, axes = plt.subplots(figsize=(6, 3))
    for kind, name, style in (
        (YoloLoss, text("logistic loss", "로지스틱 손실"), "-"),
        (YoloSquaredError, text("squared error", "제곱 오차"), "--"),
    ):
        axes.plot(Z, gradients(kind(reduction="sum")), style, label=name)
    axes.axhline(0, color="gray", lw=0.5)
    axes.set_xlabel(
        text(r"z, of which $\hat p_c$ is the sigmoid", r"z($\hat p_c$는 z의 시그모이드)")
    )
    axes.set_ylabel(r"$\partial L / \partial z$")
    axes.legend(loc="lower right")
    return figure
