"""One image of a digit, normalized in many random mini-batches: how much its output wavers, by their size."""

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.layers import BatchNormalization

SIZES = [16, 32, 64, 128, 256, 512]
BATCHES, UNITS = 100, 20


def noise(z: np.ndarray, m: int, rng: np.random.Generator) -> float:
    """Standard deviation of the first example's output over mini-batches of it and m - 1 others."""
    others = rng.integers(1, len(z), (m - 1, BATCHES))
    first = np.broadcast_to(z[0], (1, BATCHES, UNITS))
    batches = np.concatenate([first, z[others]])  # (m, BATCHES, UNITS)
    channels = keras.ops.convert_to_tensor(batches.reshape(m, -1))  # each batch and unit a channel
    z_tilde = keras.ops.convert_to_numpy(BatchNormalization()(channels, training=True))
    return float(z_tilde.reshape(m, BATCHES, UNITS)[0].std(0).mean())


def draw(text):
    rng = np.random.default_rng(0)
    x = load_digits().data / 16
    z = (x @ rng.normal(size=(64, UNITS))).astype("float32")
    figure, axes = plt.subplots()
    label = text("one image, 100 mini-batches", "이미지 하나, 미니배치 100개")
    axes.loglog(SIZES, [noise(z, m, rng) for m in SIZES], "o-", label=label)
    axes.loglog(SIZES, [m**-0.5 for m in SIZES], "--", label="1 / √m")
    axes.set_xticks(SIZES, [str(m) for m in SIZES])
    axes.set_yticks([0.05, 0.1, 0.2, 0.4], ["0.05", "0.1", "0.2", "0.4"])
    axes.minorticks_off()
    axes.set_xlabel(text("mini-batch size m", "미니배치 크기 m"))
    axes.set_ylabel(text("noise of the output", "출력의 잡음"))
    axes.legend()
    return figure
