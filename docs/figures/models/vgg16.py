"""VGG-16: where its parameters are, and where its multiplications."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.models import VGG16


def counted():
    """Of each block, and of each dense layer, its millions of parameters and of multiplications for a picture."""
    rows = {}
    for layer in VGG16().layers:
        if layer.weights:
            name = layer.name.partition("_")[0]
            places = np.prod(layer.output.shape[1:-1], initial=1)
            parameters, products = rows.get(name, (0, 0))
            weights = np.prod(layer.kernel.shape)
            rows[name] = parameters + layer.count_params() / 1e6, products + weights * places / 1e6
    return rows


ROWS = counted()


def draw(text):
    figure, panels = plt.subplots(1, 2, figsize=(7.2, 2.6), sharey=True)
    titles = (
        text("parameters, millions", "매개변수(백만)"),
        text("multiplications for a picture, millions", "그림 하나의 곱셈(백만)"),
    )
    for axes, title, counts in zip(panels, titles, zip(*ROWS.values(), strict=True), strict=True):
        bars = axes.barh(list(ROWS), counts, color="#4c78a8")
        labels = [f"{n:,.0f}" if n >= 1 else f"{n:.2f}" for n in counts]
        axes.bar_label(bars, labels, padding=3, fontsize="small")
        axes.set_xlim(0, 1.2 * max(counts))
        axes.set_title(title, fontsize="medium")
        axes.set_xticks([])
    panels[0].invert_yaxis()
    return figure
