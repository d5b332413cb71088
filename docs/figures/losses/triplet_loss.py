"""One-shot recognition of digits seen in training and of digits never seen, by pixels and by two embeddings."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.losses import TripletLoss

IMAGES, DIGITS = load_digits(return_X_y=True)
X = IMAGES.astype("float32") / 16
TRAIN = np.flatnonzero((np.arange(len(X)) < 1200) & (DIGITS < 7))
GROUPS = {"seen": range(3, 7), "never seen": range(7, 10)}


def turned_and_mirrored() -> tuple[np.ndarray, np.ndarray]:
    """Each digit in the eight positions of a square, each position a class of its own."""
    pictures = X[TRAIN].reshape(-1, 8, 8)
    turned = [np.rot90(pictures, turns, (1, 2)) for turns in range(4)]
    every = [t[:, :, ::way] for t in turned for way in (1, -1)]
    classes = [8 * DIGITS[TRAIN] + place for place in range(8)]
    return np.concatenate(every).reshape(-1, 64), np.concatenate(classes)


def embedding(x: np.ndarray, who: np.ndarray, batch_size: int) -> np.ndarray:
    """Of all pictures, by a network that has seen 20,000 of `x`."""
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((64,)),
            layers.Dense(128, "relu"),
            layers.Dense(32),
            layers.UnitNormalization(),
        ]
    )
    loss, adam = TripletLoss(1.0), keras.optimizers.Adam(0.003)
    model.compile(adam, loss, steps_per_execution=16, jit_compile=False)
    rounds = [np.random.default_rng(i).permutation(len(x)) for i in range(20_000 // len(x))]
    order = np.concatenate(
        rounds
    )  # one long epoch: of many, Keras takes most of the time to begin each
    model.fit(x[order], who[order], batch_size=batch_size, shuffle=False, verbose=0)
    return keras.ops.convert_to_numpy(model(X))


def one_shot(f: np.ndarray, digits: range, draws: int = 2000) -> float:
    """How often, in percent, the closest of one picture a digit is of the right digit, among three digits."""
    rng, new = np.random.default_rng(0), np.arange(len(X)) >= 1200
    pools = {d: np.flatnonzero(new & (d == DIGITS)) for d in digits}
    right = 0
    for _ in range(draws):
        asked, *others = rng.permutation(digits)[:3]
        known, picture = rng.choice(pools[asked], 2, replace=False)
        places = [known, *(rng.choice(pools[other]) for other in others)]
        right += np.argmin(np.sum((f[places] - f[picture]) ** 2, 1)) == 0
    return 100 * right / draws


@cache
def accuracies() -> list[list[float]]:
    """For pixels and the two embeddings, of each group."""
    spaces = [X, embedding(X[TRAIN], DIGITS[TRAIN], 64), embedding(*turned_and_mirrored(), 128)]
    return [[one_shot(f, digits) for digits in GROUPS.values()] for f in spaces]


def draw(text):
    figure, axes = plt.subplots()
    labels = (
        text("pixels", "픽셀"),
        text("embedding, trained on 7 classes", "임베딩, 클래스 7개로 훈련"),
        text("embedding, trained on 56 classes", "임베딩, 클래스 56개로 훈련"),
    )
    for i, (values, label) in enumerate(zip(accuracies(), labels, strict=True)):
        bars = axes.bar(np.arange(2) + (i - 1) * 0.26, values, 0.24, label=label)
        axes.bar_label(bars, fmt="%.0f")
    names = (
        text("3 to 6: seen in training", "3–6: 훈련에 있던 숫자"),
        text("7 to 9: never seen", "7–9: 훈련에 없던 숫자"),
    )
    axes.set_xticks(range(2), names)
    axes.set_ylim(0, 140)
    axes.set_yticks(range(0, 101, 20))
    axes.set_ylabel(text("right from one example each, %", "예제 하나로 맞힌 비율, %"))
    axes.legend(loc="upper center", ncols=1)
    return figure
