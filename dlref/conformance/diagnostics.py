"""Rows of the diagnoses."""

import warnings
from functools import partial
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import scipy.optimize
from keras import ops

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


def of_a_regularized_network(found: Any) -> Arrays:
    """The loss of a softmax network with L2 regularization, on weighted examples of three classes."""
    rng = np.random.default_rng(2)
    penalty = keras.regularizers.L2(0.25)
    model = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(4, "tanh", kernel_regularizer=penalty),
            keras.layers.Dense(3, "softmax", bias_regularizer=penalty),
        ]
    )
    model.compile(loss="sparse_categorical_crossentropy")
    model.set_weights([rng.normal(size=v.shape) for v in model.weights])
    x, y = rng.normal(size=(5, 3)), rng.integers(0, 3, 5)
    found = found(model, x, y, sample_weight=rng.uniform(0.5, 2, 5))
    return {
        "loss": np.array(found.loss),
        "regularization": np.array(found.regularization),
        "loss of guessing": np.array(found.expected),
    }


def _by_evaluate(model: Any, x: Any, y: Any, sample_weight: Any, separate: bool) -> Any:
    cost = model.evaluate(x, y, sample_weight=sample_weight, verbose=0)
    penalty = sum(float(ops.convert_to_numpy(loss)) for loss in model.losses)
    expected = np.mean(sample_weight) * np.log(model.output_shape[-1])
    loss = cost - penalty if separate else cost
    return SimpleNamespace(loss=loss, regularization=penalty, expected=expected)


def of_a_training(callback: Any) -> Arrays:
    """The rises of the cost of w x, by gradient descent whose learning rate is lowered from epoch to epoch."""
    weight = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    model = keras.Sequential([keras.Input((1,)), weight])
    model.compile(keras.optimizers.SGD(), "mse")
    rates = keras.callbacks.LearningRateScheduler(
        lambda epoch: (0.25, 1.25, 1.5, 0.125, 1.125, 0.25)[epoch]
    )
    watch = callback()
    x = np.array([[1.0], [-1.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        model.fit(x, 3 * x, epochs=6, batch_size=2, verbose=0, callbacks=[rates, watch])
    return {"rises": np.array(watch.rises, "float64")}


class _Differences(keras.callbacks.History):
    """The same from what `fit` returns."""

    @property
    def rises(self) -> list[tuple[int, float, float]]:
        costs = self.history["loss"]
        rising = np.flatnonzero(np.diff(costs) > 0).tolist()
        return [(i + 1, costs[i], costs[i + 1]) for i in rising]


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
        name="diagnostics.initial_loss",
        builtin="keras.Model.evaluate",
        source="CS231n-6",
        ours=lambda: partial(ours.initial_loss, training=False),
        mapped=lambda: partial(_by_evaluate, separate=True),
        mapping="evaluate(x, y) − Σ model.losses",
        unmapped=lambda: partial(_by_evaluate, separate=False),
        sentence="The loss of `evaluate` has the regularization in it.",
        probe=of_a_regularized_network,
        modes=("eager",),
        dtypes=("float64", "float32"),
    ),
    Row(
        name="diagnostics.WarnOnRisingCost",
        builtin="numpy.diff",
        source="DLS-C2-blog; Flowchart C2",
        ours=lambda: ours.WarnOnRisingCost,
        mapped=lambda: _Differences,
        mapping='np.diff(history["loss"]) > 0',
        probe=of_a_training,
        modes=("eager",),
        dtypes=("float64", "float32"),
    ),
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
