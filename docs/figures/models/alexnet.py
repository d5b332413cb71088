"""AlexNet: the parameters of each layer, and its multiplications for a picture, from the table of its docstring."""

from math import prod

import matplotlib.pyplot as plt

from dlref.conformance.equations import source


def counted():
    """Of each layer with weights its parameters, and its multiplications: a weight is used at every place."""
    rows = []
    for layer in source.read(source.ROOT / "dlref/models/alexnet.py").layers.values():
        *places, channels = (int(n) for n in layer.outputs.split(" × "))
        if parameters := int(layer.parameters.replace(",", "")):
            name = layer.words.removesuffix(", softmax").removesuffix(", stride 4")
            rows.append((name, parameters, (parameters - channels) * prod(places)))
    return rows


def draw(text):
    names, *counts = zip(*counted(), strict=True)
    figure, panels = plt.subplots(1, 2, figsize=(7.2, 2.6), sharey=True)
    titles = (
        text("parameters, millions", "매개변수(백만)"),
        text("multiplications for a picture, millions", "그림 하나의 곱셈(백만)"),
    )
    for axes, title, count in zip(panels, titles, counts, strict=True):
        millions = [n / 1e6 for n in count]
        bars = axes.barh(range(len(names)), millions, color="#4c78a8")
        labels = [f"{n:,.0f}" if n >= 10 else f"{n:.2g}" for n in millions]
        axes.bar_label(bars, labels, padding=3, fontsize="small")
        axes.set_xlim(0, 1.2 * max(millions))
        axes.set_title(title, fontsize="medium")
        axes.set_xticks([])
    panels[0].set_yticks(range(len(names)), names)
    panels[0].invert_yaxis()
    return figure
