"""The loss of the weights and of their average on the development set, at a learning rate that keeps them moving."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.callbacks import WeightAverage

IMAGES, DIGITS = load_digits(return_X_y=True)
IMAGES = IMAGES / 16
EPOCHS = 25


class Compare(keras.callbacks.Callback):
    """Evaluates the weights, and then their average, on what was not trained on."""

    def __init__(self, average):
        super().__init__()
        self.average, self.seen = average, []

    def on_epoch_end(self, epoch, logs=None):
        weights = [np.array(v) for v in self.model.trainable_variables]
        losses = [self.loss()]
        for v, average in zip(self.model.trainable_variables, self.average.averages, strict=True):
            v.assign(average)
        losses.append(self.loss())
        for v, weight in zip(self.model.trainable_variables, weights, strict=True):
            v.assign(weight)
        self.seen.append(losses)

    def loss(self):
        p = keras.ops.convert_to_numpy(self.model(IMAGES[1000:]))
        return -np.log(p[np.arange(len(p)), DIGITS[1000:]] + 1e-9).mean()


@cache
def losses() -> np.ndarray:
    """By epoch, of the weights and of their average."""
    keras.utils.set_random_seed(2)
    layers = [keras.Input((64,)), keras.layers.Dense(32, "relu")]
    model = keras.Sequential([*layers, keras.layers.Dense(10, "softmax")])
    model.compile(keras.optimizers.SGD(0.6), "sparse_categorical_crossentropy")
    average = WeightAverage(0.99)
    compare = Compare(average)
    model.fit(IMAGES[:1000], DIGITS[:1000], 16, EPOCHS, verbose=0, callbacks=[average, compare])
    return np.array(compare.seen)


def draw(text):
    figure, axes = plt.subplots()
    names = text("weights", "가중치"), text("their average", "가중치의 평균")
    for curve, label in zip(losses().T, names, strict=True):
        axes.plot(range(1, EPOCHS + 1), curve, marker="o", ms=3, label=label)
    axes.set_xlabel(text("epoch", "에포크"))
    axes.set_ylabel(text("loss on the development set", "개발 세트의 손실"))
    axes.set_ylim(bottom=0)
    axes.legend()
    return figure
