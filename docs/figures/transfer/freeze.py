"""Digits 5 to 9 learnt by a network that knows 0 to 4: the error by how many of its four layers are trained."""

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.by_hand import DeepNetwork

IMAGES, DIGITS = load_digits().images / 16, load_digits().target
DIMS, LAYERS, SEEDS = [64, 64, 64, 64, 5], 4, range(2)
NEW = DIGITS >= 5
DOMAINS = {"similar": IMAGES[NEW], "different": 1 - np.rot90(IMAGES[NEW], axes=(1, 2))}
DATA = {"little": 15, "much": 450}


def columns(images, digits):
    return images.reshape(len(images), 64).T, np.eye(5)[digits % 5].T


@cache
def old(seed):
    """A network trained on the digits from 0 to 4."""
    network = DeepNetwork(DIMS, seed=seed)
    network.fit(*columns(IMAGES[~NEW], DIGITS[~NEW]), learning_rate=0.3, iterations=150)
    return network


def error(domain, count, k, seed):
    """Percent of the other digits that are wrong after its last `k` layers are trained, the very last one anew."""
    order = np.random.default_rng(seed).permutation(NEW.sum())
    X, Y = columns(DOMAINS[domain][order], DIGITS[NEW][order])
    network = DeepNetwork(DIMS, seed=seed + 100)
    for layer in range(1, LAYERS):
        network.W[layer], network.b[layer] = old(seed).W[layer], old(seed).b[layer]
    for _ in range(300):
        gradients = network.backward(X[:, :count], Y[:, :count])
        network.update({n: g for n, g in gradients.items() if n > LAYERS - k}, 0.15)
    return 100 * np.mean(network.predict(X[:, 450:]) != Y[:, 450:].argmax(0))


@cache
def errors(domain, data):
    """For k = 1 to 4, the mean over two networks."""
    found = [[error(domain, DATA[data], k, seed) for seed in SEEDS] for k in range(1, LAYERS + 1)]
    return np.mean(found, axis=1)


def draw(text):
    figure, axes = plt.subplots(1, 2, sharey=True)
    names = {"similar": text("similar", "비슷하다"), "different": text("different", "다르다")}
    for each, data in zip(axes, DATA, strict=True):
        for domain, style in (("similar", "o-"), ("different", "s--")):
            each.plot(range(1, LAYERS + 1), errors(domain, data), style, label=names[domain])
        each.set_xlabel(text("layers that are trained", "훈련하는 층의 수"))
        each.set_xticks(range(1, LAYERS + 1))
    axes[0].set_title(text("little data: 15 digits", "적은 데이터: 숫자 15개"), fontsize=10)
    axes[1].set_title(text("much data: 450 digits", "많은 데이터: 숫자 450개"), fontsize=10)
    axes[0].set_ylabel(text("errors, %", "오류, %"))
    axes[0].set_ylim(0)
    axes[1].legend()
    return figure
