"""ELU and its slope for three values of alpha."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.gradients import value_and_gradients
from dlref.layers import ELU


def draw(text):
    z = np.linspace(-5, 3, 322)  # 0, where there may be a corner, is not among them
    figure, (values, slopes) = plt.subplots(1, 2, sharex=True)
    for alpha in (0.5, 1.0, 2.0):
        a, dz = value_and_gradients(ELU(alpha), [z], np.ones_like(z))
        values.plot(z, a, label=f"α = {alpha:g}")
        slopes.plot(z, dz)
    for axes in (values, slopes):
        axes.set_xlabel("z")
    values.set_title(text("output a", "출력 a"), fontsize="medium")
    slopes.set_title(text("slope da/dz", "기울기 da/dz"), fontsize="medium")
    figure.legend(loc="outside lower center", ncols=3)
    return figure
