"""How well digits and blurred digits are told apart, by the strength of the blur."""

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
from scipy.ndimage import gaussian_filter
from sklearn.datasets import load_digits

from dlref.diagnostics import same_distribution

IMAGES = load_digits().images
STRENGTHS = (0.0, 0.3, 0.33, 0.35, 0.37, 0.4, 0.45, 0.5)
SIZES = (100, 600)


@cache
def found(size: int, strength: float):
    order = np.random.default_rng(0).permutation(len(IMAGES))[: 2 * size]
    sharp, other = IMAGES[order[:size]], IMAGES[order[size:]]
    return same_distribution(sharp, gaussian_filter(other, (0, strength, strength)).round())


def draw(text):
    figure, axes = plt.subplots()
    for size, shift in zip(SIZES, (-0.004, 0.004), strict=True):
        all_found = [found(size, strength) for strength in STRENGTHS]
        accuracies = 100 * np.array([each.accuracy for each in all_found])
        ends = 100 * np.array([each.interval for each in all_found]).T
        axes.errorbar(
            np.array(STRENGTHS) + shift,
            accuracies,
            np.abs(ends - accuracies),
            marker="o",
            ms=4,
            capsize=2,
            label=text(f"{size} of each", f"{size}개씩"),
        )
    axes.axhline(50, ls=":", lw=1, color="#8a8f98")
    axes.set_xlabel(text("blur, standard deviation in pixels", "흐림, 표준편차(픽셀)"))
    axes.set_ylabel(text("accuracy of telling apart, %", "구별한 정확도, %"))
    axes.legend(loc="upper left")
    return figure
