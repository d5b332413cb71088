"""Logistic regression and a deep network, example by example and unit by unit: the lecture's loops."""

import math

import numpy as np

from dlref.by_hand import (
    BatchNormalization,
    DeepNetwork,
    LogisticRegression,
    RecurrentNetwork,
    linear_collapse,
)
from dlref.by_hand.recurrent_network import PARAMETERS
from tests.oracles.case import Case

_rng = np.random.default_rng(6)
CLASSES = [2, 0, 1, 1, 0]
ALPHA, STEPS = 0.75, 3


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


HIDDEN = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (math.tanh, lambda z: 1 / math.cosh(z) ** 2),
    "relu": (lambda z: max(0.0, z), lambda z: float(z > 0)),
    "leaky_relu": (lambda z: max(0.01 * z, z), lambda z: 1.0 if z > 0 else 0.01),
}


def logistic_regression(X):
    """For i = 1 to m: J += ..., dw_j += ..., db += ..., then divided by m."""
    (n, m), Y = X.shape, [float(c > 0) for c in CLASSES]
    w, b, seen = [0.0] * n, 0.0, []
    for _ in range(STEPS):
        J, dw, db = 0.0, [0.0] * n, 0.0
        for i in range(m):
            z = sum(w[j] * X[j, i] for j in range(n)) + b
            a = sigmoid(z)
            J += -(Y[i] * math.log(a) + (1 - Y[i]) * math.log(1 - a))
            dz = a - Y[i]
            for j in range(n):
                dw[j] += X[j, i] * dz
            db += dz
        w = [w[j] - ALPHA * dw[j] / m for j in range(n)]
        b -= ALPHA * db / m
        seen += [J / m, *w, b]
    return np.array(seen)


def by_dlref(X):
    model, seen = LogisticRegression(len(X)), []
    Y = np.array([CLASSES]) > 0
    for _ in range(STEPS):
        (cost,) = model.fit(X, Y, ALPHA, 1)
        seen += [cost, *model.w[:, 0], model.b]
    return np.array(seen)


def output(z, c):
    """The output of one example, the labels of its units, and its loss."""
    if len(z) == 1:
        a, y = [sigmoid(z[0])], [float(c > 0)]
        return a, y, -(y[0] * math.log(a[0]) + (1 - y[0]) * math.log(1 - a[0]))
    total = sum(math.exp(value) for value in z)
    a, y = [math.exp(value) / total for value in z], [float(k == c) for k in range(len(z))]
    return a, y, -math.log(a[c])


def network(activation):
    """Backpropagation of each example on its own, by the chain rule; the sums over the examples come last."""
    g, g_prime = HIDDEN[activation]

    def oracle(X, *weights):
        Ws, bs = [W.tolist() for W in weights[::2]], [b.tolist() for b in weights[1::2]]
        m, seen = X.shape[1], []
        for _ in range(STEPS):
            J = 0.0
            sums = [([[0.0] * len(W[0]) for W_row in W], [0.0] * len(W)) for W in Ws]
            for i in range(m):
                inputs, zs = [list(X[:, i])], []
                for W, b in zip(Ws, bs, strict=True):
                    z = [
                        sum(w * a for w, a in zip(row, inputs[-1], strict=True)) + c[0]
                        for row, c in zip(W, b, strict=True)
                    ]
                    zs.append(z)
                    inputs.append([g(value) for value in z])
                a, y, loss = output(zs[-1], CLASSES[i])
                J += loss
                d = [p - q for p, q in zip(a, y, strict=True)]
                for layer in reversed(range(len(Ws))):
                    for j, d_j in enumerate(d):
                        sums[layer][1][j] += d_j
                        for k, a_k in enumerate(inputs[layer]):
                            sums[layer][0][j][k] += d_j * a_k
                    if layer:
                        d = [
                            sum(Ws[layer][j][k] * d_j for j, d_j in enumerate(d))
                            * g_prime(zs[layer - 1][k])
                            for k in range(len(Ws[layer][0]))
                        ]
            for (dW, db), W, b in zip(sums, Ws, bs, strict=True):
                for j in range(len(W)):
                    W[j] = [w - ALPHA * dw / m for w, dw in zip(W[j], dW[j], strict=True)]
                    b[j][0] -= ALPHA * db[j] / m
            seen += [
                J / m,
                *(w for W in Ws for row in W for w in row),
                *(c[0] for b in bs for c in b),
            ]
        return np.array(seen)

    return oracle


def network_by_dlref(activation):
    def ours(X, *weights):
        dims = [len(X), *(len(W) for W in weights[::2])]
        made = DeepNetwork(dims, activation)
        made.W, made.b = dict(enumerate(weights[::2], 1)), dict(enumerate(weights[1::2], 1))
        Y = np.array([CLASSES]) > 0 if dims[-1] == 1 else np.eye(3)[:, CLASSES]
        seen = []
        for _ in range(STEPS):
            seen += list(made.fit(X, Y, ALPHA, 1))
            seen += [
                entry for part in (made.W, made.b) for v in part.values() for entry in v.ravel()
            ]
        return np.array(seen)

    return ours


def inputs(*dims):
    weights = [
        _rng.normal(size=shape)
        for p, n in zip(dims, dims[1:], strict=False)
        for shape in ((n, p), (n, 1))
    ]
    return (_rng.normal(size=(dims[0], len(CLASSES))), *weights)


