"""Depth, width and pixels of EfficientNet by its rule, and the published ones of B0 to B7."""

import matplotlib.pyplot as plt
import numpy as np

DEPTH = 1.0, 1.1, 1.2, 1.4, 1.8, 2.2, 2.6, 3.1
WIDTH = 1.0, 1.0, 1.1, 1.2, 1.4, 1.6, 1.8, 2.0
PIXELS = 224, 240, 260, 300, 380, 456, 528, 600
PHI = 0, 0.5, 1, 2, 3, 4, 5, 6


def draw(text):
    figure, panels = plt.subplots(1, 3, figsize=(7.6, 2.7), layout="constrained")
    phi = np.linspace(0, 6, 50)
    rules = {
        text("depth $d$", "깊이 $d$"): (1.2**phi, DEPTH),
        text("width $w$", "너비 $w$"): (1.1**phi, WIDTH),
        text("pixels $224\\,r$", "픽셀 수 $224\\,r$"): (224 * 1.15**phi, PIXELS),
    }
    for axes, (title, (rule, published)) in zip(panels, rules.items(), strict=True):
        axes.plot(phi, rule, label=text("rule", "규칙"))
        axes.plot(PHI, published, "o", label=text("B0 to B7", "B0~B7"))
        axes.set_title(title, fontsize="medium")
        axes.set_xlabel("$\\phi$")
        axes.set_xticks(range(0, 7, 2))
        axes.set_ylim(0, 1.1 * max(published))
    panels[0].legend(loc="upper left")
    return figure
