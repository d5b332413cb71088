"""A photograph with the windows of three sizes: the midpoint of each, and two neighbours in full."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle
from sklearn.datasets import load_sample_image

from dlref.detection import corners_to_midpoint, sliding_windows

SIZES = ((64, 8), (128, 16), (256, 32))


def draw(text):
    photo = load_sample_image("china.jpg")
    figure, every = plt.subplots(1, 3, figsize=(6.6, 1.9))
    for axes, (size, stride) in zip(every, SIZES, strict=True):
        windows = np.array(sliding_windows(photo.shape[:2], [size], stride))
        x, y = np.array(corners_to_midpoint(windows)).T[:2]
        axes.imshow(photo, alpha=0.7)
        axes.plot(x, y, ".", ms=1, color="#d1660a")
        for left, top in windows[:2, :2]:
            axes.add_patch(Rectangle((left, top), size, size, fill=False, color="#d1660a", lw=1.2))
        axes.set_title(
            text(
                f"{size} × {size}, stride {stride}\n{len(windows):,} windows",
                f"{size} × {size}, 스트라이드 {stride}\n{len(windows):,}개",
            ),
            fontsize=9,
        )
        axes.set_axis_off()
    return figure
