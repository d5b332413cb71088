"""PReLU at four slopes, and Keras' layer where the slope is above 1."""

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.layers import PReLU

SLOPES = (0.0, 0.25, 1.0, 2.0)


def draw(text):
    z = np.linspace(-3, 3, 121)
    figure, axes = plt.subplots()
    for slope in SLOPES:
        start = keras.initializers.Constant(slope)
        a = keras.ops.convert_to_numpy(PReLU(start, shared_axes=1)(z[None]))[0]
        axes.plot(z, a, label=f"α = {slope:g}")
    keras_s = keras.ops.convert_to_numpy(keras.layers.PReLU(start, shared_axes=1)(z[None]))[0]
    axes.plot(z, keras_s, "--", color=axes.lines[-1].get_color(), label="α = 2, Keras")
    axes.set_xlabel("z")
    axes.set_ylabel(text("output a", "출력 a"))
    axes.set_ylim(-4, 4)
    figure.legend(loc="outside lower center", ncols=5)
    return figure
