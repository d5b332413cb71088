"""How far apart the losses of two trials get that differ by one rounding error at first, at three learning rates."""

import functools
import tempfile

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.tuning import RandomSearch

RATES = (0.1, 1.0, 2.0)
EPOCHS = 40


def build(hp):
    """A small net whose first weights are multiplied by 1 or by 1 + 2^-23."""
    first, second, third = (keras.initializers.HeNormal(seed=seed) for seed in range(3))
    nudge = hp.Choice("nudge", [0.0, 2.0**-23])

    def nudged(shape, dtype=None):
        return (1 + nudge) * first(shape, dtype)

    model = keras.Sequential(
        [
            keras.Input((8,)),
            keras.layers.Dense(32, "tanh", kernel_initializer=nudged),
            keras.layers.Dense(32, "tanh", kernel_initializer=second),
            keras.layers.Dense(3, "softmax", kernel_initializer=third),
        ]
    )
    rate = hp.Choice("learning_rate", RATES)
    model.compile(keras.optimizers.SGD(rate), "sparse_categorical_crossentropy")
    return model


@functools.cache  # the figure is drawn once for each language
def losses() -> dict:
    """The loss after each epoch, by the nudge and the learning rate."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(256, 8)).astype("float32"), rng.integers(0, 3, 256)
    with tempfile.TemporaryDirectory() as directory:
        tuner = RandomSearch(build, "loss", max_trials=6, seed=0, directory=directory)
        tuner.search(x, y, epochs=EPOCHS, verbose=0)
        rows = tuner.oracle.rows(keys=("values", "curves"))
        tuner.oracle.close()
    return {tuple(row.attrs["values"].values()): row.attrs["curves"]["loss"] for row in rows}


def draw(text):
    figure, axes = plt.subplots()
    for rate in RATES:
        apart = np.divide(losses()[2.0**-23, rate], losses()[0.0, rate]) - 1
        largest = np.maximum.accumulate(np.abs(apart))
        axes.plot(range(1, EPOCHS + 1), largest, label=f"α = {rate:g}")
    axes.axhline(2.0**-23, lw=1, ls=":", color="C5")
    axes.set(yscale="log", xlabel=text("epoch", "에포크"), xlim=(0, EPOCHS))
    axes.set_ylabel(text("largest relative difference so far", "지금까지의 최대 상대 차이"))
    axes.legend()
    return figure
