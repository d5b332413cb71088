"""The lecture's 5 × 5 convolution with and without a bottleneck, and the part that a depthwise separable one costs."""

import keras
import matplotlib.pyplot as plt
from keras import layers

from dlref.diagnostics import multiplications

FILTERS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


def counted(shape, *parts):
    return multiplications(keras.Sequential([keras.Input(shape), *parts]))


def draw(text):
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 2.6), layout="constrained")
    direct = counted((28, 28, 192), layers.Conv2D(32, 5, padding="same")).total
    parts = [layers.Conv2D(16, 1), layers.Conv2D(32, 5, padding="same")]
    first, second = (each.multiplications for each in counted((28, 28, 192), *parts).layers)
    names = ["5 × 5", text("1 × 1, then 5 × 5", "1 × 1 다음에 5 × 5")]
    left.barh(
        names, [direct / 1e6, second / 1e6], left=[0, first / 1e6], color="#4c78a8", label="5 × 5"
    )
    left.barh(names[1:], [first / 1e6], color="#f58518", label="1 × 1")
    for place, total in enumerate((direct, first + second)):
        left.annotate(
            f"{total / 1e6:.1f}",
            (total / 1e6, place),
            (4, 0),
            textcoords="offset points",
            va="center",
        )
    left.set_xlim(0, 150)
    left.set_ylim(1.6, -0.6)
    left.set_xlabel(text("multiplications, millions", "곱셈(백만)"))
    left.legend(loc="lower right")
    for f, style in ((3, "o-"), (5, "s-")):
        found = [
            next(
                each.separable[2]
                for each in counted((9, 9, 1), layers.SeparableConv2D(m, f)).layers
            )
            for m in FILTERS
        ]
        right.loglog(FILTERS, found, style, markersize=3, label=f"{f} × {f}")
        right.axhline(1 / f**2, color="gray", linewidth=0.8, linestyle=":")
        right.annotate(f"1/{f**2}", (1, 1 / f**2), (0, 3), textcoords="offset points", color="gray")
    right.set_xlabel(text("filters $m$", "필터 수 $m$"))
    right.set_ylabel(text("part $r$ of a full convolution", "일반 합성곱에 대한 비율 $r$"))
    right.legend()
    return figure