def collapsed(*weights):
    """What a network of linear layers is: its outputs for zeros and for each unit vector, by loops."""
    layers = list(zip(weights[::2], weights[1::2], strict=True))

    def outputs(x):
        for W, b in layers:
            x = [
                sum(w * v for w, v in zip(row, x, strict=True)) + c
                for row, c in zip(W, b[:, 0], strict=True)
            ]
        return x

    n = weights[0].shape[1]
    at_zero = outputs([0.0] * n)
    columns = [outputs([float(j == k) for j in range(n)]) for k in range(n)]
    return np.array(
        [*at_zero, *(v - c for column in columns for v, c in zip(column, at_zero, strict=True))]
    )


def collapsed_by_dlref(*weights):
    found = linear_collapse(list(zip(weights[::2], weights[1::2], strict=True)))
    return np.concatenate([found.b[:, 0], found.W.T.ravel()])


def batch_normalization(Z, dZ_tilde):
    """Unit by unit; dz by the chain rule from each z to each output, entry by entry."""
    m, epsilon, seen = Z.shape[1], 0.25, []
    for z, d in zip(Z.tolist(), dZ_tilde.tolist(), strict=True):
        gamma, beta = 1.0, 0.0
        mu = sum(z) / m
        variance = sum((value - mu) ** 2 for value in z) / m
        sigma = math.sqrt(variance + epsilon)
        norm = [(value - mu) / sigma for value in z]
        for _ in range(STEPS):
            dz = [
                sum(
                    d[k]
                    * gamma
                    * ((i == k) / sigma - 1 / (m * sigma) - norm[k] * norm[i] / (m * sigma))
                    for k in range(m)
                )
                for i in range(m)
            ]
            seen += [gamma * value + beta for value in norm] + dz
            gamma, beta = (
                gamma - ALPHA * sum(a * b for a, b in zip(d, norm, strict=True)) / m,
                beta - ALPHA * sum(d) / m,
            )
        seen += [gamma, beta, *z]
    return np.array(seen)


def batch_normalization_by_dlref(Z, dZ_tilde):
    seen = []
    for row in range(len(Z)):
        z, d = Z[row : row + 1], dZ_tilde[row : row + 1]
        layer = BatchNormalization(1, epsilon=0.25)
        for _ in range(STEPS):
            dz, dgamma, dbeta = layer.backward(z, d)
            seen += [*layer.forward(z)[0], *dz[0]]
            layer.update(dgamma, dbeta, ALPHA)
        seen += [layer.gamma[0, 0], layer.beta[0, 0]]
        layer.undo(z)
        seen += [*layer.forward(z)[0]]
    return np.array(seen)


def over_time(X, *weights):
    """Costs and weights of gradient descent; derivatives by complex steps, which know nothing of going back."""
    weights = [np.array(w) for w in weights]

    def cost(W_ax, W_aa, b_a, W_ya, b_y):
        J = 0
        for example in range(X.shape[2]):
            a = np.zeros(len(W_aa))
            for t, label in enumerate(LABELS[:, example]):
                a = np.tanh(W_ax @ X[t, :, example] + W_aa @ a + b_a[:, 0])
                odds = np.exp(W_ya @ a + b_y[:, 0])
                J -= np.log(odds[label] / sum(odds)) / X.shape[2]
        return J

    def derivative(k, place):
        moved = [w.astype(complex) for w in weights]
        moved[k][place] += 1e-30j
        return cost(*moved).imag / 1e-30

    seen = []
    for _ in range(STEPS):
        seen.append(cost(*weights))
        slopes = [
            np.array([derivative(k, place) for place in np.ndindex(w.shape)]).reshape(w.shape)
            for k, w in enumerate(weights)
        ]
        weights = [w - ALPHA * slope for w, slope in zip(weights, slopes, strict=True)]
        seen += [entry for w in weights for entry in w.ravel()]
    return np.array(seen)


def over_time_by_dlref(X, *weights):
    made = RecurrentNetwork(2, 3, 2)
    vars(made).update(zip(PARAMETERS, weights, strict=True))
    seen = []
    for _ in range(STEPS):
        seen += list(made.fit(X, np.moveaxis(np.eye(2)[LABELS], 2, 1), ALPHA, 1))
        seen += [entry for name in PARAMETERS for entry in getattr(made, name).ravel()]
    return np.array(seen)


LABELS = np.array([[0, 1, 1], [1, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]])
OVER_TIME = [(5, 2, 3), (3, 2), (3, 3), (3, 1), (2, 3), (2, 1)]

ORACLES = {
    "by_hand.LogisticRegression": [Case(by_dlref, logistic_regression, inputs(3)[:1])],
    "by_hand.DeepNetwork": [
        Case(network_by_dlref(activation), network(activation), inputs(*dims))
        for activation, dims in (
            ("relu", (3, 4, 3, 1)), ("tanh", (2, 3, 3)), ("sigmoid", (2, 4, 3, 2, 1)), ("leaky_relu", (3, 3, 3, 3)),
        )
    ],
    "by_hand.linear_collapse": [
        Case(collapsed_by_dlref, collapsed, inputs(*dims)[1:]) for dims in ((3, 4, 2), (3, 3, 3, 3), (2, 1))
    ],
    "by_hand.BatchNormalization": [
        Case(batch_normalization_by_dlref, batch_normalization, tuple(_rng.normal(size=(2, 3, 6)))),
    ],
    "by_hand.RecurrentNetwork": [
        Case(over_time_by_dlref, over_time, tuple(_rng.normal(size=shape) for shape in OVER_TIME)),
    ],
}  # fmt: skip
