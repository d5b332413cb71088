"""A network from two images to the answer, against a classifier of digits and a rule, over the number of pairs."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

IMAGES, DIGITS = load_digits(return_X_y=True)
X, INK = IMAGES.astype("float32") / 16, IMAGES.sum(1)
TRAIN, DEV = np.arange(1200), np.arange(1200, 1797)
PAIRS = (300, 1000, 3000, 10_000, 30_000)
STEPS, BATCH = 600, 128


def network(inputs: int, outputs: int) -> keras.Model:
    keras.utils.set_random_seed(0)
    hidden = [keras.layers.Dense(128, "relu") for _ in range(2)]
    last = keras.layers.Dense(outputs, "softmax")
    model = keras.Sequential([keras.Input((inputs,)), *hidden, last])
    loss = "sparse_categorical_crossentropy"
    adam = keras.optimizers.Adam(0.002)
    model.compile(adam, loss, steps_per_execution=20, jit_compile=False)
    return model


@cache
def errors() -> tuple[np.ndarray, np.ndarray]:
    """In percent, of the sum and of the ink: the pipeline's, and those from end to end for each number of pairs."""
    rng = np.random.default_rng(0)

    def fitted(model, x, y):
        order = np.concatenate(
            [rng.permutation(len(x)) for _ in range(STEPS * BATCH // len(x) + 1)]
        )
        order = order[: STEPS * BATCH]
        model.fit(x[order], y[order], batch_size=BATCH, shuffle=False, verbose=0)
        return lambda x: keras.ops.convert_to_numpy(model(x)).argmax(1)

    def answers(pairs):
        first, second = pairs.T
        return DIGITS[first] + DIGITS[second], (INK[first] > INK[second]).astype(int)

    dev = rng.choice(DEV, (4000, 2))
    seen = fitted(network(64, 10), X[TRAIN], DIGITS[TRAIN])(X)
    ink = np.array([INK[TRAIN][DIGITS[TRAIN] == digit].mean() for digit in range(10)])
    said = seen[dev].sum(1), (ink[seen[dev[:, 0]]] > ink[seen[dev[:, 1]]]).astype(int)
    rules = [np.mean(a != b) for a, b in zip(said, answers(dev), strict=True)]
    direct = []
    for task, outputs in enumerate((19, 2)):
        for number in PAIRS:
            pairs = rng.choice(TRAIN, (number, 2))
            x, y = X[pairs].reshape(number, -1), answers(pairs)[task]
            said = fitted(network(128, outputs), x, y)
            direct.append(np.mean(said(X[dev].reshape(4000, -1)) != answers(dev)[task]))
    return 100 * np.array(rules), 100 * np.reshape(direct, (2, -1))


def draw(text):
    figure, panels = plt.subplots(1, 2, sharex=True)
    titles = (
        text("the sum of the digits", "두 숫자의 합"),
        text("which has more ink", "잉크가 더 많은 그림"),
    )
    for axes, title, rule, direct in zip(panels, titles, *errors(), strict=True):
        axes.plot(PAIRS, direct, marker="o", ms=4, label=text("end to end", "엔드투엔드"))
        label = text("pipeline: digit, then a rule", "파이프라인: 숫자를 읽고 규칙을 적용")
        axes.axhline(rule, color="#d1660a", label=label)
        axes.set_xscale("log")
        axes.set_ylim(0)
        axes.set_title(title, fontsize="medium")
        axes.set_xlabel(text("pairs with their answer", "정답이 있는 쌍의 수"))
    panels[0].set_ylabel(text("dev error, %", "개발 오차, %"))
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure
