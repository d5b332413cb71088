"""One schedule, asked before each mini-batch and before each epoch: the learning rate of every update of a training."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.callbacks import LearningRateScheduler

EPOCHS, STEPS = 6, 20
DECAY = keras.optimizers.schedules.ExponentialDecay(0.1, STEPS, 0.6)


@cache
def rates(update_freq: str) -> list[float]:
    """The learning rate of each update, read before it."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(), "mse", run_eagerly=True)
    seen: list[float] = []

    def look(batch: int, logs: object) -> None:
        seen.append(float(np.array(model.optimizer.learning_rate)))

    callbacks = [
        LearningRateScheduler(DECAY, update_freq=update_freq),
        keras.callbacks.LambdaCallback(on_train_batch_begin=look),
    ]
    x = np.ones((STEPS, 1))
    model.fit(x, x, batch_size=1, epochs=EPOCHS, verbose=0, callbacks=callbacks)
    return seen


def draw(text):
    figure, axes = plt.subplots()
    labels = {
        "batch": text("each mini-batch", "미니배치마다"),
        "epoch": text("each epoch", "에포크마다"),
    }
    for update_freq, label in labels.items():
        axes.plot(rates(update_freq), label=label, drawstyle="steps-post")
    axes.set_xticks(range(0, EPOCHS * STEPS + 1, STEPS))
    axes.set_xlabel(text("updates, 20 in an epoch", "업데이트(에포크마다 20번)"))
    axes.set_ylabel(text("learning rate", "학습률"))
    axes.set_ylim(bottom=0)
    axes.legend()
    return figure
