"""How much of the gradient comes back through many blocks, with and without what goes past."""

import matplotlib.pyplot as plt
import numpy as np

UNITS, BLOCKS = 64, 50
WEIGHTS = np.random.default_rng(0).normal(size=(2 * BLOCKS, UNITS, UNITS)) * (1 / UNITS) ** 0.5


def gradients(residual):
    """The norm of the gradient in front of each block, relative to that at the end."""
    a, kept = np.random.default_rng(1).normal(size=UNITS), []
    for first, second in zip(WEIGHTS[::2], WEIGHTS[1::2], strict=True):
        h = np.maximum(0, a @ first)
        z = 0.3 * h @ second + residual * a
        kept.append((first, h > 0, 0.3 * second, z > 0))
        a = np.maximum(0, z)
    d, norms = np.random.default_rng(2).normal(size=UNITS), []
    start = np.linalg.norm(d)
    for first, open_h, second, open_z in reversed(kept):
        dz = d * open_z
        d = (dz @ second.T * open_h) @ first.T + residual * dz
        norms.append(np.linalg.norm(d) / start)
    return norms


def draw(text):
    figure, axes = plt.subplots(figsize=(6, 2.6))
    passed = range(1, BLOCKS + 1)
    axes.semilogy(passed, gradients(True), label=text("residual blocks", "잔차 블록"))
    axes.semilogy(passed, gradients(False), "--", label=text("without the shortcut", "지름길 없이"))
    axes.set_xlabel(text("blocks that the gradient has passed", "그레이디언트가 지나온 블록 수"))
    axes.set_ylabel(text("its norm, at the end 1", "노름(끝에서 1)"))
    axes.set_ylim(top=1e4)
    axes.legend()
    return figure
