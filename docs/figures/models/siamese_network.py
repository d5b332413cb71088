"""What a Siamese network says of pairs of digits, of seven digits that it was trained on and of three others."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.models import SiameseNetwork

IMAGES, DIGITS = load_digits(return_X_y=True)
X = IMAGES.astype("float32") / 16
FIRST = np.arange(len(X)) < 1200


def pairs(where, count, seed):
    """Places of pictures, half of the pairs of the same digit, and which."""
    rng, places = np.random.default_rng(seed), np.flatnonzero(where)
    of = {digit: places[DIGITS[places] == digit] for digit in np.unique(DIGITS[places])}
    one, same = rng.choice(places, count), rng.random(count) < 0.5
    digits = [
        DIGITS[i] if s else rng.choice([d for d in of if d != DIGITS[i]])
        for i, s in zip(one, same, strict=True)
    ]
    return one, np.array([rng.choice(of[digit]) for digit in digits]), same


@cache
def verified():
    """For digits seen and never seen: the outputs, which are of the same digit, and how often distances are right."""
    keras.utils.set_random_seed(0)
    one, other, same = pairs(FIRST & (DIGITS < 7), 30_000, 0)
    layers = [keras.Input((64,)), keras.layers.Dense(128, "relu"), keras.layers.Dense(32)]
    model = SiameseNetwork(keras.Sequential(layers))
    adam = keras.optimizers.Adam(0.003)
    model.compile(adam, "binary_crossentropy", steps_per_execution=16, jit_compile=False)
    model.fit([X[one], X[other]], same.astype("float32"), batch_size=128, shuffle=False, verbose=0)
    distance = np.sum((X[one] - X[other]) ** 2, 1)
    thresholds = np.quantile(distance, np.linspace(0.1, 0.9, 81))
    best = max(thresholds, key=lambda t: np.mean((distance < t) == same))
    found = []
    for digits in (DIGITS < 7, DIGITS >= 7):
        one, other, same = pairs(~FIRST & digits, 2000, 1)
        y = keras.ops.convert_to_numpy(model([X[one], X[other]]))[:, 0]
        near = np.sum((X[one] - X[other]) ** 2, 1) < best
        found.append((y, same, 100 * np.mean((y > 0.5) == same), 100 * np.mean(near == same)))
    return found


def draw(text):
    figure, axes = plt.subplots(1, 2, sharey=True)
    titles = (
        text("0 to 6: seen in training", "0–6: 훈련에 있던 숫자"),
        text("7 to 9: never seen", "7–9: 훈련에 없던 숫자"),
    )
    for place, title, (y, same, right, _) in zip(axes, titles, verified(), strict=True):
        edges = np.linspace(0, 1, 11)
        place.hist(y[same], edges, alpha=0.6, label=text("the same digit", "같은 숫자"))
        place.hist(y[~same], edges, alpha=0.6, label=text("different digits", "다른 숫자"))
        place.axvline(0.5, ymax=0.72, ls=":", color="#8a8f98")
        place.set_title(f"{title}\n" + text(f"{right:.0f} % right", f"{right:.0f}% 맞음"))
        place.set_xlabel(r"$\hat y$")
    axes[0].set_ylabel(text("pairs", "쌍의 수"))
    axes[0].legend(loc="upper center")
    return figure
