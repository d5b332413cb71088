"""Errors on digits by the number of models: independent trainings, and snapshots of one, the last ones first."""

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.by_hand import DeepNetwork
from dlref.by_hand.activations import softmax

IMAGES, DIGITS = load_digits(return_X_y=True)
ORDER = np.random.default_rng(0).permutation(len(DIGITS))
X, Y = IMAGES[ORDER].T / 16, np.eye(10)[DIGITS[ORDER]].T
TRAIN, COUNT, CYCLE = 300, 10, 150


def probabilities(network):
    return softmax(network.forward(X[:, TRAIN:])[0][len(network.W)])


def errors(outputs):
    """Percent wrong of the mean of the first 1, 2, ... of them."""
    means = np.cumsum(outputs, 0) / np.arange(1, len(outputs) + 1)[:, None, None]
    return 100 * np.mean(means.argmax(1) != Y[:, TRAIN:].argmax(0), axis=1)


@cache
def independent():
    outputs = []
    for seed in range(COUNT):
        network = DeepNetwork([64, 24, 10], seed=seed)
        network.fit(X[:, :TRAIN], Y[:, :TRAIN], learning_rate=0.5, iterations=200)
        outputs.append(probabilities(network))
    return np.array(outputs)


@cache
def snapshots():
    """One training in ten cycles: the rate falls from 1 to 0, a snapshot is taken, and it starts again at 1."""
    network, outputs, rng = DeepNetwork([64, 24, 10], seed=0), [], np.random.default_rng(1)
    for _ in range(COUNT):
        for rate in (1 + np.cos(np.linspace(0, np.pi, CYCLE))) / 2:
            batch = rng.choice(TRAIN, 32, replace=False)
            network.update(network.backward(X[:, batch], Y[:, batch]), float(rate))
        outputs.append(probabilities(network))
    return np.array(outputs[::-1])


def draw(text):
    figure, axes = plt.subplots()
    models = np.arange(1, COUNT + 1)
    alone = [errors(each[None])[0] for each in independent()]
    axes.plot(models, alone, "x", color="#8a8f98", label=text("each model alone", "모델 하나씩"))
    axes.axhline(np.mean(alone), ls=":", color="#8a8f98", label=text("their mean", "하나씩의 평균"))
    axes.plot(models, errors(independent()), "o-", label=text("independent models", "독립된 모델"))
    axes.plot(
        models, errors(snapshots()), "s--", label=text("snapshots of one", "한 모델의 스냅샷")
    )
    axes.set_xlabel(text("models in the ensemble", "앙상블의 모델 수"))
    axes.set_ylabel(text("errors, %", "오류, %"))
    axes.legend()
    return figure
