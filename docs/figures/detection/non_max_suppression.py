"""A scene of four digits: the windows that look like one to a network, and those that non-max suppression keeps."""

import keras
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

from dlref.detection import non_max_suppression

NOTHING = 10
PLACES = [(3, 2), (14, 9), (27, 4), (38, 8)]


def moved(image, rng):
    """An image of which two pixels or more have left the window."""
    wide = np.pad(image, 8)
    right, down = rng.choice([-1, 1], 2) * rng.permutation([rng.integers(2, 8), rng.integers(0, 8)])
    return wide[8 + down : 16 + down, 8 + right : 16 + right]


def scores_of(windows, images, digits):
    """How sure a small network is that a window holds a digit, and in its middle."""
    rng = np.random.default_rng(0)
    nothing = [*(moved(image, rng) for image in images), *np.zeros((50, 8, 8))]
    x = np.concatenate([images, nothing]).reshape(-1, 64)
    y = np.r_[digits, np.full(len(nothing), NOTHING)]
    network = MLPClassifier((64,), max_iter=100, tol=2e-3, random_state=0).fit(x, y)
    return 1 - network.predict_proba(windows.reshape(-1, 64))[:, NOTHING]


def draw(text):
    images, digits = load_digits(return_X_y=True)
    images = images.reshape(-1, 8, 8) / 16
    scene = np.zeros((20, 50))
    for (x, y), image in zip(PLACES, images[[1500, 1501, 1510, 1523]], strict=True):
        scene[y : y + 8, x : x + 8] = image
    boxes = np.array([[x, y, x + 8, y + 8] for y in range(13) for x in range(43)], "float32")
    windows = np.stack([scene[y : y + 8, x : x + 8] for x, y in boxes[:, :2].astype(int)])
    scores = scores_of(windows, images[:1400], digits[:1400])
    kept = keras.ops.convert_to_numpy(non_max_suppression(boxes, scores, 20, 0.3, 0.5))
    before, after = np.flatnonzero(scores > 0.5), kept[kept >= 0]
    figure, panels = plt.subplots(1, 2, figsize=(7.2, 1.9))
    words = (
        text(f"score above 0.5: {len(before)}", f"점수가 0.5보다 큼: {len(before)}개"),
        text(f"kept: {len(after)}", f"남은 것: {len(after)}개"),
    )
    for axes, places, title in zip(panels, (before, after), words, strict=True):
        axes.imshow(scene, cmap="gray", extent=(0, 50, 20, 0))
        for x_1, y_1, x_2, y_2 in boxes[places]:
            size = x_2 - x_1, y_2 - y_1
            axes.add_patch(Rectangle((x_1, y_1), *size, fill=False, ec="#4cc9f0", lw=1.5))
        axes.set_title(title, fontsize="medium")
        axes.axis("off")
    for i in after:
        x, y = boxes[i, 0] + 4, boxes[i, 1] - 0.5
        panels[1].text(x, y, f"{scores[i]:.2f}", color="white", ha="center", fontsize="small")
    return figure
