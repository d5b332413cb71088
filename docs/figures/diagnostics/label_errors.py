"""Wrong labels in the training set: at random, and by a property of the image."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

IMAGES, DIGITS = load_digits(return_X_y=True)
X = IMAGES.astype("float32") / 16
TRAIN, DEV = slice(0, 1200), slice(1200, None)
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4)


@cache
def errors() -> np.ndarray:
    """On the dev set, whose labels are right, in percent: of random and of systematic errors."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((64,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(10, "softmax")]
    )
    loss = "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.SGD(0.2), loss, steps_per_execution=8, jit_compile=False)
    start, found = model.get_weights(), []
    rng, ink = np.random.default_rng(0), X[TRAIN].sum(1)
    for share in SHARES:
        most_ink = ink > np.quantile(ink, 1 - share)
        for wrong, step in ((rng.random(1200) < share, rng.integers(1, 10, 1200)), (most_ink, 1)):
            labels = np.where(wrong, (DIGITS[TRAIN] + step) % 10, DIGITS[TRAIN])
            model.set_weights(start)
            model.fit(np.tile(X[TRAIN], (25, 1)), np.tile(labels, 25), batch_size=150, verbose=0)
            said = keras.ops.convert_to_numpy(model(X[DEV])).argmax(1)
            found.append(100 * np.mean(said != DIGITS[DEV]))
    return np.reshape(found, (len(SHARES), 2)).T


def draw(text):
    figure, axes = plt.subplots()
    labels = text("at random", "무작위"), text("of the darkest images", "잉크가 많은 그림")
    for values, label in zip(errors(), labels, strict=True):
        axes.plot([100 * share for share in SHARES], values, marker="o", ms=4, label=label)
    axes.plot([0, 40], [0, 40], ls=":", lw=1, color="#8a8f98")
    axes.set_xlabel(text("wrong labels in the training set, %", "훈련 세트의 틀린 레이블, %"))
    axes.set_ylabel(text("dev error, %", "개발 오차, %"))
    axes.legend(loc="upper left")
    return figure
