"""The shares of the three sets, by the number of examples."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.preprocessing import split


def draw(text):
    counts = np.unique(np.logspace(2, 7, 101).round(-1).astype(int))
    sizes = np.array([[len(part) for part in split(np.arange(m), seed=0)] for m in counts])
    figure, axes = plt.subplots()
    names = (
        text("training set", "훈련 세트"),
        text("dev set", "개발 세트"),
        text("test set", "테스트 세트"),
    )
    axes.stackplot(counts, 100 * (sizes / sizes.sum(1, keepdims=True)).T, labels=names, alpha=0.7)
    axes.set_xscale("log")
    axes.set_xlim(counts[0], counts[-1])
    axes.set_ylim(0, 100)
    axes.set_xlabel(text("examples m", "예제 수 m"))
    axes.set_ylabel("%")
    figure.legend(loc="outside upper center", ncols=3)
    return figure
