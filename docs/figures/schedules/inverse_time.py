"""SGD on noisy gradients: a constant learning rate hovers around the minimum, a decaying one settles."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.optimizers import SGD
from dlref.schedules import InverseTimeDecay

RUNS, STEPS, STEPS_PER_EPOCH = 400, 200, 10


def distances(learning_rate) -> np.ndarray:
    """Root mean square of the distance to the minimum, over the runs; the loss is x²/2, the noise N(0, 1)."""
    rng, x = np.random.default_rng(0), keras.Variable(np.full(RUNS, 3.0), dtype="float64")
    optimizer, seen = SGD(learning_rate), []
    for _ in range(STEPS):
        at = keras.ops.convert_to_numpy(x)
        seen.append(np.sqrt(np.mean(at**2)))
        optimizer.apply([keras.ops.convert_to_tensor(at + rng.normal(size=RUNS), "float64")], [x])
    return np.array(seen)


@cache
def curves() -> list[np.ndarray]:
    decay = InverseTimeDecay(0.2, steps_per_epoch=STEPS_PER_EPOCH, decay_rate=1.0)
    return [distances(0.2), distances(decay)]


def draw(text):
    labels = (
        text("constant α = 0.2", "α = 0.2로 고정"),
        text("InverseTimeDecay", "InverseTimeDecay"),
    )
    figure, axes = plt.subplots()
    for curve, label in zip(curves(), labels, strict=True):
        axes.semilogy(np.arange(STEPS) / STEPS_PER_EPOCH, curve, label=label)
    axes.set_yticks([3, 1, 0.3, 0.1], ["3", "1", "0.3", "0.1"])
    axes.minorticks_off()
    axes.set_xticks(range(0, 21, 5))
    axes.set_xlabel(text("epochs", "에포크"))
    axes.set_ylabel(text("distance to the minimum", "최소점까지의 거리"))
    axes.legend()
    return figure
