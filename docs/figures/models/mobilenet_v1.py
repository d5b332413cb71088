"""What MobileNet costs at four widths, beside larger networks."""

from functools import cache

import matplotlib.pyplot as plt

from dlref.diagnostics import multiplications
from dlref.models import VGG16, MobileNetV1, ResNet50

WIDTHS = (0.25, 0.5, 0.75, 1.0)


@cache
def counted(network, **arguments):
    """Millions of parameters, and of multiplications for a picture."""
    model = network(**arguments)
    return model.count_params() / 1e6, multiplications(model).total / 1e6


def draw(text):
    figure, axes = plt.subplots(figsize=(5.6, 2.8))
    line = [counted(MobileNetV1, width=width) for width in WIDTHS]
    axes.loglog(*zip(*line, strict=True), "o-", label="MobileNet V1")
    for width, point in zip(WIDTHS, line, strict=True):
        axes.annotate(
            f"{width:g}", point, (-4, 6), textcoords="offset points", ha="right", fontsize="small"
        )
    for name, network in {"ResNet-50": ResNet50, "VGG-16": VGG16}.items():
        axes.loglog(*counted(network), "s", label=name)
    axes.set_xlabel(text("parameters, millions", "매개변수(백만)"))
    axes.set_ylabel(text("multiplications\nfor a picture, millions", "그림 하나의 곱셈(백만)"))
    axes.legend(loc="lower right")
    return figure
