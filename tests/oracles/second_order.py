"""The inverse Hessian of BFGS, entry by entry; L-BFGS is the same of its pairs, with the matrix that it avoids."""

import numpy as np

from dlref.optimizers import BFGS, LBFGS
from tests.oracles.case import Case

MEMORY = 3


def learned(H, s, y):
    """(I - s yT / yTs) H (I - y sT / yTs) + s sT / yTs, by its entries."""
    n = range(len(s))
    ys = sum(y[k] * s[k] for k in n)
    left = [[float(i == j) - s[i] * y[j] / ys for j in n] for i in n]
    half = [[sum(left[i][k] * H[k][j] for k in n) for j in n] for i in n]
    return [[sum(half[i][k] * left[j][k] for k in n) + s[i] * s[j] / ys for j in n] for i in n]


def directions(memory):
    def oracle(S, Y, G):
        n, seen = range(len(S[0])), []
        for t in range(len(S) + 1):
            kept = range(t if memory is None else min(t, memory))
            pairs = [(S[t - 1 - k], Y[t - 1 - k]) for k in reversed(kept)]
            scale = 1.0
            if memory is not None and pairs:
                s, y = pairs[-1]
                scale = sum(s[k] * y[k] for k in n) / sum(y[k] ** 2 for k in n)
            H = [[scale * (i == j) for j in n] for i in n]
            for s, y in pairs:
                H = learned(H, s, y)
            seen.append([-sum(H[i][j] * G[t][j] for j in n) for i in n])
        return np.array(seen)

    return oracle


def by_dlref(make):
    def ours(S, Y, G):
        method = make()
        method._forget(len(S[0]))
        seen = [method._direction(G[0])]
        for s, y, g in zip(S, Y, G[1:], strict=True):
            method._learn(s, y)
            seen.append(method._direction(g))
        return np.array(seen)

    return ours


def inputs(pairs, n):
    """Steps, and changes of the gradient that have s y > 0 as the line search makes sure."""
    rng = np.random.default_rng(pairs)
    root, S = rng.normal(size=(n, n)), rng.normal(size=(pairs, n))
    return S, S @ (root @ root.T + np.eye(n)), rng.normal(size=(pairs + 1, n))


ORACLES = {
    "optimizers.BFGS": [
        Case(by_dlref(BFGS), directions(None), inputs(pairs, n)) for pairs, n in ((1, 3), (5, 4))
    ],
    "optimizers.LBFGS": [
        Case(by_dlref(lambda: LBFGS(memory=MEMORY)), directions(MEMORY), inputs(pairs, n))
        for pairs, n in ((2, 3), (6, 4))
    ],
}
