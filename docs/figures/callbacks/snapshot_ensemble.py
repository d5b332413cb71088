"""Five cycles of a small network on digits: the learning rate, and the loss of the network and of its snapshots."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.callbacks import SnapshotEnsemble

IMAGES, DIGITS = load_digits(return_X_y=True)
IMAGES = IMAGES / 16
TRAIN, CYCLES, EPOCHS = 1000, 5, 4


def loss(model):
    """On what was not trained on."""
    p = keras.ops.convert_to_numpy(model(IMAGES[TRAIN:]))
    return float(-np.log(p[np.arange(len(p)), DIGITS[TRAIN:]] + 1e-9).mean())


@cache
def trained():
    """Learning rates of the updates, losses after the epochs, and the loss of the ensemble."""
    keras.utils.set_random_seed(0)
    layers = [keras.Input((64,)), keras.layers.Dense(32, "relu")]
    model = keras.Sequential([*layers, keras.layers.Dense(10, "softmax")])
    model.compile(keras.optimizers.SGD(), "sparse_categorical_crossentropy")
    rates, losses = [], []
    look = keras.callbacks.LambdaCallback(
        on_train_batch_begin=lambda batch, logs: rates.append(
            float(np.array(model.optimizer.learning_rate))
        ),
        on_epoch_end=lambda epoch, logs: losses.append(loss(model)),
    )
    snapshots = SnapshotEnsemble(0.5, EPOCHS)
    model.fit(
        IMAGES[:TRAIN], DIGITS[:TRAIN], 16, CYCLES * EPOCHS, verbose=0, callbacks=[snapshots, look]
    )
    return rates, losses, loss(snapshots.ensemble())


def draw(text):
    rates, losses, together = trained()
    figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(6.4, 4.6))
    epochs = np.arange(1, len(losses) + 1)
    above.plot(np.arange(len(rates)) * len(losses) / len(rates), rates)
    above.set_ylabel(text("learning rate", "학습률"))
    below.plot(epochs, losses, label=text("the network", "신경망"))
    ends = epochs[EPOCHS - 1 :: EPOCHS]
    snapshots = text("its snapshots", "스냅샷")
    below.plot(ends, np.array(losses)[ends - 1], "o", label=snapshots)
    ensemble = text("all five together", "다섯 개의 앙상블")
    below.axhline(together, ls="--", color="C2", label=ensemble)
    below.set_ylabel(text("loss on the development set", "개발 세트의 손실"))
    below.set_xlabel(text("epoch", "에포크"))
    below.set_ylim(0.2, 0.6)
    below.set_xticks(range(0, len(losses) + 1, EPOCHS))
    below.legend()
    return figure
