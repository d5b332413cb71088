"""LeNet-5: how many outputs and how many parameters each layer has."""

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

from dlref.diagnostics import layer_sizes


def draw(text):
    model = keras.Sequential([keras.Input((32, 32, 1))])
    for filters in (6, 16):
        model.add(layers.Conv2D(filters, 5, name=f"conv {filters}"))
        model.add(layers.AveragePooling2D(2, name=f"pool {filters}"))
    model.add(layers.Flatten(name="flatten"))
    for units in (120, 84, 10):
        model.add(layers.Dense(units, name=f"dense {units}"))
    found = [each for each in layer_sizes(model).layers if each.name != "flatten"]
    figure, panels = plt.subplots(1, 2, figsize=(7.2, 2.4), sharey=True)
    counts = (
        (text("outputs", "출력"), [np.prod(each.outputs) for each in found]),
        (text("parameters", "매개변수"), [each.parameters for each in found]),
    )
    names = [each.name for each in found]
    for axes, (title, count) in zip(panels, counts, strict=True):
        bars = axes.barh(names, count, color="#4c78a8")
        axes.bar_label(bars, [f"{n:,}" for n in count], padding=3, fontsize="small")
        axes.set_xlim(0, 1.25 * max(count))
        axes.set_title(title, fontsize="medium")
        axes.set_xticks([])
    panels[0].invert_yaxis()
    return figure
