"""A hundred draws from each scale, on axes where a decade has the same width everywhere."""

import keras_tuner
import matplotlib.pyplot as plt
import numpy as np

from dlref.tuning import averaging_decay, log_uniform

DRAWS = 100


def draws(declare) -> np.ndarray:
    """Values that `declare` gives for draws of what it has declared."""
    hp, values = keras_tuner.HyperParameters(), []
    declare(hp)
    for seed in range(DRAWS):
        hp.values[hp.space[-1].name] = hp.space[-1].random_sample(seed)
        values.append(declare(hp))
    return np.array(values)


def scatter(axes, values, names) -> None:
    rng = np.random.default_rng(0)
    for row, each in enumerate(values):
        axes.plot(each, row + rng.uniform(-0.25, 0.25, DRAWS), "o", ms=2.5, alpha=0.7)
    axes.set_xscale("log")
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.spines["left"].set_visible(False)
    axes.minorticks_off()


def draw(text):
    figure, (top, bottom) = plt.subplots(2, height_ratios=[2, 3])
    alphas = [
        draws(lambda hp: hp.Float("alpha", 1e-4, 1.0)),
        draws(lambda hp: log_uniform(hp, "alpha", 1e-4, 1.0)),
    ]
    betas = [
        draws(lambda hp: hp.Float("beta", 0.9, 0.999)),
        draws(lambda hp: hp.Float("beta", 0.9, 0.999, sampling="reverse_log")),
        draws(lambda hp: averaging_decay(hp, "beta", 0.9, 0.999)),
    ]
    scatter(top, alphas, [text("linear", "선형"), "log_uniform"])
    ticks = [1e-4, 1e-3, 1e-2, 1e-1, 1]
    top.set_xticks(ticks, ["0.0001", "0.001", "0.01", "0.1", "1"])
    top.set_xlabel("α")
    scatter(
        bottom, [1 - b for b in betas], [text("linear", "선형"), "reverse_log", "averaging_decay"]
    )
    bottom.set_xticks([0.1, 0.01, 0.001], ["0.9", "0.99", "0.999"])
    bottom.invert_xaxis()
    bottom.set_xlabel(text("β, on the scale of 1 − β", "β (1 − β의 척도)"))
    return figure
