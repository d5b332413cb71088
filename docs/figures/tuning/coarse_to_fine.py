"""50 trials from coarse to fine on a function with one valley: the first 25, where it zooms in, and the other 25."""

import keras_tuner
import matplotlib.pyplot as plt
import numpy as np

from dlref.tuning import averaging_decay, log_uniform
from dlref.tuning.samplers.sampler import CoarseToFineSampler

TRIALS = 50
NAMES = ("alpha", "one_minus_beta")


def loss(values) -> float:
    """Least where alpha is 0.01 and beta is 0.9968."""
    alpha, one_minus_beta = (np.log10(values[name]) for name in NAMES)
    return (alpha + 2) ** 2 + (one_minus_beta + 2.5) ** 2


def points(trials) -> np.ndarray:
    return np.array([[values[name] for name in NAMES] for values in trials]).T


def draw(text):
    hp = keras_tuner.HyperParameters()
    log_uniform(hp, "alpha", 1e-4, 1.0)
    averaging_decay(hp, "beta", 0.9, 0.999)
    sampler = CoarseToFineSampler()
    border = sampler.coarse_trials(TRIALS)
    coarse = [sampler.draw(0, trial, hp.space) for trial in range(border)]
    ranked = sorted(coarse, key=loss)
    zooms = sampler.find_zooms(ranked, hp.space)
    sampler.zoom_in(border, zooms)
    fine = [sampler.draw(0, trial, hp.space) for trial in range(border, TRIALS)]
    best = round(sampler.best * border)

    figure, axes = plt.subplots()
    axes.plot(*points(ranked[best:]), "o", ms=5, mfc="none", label=text("coarse", "성긴 단계"))
    axes.plot(*points(ranked[:best]), "o", ms=6, color="C0", label=text("the best 5", "상위 5개"))
    axes.plot(*points(fine), "^", ms=4.5, color="C1", label=text("fine", "촘촘한 단계"))
    (left, right), (bottom, top) = (zoom["new"] for zoom in zooms)
    box = [left, right, right, left, left], [bottom, bottom, top, top, bottom]
    axes.plot(*box, color="C2", lw=1.4)
    axes.set(xscale="log", yscale="log", xlabel="α")
    axes.set_ylabel(text("β, on the scale of 1 − β", "β (1 − β의 척도)"))
    axes.set_xticks([1e-4, 1e-3, 1e-2, 1e-1, 1], ["0.0001", "0.001", "0.01", "0.1", "1"])
    axes.set_yticks([0.1, 0.01, 0.001], ["0.9", "0.99", "0.999"])
    axes.invert_yaxis()
    axes.minorticks_off()
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.14), ncols=3)
    return figure
