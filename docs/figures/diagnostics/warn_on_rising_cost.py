"""The cost over epochs: full batches at three learning rates, and mini-batches at a good one."""

import warnings
from functools import cache

import keras
import matplotlib.pyplot as plt
from sklearn.datasets import load_digits

from dlref.diagnostics import WarnOnRisingCost

IMAGES, DIGITS = load_digits(return_X_y=True)
IMAGES, DIGITS = IMAGES[:400] / 16, DIGITS[:400]
EPOCHS = 30


@cache
def costs(learning_rate: float) -> tuple[list[float], list[int]]:
    """Of each epoch, and the epochs in which it rose."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Dense(30, "relu"),
            keras.layers.Dense(10, "softmax"),
        ]
    )
    model.compile(keras.optimizers.SGD(learning_rate), "sparse_categorical_crossentropy")
    watch = WarnOnRisingCost()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        fitted = model.fit(IMAGES, DIGITS, len(IMAGES), EPOCHS, verbose=0, callbacks=[watch])
    return fitted.history["loss"], [epoch for epoch, _, _ in watch.rises]


def draw(text):
    figure, axes = plt.subplots()
    for learning_rate in (0.1, 0.5, 2.0):
        curve, rises = costs(learning_rate)
        (line,) = axes.plot(range(EPOCHS), curve, label=f"α = {learning_rate}")
        axes.plot(rises, [curve[i] for i in rises], "o", ms=5, color=line.get_color())
    axes.set_xlabel(text("epoch", "에포크"))
    axes.set_ylabel(text("full-batch cost J", "전체 배치의 비용 J"))
    axes.set_ylim(0, 5)
    axes.legend()
    return figure
