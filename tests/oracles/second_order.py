"""The inverse Hessian of BFGS, entry by entry; L-BFGS is the same of its pairs, with the matrix that it avoids."""

import numpy as np

from dlref.optimizers import BFGS, LBFGS, Newton
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


def by_elimination(A, theta, steps=3):
    """Newton's steps on J = sum (A theta)^4 + sum theta^2, each by Gaussian elimination."""
    A, theta, seen = A.tolist(), theta.tolist(), []
    n = range(len(theta))
    for _ in range(steps):
        z = [sum(row[k] * theta[k] for k in n) for row in A]
        g = [
            sum(4 * z_i**3 * row[j] for z_i, row in zip(z, A, strict=True)) + 2 * theta[j]
            for j in n
        ]
        H = [
            [
                sum(12 * z_i**2 * row[j] * row[k] for z_i, row in zip(z, A, strict=True))
                + 2 * (j == k)
                for k in n
            ]
            for j in n
        ]
        for j in n:
            for i in range(j + 1, len(theta)):
                factor = H[i][j] / H[j][j]
                H[i] = [a - factor * b for a, b in zip(H[i], H[j], strict=True)]
                g[i] -= factor * g[j]
        p = [0.0] * len(theta)
        for j in reversed(n):
            p[j] = (-g[j] - sum(H[j][k] * p[k] for k in range(j + 1, len(theta)))) / H[j][j]
        theta = [a + b for a, b in zip(theta, p, strict=True)]
        seen.append(theta)
    return np.array(seen)


def newton_by_dlref(A, theta):
    seen = []

    def function(theta):
        seen.append(theta.copy())
        z = A @ theta
        gradient = 4 * A.T @ z**3 + 2 * theta
        return (
            np.sum(z**4) + theta @ theta,
            gradient,
            A.T * (12 * z**2) @ A + 2 * np.eye(len(theta)),
        )

    Newton(gradient_tolerance=0, max_iterations=3).minimize(function, theta)
    return np.array(seen[-3:])


ORACLES = {
    "optimizers.BFGS": [
        Case(by_dlref(BFGS), directions(None), inputs(pairs, n)) for pairs, n in ((1, 3), (5, 4))
    ],
    "optimizers.LBFGS": [
        Case(by_dlref(lambda: LBFGS(memory=MEMORY)), directions(MEMORY), inputs(pairs, n))
        for pairs, n in ((2, 3), (6, 4))
    ],
    "optimizers.Newton": [
        Case(newton_by_dlref, by_elimination, (rng.normal(size=(5, n)), rng.normal(size=n)))
        for n, rng in ((2, np.random.default_rng(2)), (4, np.random.default_rng(3)))
    ],
}
