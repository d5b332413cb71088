"""Three tasks on the digits with missing labels, trained in three ways."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.losses import MultiTaskCrossentropy

IMAGES, DIGITS = load_digits(return_X_y=True)
X = IMAGES.astype("float32") / 16
Y = np.stack([DIGITS % 2 == 0, DIGITS >= 5, np.isin(DIGITS, [0, 6, 8, 9])], 1).astype("float32")
TRAIN, DEV = slice(0, 1200), slice(1200, None)
SHARES = (0.0, 0.3, 0.6, 0.8, 0.9)


@cache
def errors() -> np.ndarray:
    """Of the dev set, in percent, for each way and share."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((64,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(3)]
    )
    loss = MultiTaskCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.3), loss, steps_per_execution=8, jit_compile=False)
    start, found = model.get_weights(), []
    for share in SHARES:
        missing = np.random.default_rng(1).random(Y[TRAIN].shape) < share
        y = np.where(missing, np.nan, Y[TRAIN])
        complete = np.flatnonzero(~missing.any(1))
        whole = np.resize(complete, 1200)  # for as many steps
        for labels, part in ((y, slice(None)), (np.nan_to_num(y), slice(None)), (y, whole)):
            if share == 0 and len(found):
                found.append(found[0])  # all three are the same
                continue
            model.set_weights(start)
            # One long epoch: of 25, Keras takes most of the time to begin each.
            x, y_long = (np.tile(a[part], (25, 1)) for a in (X[TRAIN], labels))
            model.fit(x, y_long, batch_size=150, verbose=0)
            wrong = (keras.ops.convert_to_numpy(model(X[DEV])) > 0) != Y[DEV]
            found.append(100 * wrong.mean())
    return np.reshape(found, (len(SHARES), 3)).T


def draw(text):
    figure, axes = plt.subplots()
    labels = (
        text("missing labels left out", "빠진 레이블을 뺌"),
        text("missing labels taken for no", "빠진 레이블을 아니요로 봄"),
        text("complete examples alone", "레이블이 다 있는 예제만"),
    )
    for values, label in zip(errors(), labels, strict=True):
        axes.plot([100 * share for share in SHARES], values, marker="o", ms=4, label=label)
    axes.set_xlabel(text("missing labels, %", "빠진 레이블, %"))
    axes.set_ylabel(text("dev error of the tasks, %", "작업의 개발 오차, %"))
    axes.set_ylim(0, 50)
    axes.legend()
    return figure
