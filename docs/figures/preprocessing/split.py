"""The shares of the three sets, by the number of examples."""

from functools import cache

import matplotlib.pyplot as plt
import numpy as np

from dlref.preprocessing import split

COUNTS = np.unique(np.logspace(2, 6.5, 37).round(-1).astype(int))


@cache
def sizes() -> np.ndarray:
    """Of the three sets, for each number of examples."""
    return np.array([[len(part) for part in split(np.arange(m), seed=0)] for m in COUNTS])


def draw(text):
    figure, axes = plt.subplots()
    names = (
        text("training set", "훈련 세트"),
        text("dev set", "개발 세트"),
        text("test set", "테스트 세트"),
    )
    axes.stackplot(COUNTS, 100 * (sizes().T / COUNTS), labels=names, alpha=0.7)
    axes.set_xscale("log")
    axes.set_xlim(COUNTS[0], COUNTS[-1])
    axes.set_ylim(0, 100)
    axes.set_xlabel(text("examples m", "예제 수 m"))
    axes.set_ylabel("%")
    figure.legend(loc="outside upper center", ncols=3)
    return figure
