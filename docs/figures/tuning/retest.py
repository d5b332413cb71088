"""Development accuracy by learning rate: the same 48 trials on the digits, on the digits times 8, and on negatives."""

import functools
import tempfile

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.optimizers import SGD
from dlref.tuning import RandomSearch, digits, log_uniform

TRIALS = 48


def build(hp):
    layers = [keras.layers.Dense(32, "relu"), keras.layers.Dense(10, "softmax")]
    model = keras.Sequential([keras.Input((64,)), *layers])
    alpha = log_uniform(hp, "alpha", 1e-4, 1.0)
    model.compile(SGD(alpha), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@functools.cache  # the figure is drawn once for each language
def accuracies(factor: int) -> np.ndarray:
    """Each trial's learning rate and accuracy, by learning rate; one that diverges is as good as chance."""
    x, y, x_dev, y_dev = digits.load_data()
    with tempfile.TemporaryDirectory() as folder:
        tuner = RandomSearch(build, "val_accuracy", TRIALS, seed=0, directory=folder)
        options = {"epochs": 5, "batch_size": 32, "verbose": 0}
        tuner.search(factor * x, y, validation_data=(factor * x_dev, y_dev), **options)
        trials = tuner.oracle.trials.values()
        found = [(t.hyperparameters["alpha"], t.score or 1 / digits.CLASSES) for t in trials]
    return np.array(sorted(found))


def draw(text):
    figure, axes = plt.subplots()
    words = {
        1: text("as recorded", "기록할 때"),
        8: text("times 8", "8배"),
        -1: text("negatives", "반전"),
    }
    for (factor, word), marker in zip(words.items(), "os^", strict=True):
        axes.plot(*accuracies(factor).T, marker=marker, ms=4, lw=1.2, label=word)
    axes.set(xscale="log", ylim=(0, 1.02), xlabel="α")
    axes.set_ylabel(text("development accuracy", "개발 세트의 정확도"))
    axes.set_xticks([1e-4, 1e-3, 1e-2, 1e-1, 1], ["0.0001", "0.001", "0.01", "0.1", "1"])
    axes.minorticks_off()
    axes.legend(title=text("the inputs", "입력"), loc="lower center")
    return figure
