"""A photograph and its colours: shifted by the same length in both directions along each principal axis."""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_sample_image

from dlref.layers import PCAColorShift

PHOTOGRAPH = load_sample_image("china.jpg")[::4, ::4] / 255
LENGTH = 0.2


def draw(text):
    layer = PCAColorShift(1.0)
    layer.adapt(PHOTOGRAPH[None])
    axes, variances = (np.asarray(v) for v in (layer.axes, layer.variances))
    figure, panels = plt.subplots(2, 3, figsize=(7.2, 3.8))
    for k, column in enumerate(panels.T):
        for panel, alpha in zip(column, (-LENGTH, LENGTH), strict=True):
            # Not by its variance: along the third axis nothing would be seen.
            shifted = PHOTOGRAPH + alpha * axes[:, k]
            panel.imshow(np.clip(shifted, 0, 1))
            panel.set(xticks=[], yticks=[])
            panel.grid(False)
        share = 100 * variances[k] / variances.sum()
        column[0].set_title(
            text(f"axis {k + 1}: {share:.1f} %", f"주축 {k + 1}: {share:.1f} %"), fontsize="medium"
        )
    for panel, sign in zip(panels[:, 0], ("−", "+"), strict=True):
        panel.set_ylabel(f"{sign}{LENGTH}")
    return figure
