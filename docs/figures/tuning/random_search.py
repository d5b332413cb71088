"""25 trials of two hyperparameters, on a grid and at random, and the values of the first that each tries."""

import keras_tuner
import matplotlib.pyplot as plt
import numpy as np

from dlref.tuning import log_uniform
from dlref.tuning.samplers.sampler import RandomSampler

TRIALS, SIDE = 25, 5


def random_points() -> np.ndarray:
    """The values that a random search draws."""
    hp = keras_tuner.HyperParameters()
    log_uniform(hp, "alpha", 1e-4, 1.0)
    log_uniform(hp, "epsilon", 1e-9, 1e-6)
    draws = [RandomSampler().draw(0, trial, hp.space) for trial in range(TRIALS)]
    return np.array([[each["alpha"], each["epsilon"]] for each in draws])


def grid_points() -> np.ndarray:
    """A grid of the same space, each point in the middle of its cell."""
    shares = (np.arange(SIDE) + 0.5) / SIDE
    grid = np.meshgrid(10 ** (4 * shares - 4), 10 ** (3 * shares - 9))
    return np.stack([axis.ravel() for axis in grid], axis=1)


def draw(text):
    figure, panels = plt.subplots(1, 2, sharey=True)
    names = [text("grid", "격자"), text("random", "무작위")]
    for axes, name, points in zip(panels, names, (grid_points(), random_points()), strict=True):
        axes.plot(*points.T, "o", ms=5)
        values = np.unique(points[:, 0])
        axes.plot(values, np.full(len(values), 4e-10), "|", ms=14, color="C1", mew=1.6)
        count = len(values)
        axes.set_title(text(f"{name}: {count} values of α", f"{name}: α 값 {count}개"), size=10)
        axes.set(xscale="log", yscale="log", ylim=(2.4e-10, 1.3e-6), xlim=(7e-5, 1.4), xlabel="α")
        axes.set_xticks([1e-4, 1e-2, 1], ["0.0001", "0.01", "1"])
        axes.set_yticks([1e-9, 1e-8, 1e-7, 1e-6])
        axes.minorticks_off()
    panels[0].set_ylabel("ε")
    return figure
