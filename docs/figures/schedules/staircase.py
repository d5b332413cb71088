"""SGD on noisy gradients under a staircase: with each stair the noise falls to a lower floor."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.optimizers import SGD
from dlref.schedules import StaircaseDecay

RUNS, STEPS, STEPS_PER_EPOCH = 400, 200, 10
SCHEDULE = StaircaseDecay(0.2, steps_per_epoch=STEPS_PER_EPOCH, epochs_per_drop=5, factor=0.5)


@cache
def distances() -> np.ndarray:
    """Root mean square of the distance to the minimum, over the runs; the loss is x²/2, the noise N(0, 1)."""
    rng, x = np.random.default_rng(0), keras.Variable(np.full(RUNS, 3.0), dtype="float64")
    optimizer, seen = SGD(SCHEDULE), []
    for _ in range(STEPS):
        at = keras.ops.convert_to_numpy(x)
        seen.append(np.sqrt(np.mean(at**2)))
        optimizer.apply([keras.ops.convert_to_tensor(at + rng.normal(size=RUNS), "float64")], [x])
    return np.array(seen)


def draw(text):
    epochs = np.arange(STEPS) / STEPS_PER_EPOCH
    alpha = np.array([float(SCHEDULE(step)) for step in range(STEPS)])
    figure, (stairs, distance) = plt.subplots(2, sharex=True, height_ratios=[1, 2])
    stairs.step(epochs, alpha, where="post")
    stairs.set_ylim(0, None)
    stairs.set_ylabel("α")
    distance.plot(epochs, distances(), label=text("distance to the minimum", "최소점까지의 거리"))
    floor = np.sqrt(alpha / (2 - alpha))
    distance.step(epochs, floor, "--", where="post", label=text("floor for this α", "이 α의 바닥"))
    distance.set_ylim(0, 0.75)
    distance.set_xticks(range(0, 21, 5))
    distance.set_xlabel(text("epochs", "에포크"))
    distance.legend()
    return figure
