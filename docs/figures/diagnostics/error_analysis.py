"""Ceilings and floors of the causes of a hundred errors."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.diagnostics import error_analysis

RNG = np.random.default_rng(0)
TAGS = RNG.random((100, 4)) < (0.05, 0.43, 0.61, 0.12)  # the lecture's causes, drawn


def draw(text):
    names = (
        text("dog", "개"),
        text("great cat", "큰 고양잇과"),
        text("blurry", "흐림"),
        text("filter", "필터"),
    )
    found = error_analysis(dict(zip(names, TAGS.T, strict=True)), error=0.10)
    figure, axes = plt.subplots()
    places = np.arange(4)[::-1]
    ceilings = 100 * np.array([each.ceiling for each in found.causes])
    floors = [100 * each.floor for each in found.causes]
    below, above = (
        np.abs(10 * np.array([each.interval[end] for each in found.causes]) - ceilings)
        for end in (0, 1)
    )
    axes.barh(places, ceilings, alpha=0.35, xerr=(below, above), label=text("ceiling", "상한"))
    axes.barh(places, floors, height=0.4, label=text("floor", "하한"))
    axes.set_yticks(places, [each.name for each in found.causes])
    axes.set_xlabel(text("points of an error of 10 %", "오차 10 % 가운데 %포인트"))
    axes.legend(loc="lower right")
    return figure
