"""The interval of the lecture's two F1, against the number of examples."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.diagnostics import compare_f1

M = 100_000


def draw(text):
    rng = np.random.default_rng(0)
    y, chance = rng.random(M) < 0.5, rng.random((2, M))
    figure, axes = plt.subplots()
    sizes = np.geomspace(100, 20_000)
    labels = (
        text("errors independent", "오류가 서로 독립"),
        text("8 of 10 shared", "10개 중 8개가 공통"),
    )
    for agree, label in zip((0.0, 0.8), labels, strict=True):
        chance[1] = np.where(rng.random(M) < agree, chance[0], chance[1])
        a = chance[0] < np.where(y, 0.90, 0.90 * 0.05 / 0.95)
        b = chance[1] < np.where(y, 0.85, 0.85 * 0.02 / 0.98)
        found = compare_f1(y, a, b)
        half = 100 * 1.96 * found.error * np.sqrt(M / sizes)
        axes.fill_between(sizes, 1.4 - half, 1.4 + half, alpha=0.3, lw=0, label=label)
    axes.axhline(1.4, lw=1.2, color="#8a8f98")
    axes.axhline(0, ls=":", lw=1.2, color="#8a8f98")
    axes.set_xscale("log")
    axes.set_xlim(100, 20_000)
    axes.set_xlabel(text("examples, half of them of the class", "예제 수, 절반이 그 클래스"))
    axes.set_ylabel(text("F1 of A − F1 of B, points", "A의 F1 − B의 F1, %p"))
    axes.legend()
    return figure
