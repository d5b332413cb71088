"""The activations, and their derivatives by automatic differentiation."""

import matplotlib.pyplot as plt
import numpy as np

from dlref import activations
from dlref.gradients import value_and_gradients

NAMES = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU", "elu": "ELU"}


def draw(text):
    z = np.linspace(-5, 5, 402)  # 0, where ReLU has a corner, is not among them
    figure, (values, slopes) = plt.subplots(1, 2, sharex=True)
    for name, label in NAMES.items():
        function = getattr(activations, name)
        a, dz = value_and_gradients(function, [z], np.ones_like(z))
        values.plot(z, a, label=label)
        slopes.plot(z, dz)
    values.set_ylim(-1.2, 2)
    slopes.set_ylim(-0.05, 1.1)
    values.set_xlabel("z")
    slopes.set_xlabel("z")
    values.set_title(text("activation g(z)", "활성화 g(z)"), fontsize="medium")
    slopes.set_title(text("slope g′(z)", "기울기 g′(z)"), fontsize="medium")
    figure.legend(loc="outside lower center", ncols=4)
    return figure
