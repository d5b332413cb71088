"""Rows of the diagnoses."""

from functools import partial
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import scipy.optimize

from dlref import diagnostics as ours
from dlref.conformance.row import Arrays, Row

EPSILON = 0.125  # so large that differences are far from the gradient, and rounding is not


def of_a_network(check: Any) -> Arrays:
    """What a check says of a network of 3, 4 and 1 units on 5 examples."""
    rng = np.random.default_rng(0)
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(4, "tanh"), keras.layers.Dense(1)]
    )
    model.compile(loss="mse")
    model.set_weights([rng.normal(size=v.shape) for v in model.weights])
    found = check(model, rng.normal(size=(5, 3)), rng.normal(size=(5, 1)), epsilon=EPSILON).total
    return {"approximate gradient": found.approximate, "ratio": np.array(found.ratio)}


def _by_scipy(differences: Any, model: Any, x: Any, y: Any, epsilon: float) -> Any:
    """The same by NumPy, SciPy's differences, and the gradient by hand."""
    weights = [np.asarray(v, "float64") for v in model.get_weights()]
    places = np.cumsum([v.size for v in weights])[:-1]

    def hidden_and_error(theta: np.ndarray) -> Any:
        parts = zip(np.split(theta, places), weights, strict=True)
        w1, b1, w2, b2 = (part.reshape(v.shape) for part, v in parts)
        hidden = np.tanh(x @ w1 + b1)
        return hidden, hidden @ w2 + b2 - y, w2

    theta = np.concatenate([v.ravel() for v in weights])
    a = differences(theta, lambda theta: np.mean(hidden_and_error(theta)[1] ** 2), epsilon)
    hidden, error, w2 = hidden_and_error(theta)
    upper = 2 * error / len(x)
    lower = upper @ w2.T * (1 - hidden**2)
    parts = x.T @ lower, lower.sum(0), hidden.T @ upper, upper.sum(0)
    b = np.concatenate([part.ravel() for part in parts])
    ratio = np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))
    return SimpleNamespace(total=SimpleNamespace(approximate=a, ratio=ratio))


def _two_sided(theta: np.ndarray, J: Any, epsilon: float) -> np.ndarray:
    sides = (scipy.optimize.approx_fprime(theta, J, step) for step in (epsilon, -epsilon))
    return np.mean(list(sides), 0)


def of_three_layers(find: Any) -> Arrays:
    """How far apart the units of three layers are: of none, of random and of few values."""
    rng = np.random.default_rng(0)
    layers = [keras.layers.Dense(n, "tanh") for n in (4, 3, 2)]
    model = keras.Sequential([keras.Input((3,)), *layers])
    weights = [rng.integers(-3, 2, v.shape) / 4 for v in model.weights]
    weights[0][:], weights[1][:] = 0.25, 0.5
    model.set_weights(weights)
    found = find(model, rng.normal(size=(5, 3))).layers
    return {
        "weights apart": np.array([layer.weights for layer in found]),
        "gradients apart": np.array([layer.gradients for layer in found]),
    }


def _by_peak_to_peak(model: Any, x: Any) -> Any:
    """The same by numpy.ptp, and the gradient by hand."""
    weights = [np.asarray(v, "float64") for v in model.get_weights()]
    inputs = [x]
    for W, b in zip(weights[::2], weights[1::2], strict=True):
        inputs.append(np.tanh(inputs[-1] @ W + b))
    upstream, found = np.random.default_rng(0).standard_normal(inputs[-1].size), []
    d = upstream.reshape(inputs[-1].shape)
    for i in reversed(range(3)):
        d = d * (1 - inputs[i + 1] ** 2)
        parts = [
            np.vstack([w, b])
            for w, b in ((weights[2 * i], weights[2 * i + 1]), (inputs[i].T @ d, d.sum(0)))
        ]
        apart = [np.ptp(part, axis=-1).max() / np.abs(part).max() for part in parts]
        found.insert(0, SimpleNamespace(weights=apart[0], gradients=apart[1]))
        d = d @ weights[2 * i].T
    return SimpleNamespace(layers=found)


ROWS = [
    Row(
        name="diagnostics.gradient_check",
        builtin="scipy.optimize.approx_fprime",
        source="DLS-C2-blog; Flowchart C2",
        ours=lambda: ours.gradient_check,
        mapped=lambda: partial(_by_scipy, _two_sided),
        mapping="the mean of approx_fprime(θ, J, ε) and approx_fprime(θ, J, −ε)",
        unmapped=lambda: partial(_by_scipy, scipy.optimize.approx_fprime),
        sentence="SciPy's differences are one-sided, in `check_grad`, too: they are off by about ε J″ / 2.",
        probe=of_a_network,
        modes=("eager",),
    ),
    Row(
        name="diagnostics.symmetric_units",
        builtin="numpy.ptp",
        source="Flowchart C1; CS231n-6",
        ours=lambda: ours.symmetric_units,
        mapped=lambda: _by_peak_to_peak,
        mapping="max(ptp(w, axis=−1)) / max(|w|), of the weights and of their gradient",
        probe=of_three_layers,
        modes=("eager",),
        gradients=True,
    ),
]
