"""Steps until each optimizer has left a saddle point, and how seldom a random Hessian has only positive eigenvalues."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref import optimizers

METHODS = {
    "SGD": optimizers.SGD,
    "Momentum": optimizers.CS231nMomentum,
    "Nesterov": optimizers.Nesterov,
    "AdaGrad": optimizers.AdaGrad,
    "RMSProp": optimizers.RMSProp,
    "Adam": optimizers.Adam,
}
STARTS, SIZES = 10.0 ** -np.arange(1, 9), np.arange(1, 7)


def draw(text):
    figure, (left, right) = plt.subplots(1, 2)
    for name, method in METHODS.items():
        left.plot(STARTS, steps(method), marker="o", ms=3, lw=1.4, label=name)
    left.set_xscale("log")
    left.invert_xaxis()
    left.set_xlabel(text("distance from the ridge", "능선까지의 거리"))
    left.set_ylabel(text("steps until |y| > 0.5", "|y| > 0.5까지의 단계 수"))
    left.legend(fontsize="small", handlelength=1.2)
    shares = shares_of_minima()
    seen = shares > 0
    right.semilogy(SIZES[seen], shares[seen], marker="o", ms=4, color="#3b7dd8")
    right.semilogy(SIZES, 0.5**SIZES, ls=":", color="#8a8f98", label="$2^{-n}$")
    right.set_xlabel(text("parameters n", "매개변수 수 n"))
    right.set_title(text("share of minima", "최솟값의 비율"), fontsize="medium")
    right.legend()
    return figure


@cache
def shares_of_minima():
    """Of 50,000 random symmetric matrices of each size."""
    rng, shares = np.random.default_rng(0), []
    for n in SIZES:
        a = rng.normal(size=(50_000, n, n))
        shares.append(np.mean(np.linalg.eigvalsh(a + a.swapaxes(1, 2))[:, 0] > 0))
    return np.array(shares)


@cache
def steps(method):
    """On J = x² / 2 − y² / 2 + y⁴ / 4, from (1, y) for all y at once: each is a parameter of its own."""
    x, y = keras.Variable(np.ones(len(STARTS))), keras.Variable(STARTS)
    optimizer = method(0.05)
    optimizer.build([x, y])
    left = np.zeros(len(STARTS), int)
    for step in range(1, 601):
        now = [keras.ops.convert_to_numpy(v.value) for v in (x, y)]
        optimizer.apply([now[0], now[1] ** 3 - now[1]], [x, y])
        out = np.abs(keras.ops.convert_to_numpy(y.value)) > 0.5
        left = np.where((left == 0) & out, step, left)
        if left.all():
            break
    return np.where(left, left, np.nan)
