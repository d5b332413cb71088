"""The relative difference against epsilon, in float64 and in float32, with and without a bug."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.diagnostics import gradient_check

EPSILONS = 10.0 ** -np.arange(1.0, 12.5)


def cost(theta: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The network in NumPy, in the precision of its arguments."""
    hidden = np.tanh(x @ theta[:6].reshape(2, 3) + theta[6:9])
    return np.mean((hidden @ theta[9:12] + theta[12] - y[:, 0]) ** 2)


@cache
def ratios() -> dict[str, list[float]]:
    """Of each line, by epsilon."""
    rng = np.random.default_rng(1)
    keras.utils.set_random_seed(1)
    x, y = rng.normal(size=(8, 2)), rng.normal(size=(8, 1))
    layers = [keras.Input((2,)), keras.layers.Dense(3, "tanh"), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    theta = np.concatenate([weights.ravel() for weights in model.get_weights()])
    b = gradient_check(model, x, y, loss="mse").total.gradient
    wrong = np.where(np.arange(13) < 6, 2 * b, b)
    lines = {"float64": [], "float32": [], "bug": []}
    for epsilon in EPSILONS:
        for name, dtype, gradient in (
            ("float64", "float64", b),
            ("float32", "float32", b),
            ("bug", "float64", wrong),
        ):
            at, *data = (array.astype(dtype) for array in (theta, x, y))
            steps = np.asarray(epsilon * np.eye(13), dtype)
            a = [(cost(at + e, *data) - cost(at - e, *data)) / (2 * epsilon) for e in steps]
            apart = np.linalg.norm(a - gradient)
            lines[name].append(apart / (np.linalg.norm(a) + np.linalg.norm(gradient)))
    return lines


def draw(text):
    figure, axes = plt.subplots()
    names = {
        "float64": "float64",
        "float32": "float32",
        "bug": text("float64, one tensor twice too large", "float64, 텐서 하나가 두 배"),
    }
    for name, label in names.items():
        axes.loglog(EPSILONS, ratios()[name], label=label)
    for verdict, bound in (("great", 1e-7), ("bug", 1e-3)):
        axes.axhline(bound, ls=":", lw=1, color="#8a8f98")
        axes.text(EPSILONS[0], bound * 1.4, verdict, color="#8a8f98", ha="right")
    axes.set_ylim(1e-14, 10)
    axes.set_xlabel("ε")
    axes.set_ylabel(text("relative difference r", "상대 차이 r"))
    axes.legend()
    return figure
