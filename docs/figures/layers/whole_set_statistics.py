"""A network on the digits, tested while it trains: with the moving averages, and with statistics of the whole set."""

import functools

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.layers import BatchNormalization, whole_set_statistics
from dlref.losses import CategoricalCrossentropy
from dlref.optimizers import SGD

STEPS, EVERY, M = 150, 10, 64


def error(model, x, y) -> float:
    predictions = keras.ops.convert_to_numpy(model(x, training=False)).argmax(-1)
    return 100 * float(np.mean(predictions != y))


@functools.cache
def errors() -> np.ndarray:
    """Number of the step, and test error in percent with either kind of statistics."""
    keras.utils.set_random_seed(0)
    x, y = load_digits(return_X_y=True)
    x, one_hot = x.astype("float32"), np.eye(10, dtype="float32")[y]
    rng = np.random.default_rng(0)
    test, train = np.split(rng.permutation(len(x)), [500])
    normalization = BatchNormalization()
    layers = [keras.layers.Dense(32, use_bias=False), normalization]
    layers += [keras.layers.ReLU(), keras.layers.Dense(10)]
    model = keras.Sequential([keras.Input((64,)), *layers])
    model.compile(SGD(0.1), CategoricalCrossentropy(from_logits=True))
    seen = []
    for step in range(1, STEPS + 1):
        batch = rng.choice(train, M, replace=False)
        model.train_on_batch(x[batch], one_hot[batch])
        if step == 1 or step % EVERY == 0:
            averages = [v.numpy() for v in normalization.non_trainable_variables]
            moving = error(model, x[test], y[test])
            whole_set_statistics(model, x[train], batch_size=len(train))
            seen.append((step, moving, error(model, x[test], y[test])))
            for variable, average in zip(
                normalization.non_trainable_variables, averages, strict=True
            ):
                variable.assign(average)
    return np.array(seen)


def draw(text):
    steps, moving, whole = errors().T
    figure, axes = plt.subplots()
    axes.plot(steps, moving, "o-", label=text("moving averages", "이동 평균"))
    axes.plot(steps, whole, "o-", label=text("whole training set", "훈련 세트 전체"))
    axes.set_ylim(0, None)
    axes.set_xlabel(text("training steps", "훈련 단계"))
    axes.set_ylabel(text("test error in %", "테스트 오류(%)"))
    axes.legend()
    return figure
