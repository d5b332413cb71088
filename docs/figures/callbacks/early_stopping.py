"""The losses of a network that overfits 150 digits, with the best epoch and the one after which it would stop."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.callbacks import EarlyStopping

IMAGES, DIGITS = load_digits(return_X_y=True)
IMAGES = IMAGES / 16
TRAIN, EPOCHS, PATIENCE = 150, 60, 8


class Noted(EarlyStopping):
    """Does not stop, so that the curves go on, and notes when it would have."""

    first = 0

    def on_epoch_end(self, epoch, logs=None):
        if not self.first:
            super().on_epoch_end(epoch, logs)
            self.first, self.model.stop_training = self.stopped_epoch, False


@cache
def trained():
    """The two curves, the best epoch and the last, from 1."""
    keras.utils.set_random_seed(0)
    layers = [keras.Input((64,)), keras.layers.Dense(64, "relu")]
    model = keras.Sequential([*layers, keras.layers.Dense(10, "softmax")])
    model.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy")
    stop = Noted(patience=PATIENCE)
    dev = IMAGES[TRAIN:], DIGITS[TRAIN:]
    options = {"validation_data": dev, "validation_batch_size": len(dev[0]), "verbose": 0}
    options["callbacks"] = [stop]
    history = model.fit(IMAGES[:TRAIN], DIGITS[:TRAIN], 16, EPOCHS, **options).history
    return history["loss"], history["val_loss"], stop.best_epoch + 1, stop.first + 1


def draw(text):
    loss, val_loss, best, last = trained()
    figure, axes = plt.subplots()
    epochs = np.arange(1, EPOCHS + 1)
    axes.plot(epochs, loss, label=text("training set", "훈련 세트"))
    axes.plot(epochs, val_loss, label=text("development set", "개발 세트"))
    axes.axvline(best, ls=":", color="C2", label=text("best epoch", "가장 좋은 에포크"))
    axes.axvline(last, ls="--", color="C3", label=text("stops here", "여기서 멈춤"))
    axes.set_xlabel(text("epoch", "에포크"))
    axes.set_ylabel(text("loss", "손실"))
    axes.set_ylim(0, 1)
    axes.legend()
    return figure
