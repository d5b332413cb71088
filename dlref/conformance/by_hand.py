"""Rows of what is done by hand."""

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np

from dlref import by_hand as ours
from dlref.conformance.row import Arrays, Row

STEPS = 3


def trained(network: Any) -> Arrays:
    """The costs and the weights of a few steps."""
    rng = np.random.default_rng(0)
    X, classes = rng.normal(size=(3, 6)), np.array([0, 1, 2, 2, 1, 0])
    one_unit = isinstance(network, ours.LogisticRegression) or network.dims[-1] == 1
    Y = classes[None] > 0 if one_unit else np.eye(3)[:, classes]
    costs = network.fit(X, Y, learning_rate=0.5, iterations=STEPS)
    if isinstance(network, ours.LogisticRegression):
        return {
            "costs": costs,
            "W of layer 1": network.w.T,
            "b of layer 1": np.full((1, 1), network.b),
        }
    return {"costs": costs} | {
        f"{name} of layer {layer}": value
        for name in "Wb"
        for layer, value in getattr(network, name).items()
    }


def of_linear_layers(collapse: Any) -> Arrays:
    """What is left of three layers."""
    rng = np.random.default_rng(0)
    layers = [keras.layers.Dense(n) for n in (4, 4, 4)]
    model = keras.Sequential([keras.Input((4,)), *layers])
    model.set_weights([rng.normal(size=v.shape) for v in model.weights])
    found = collapse(model)
    return {"W'": found.W, "b'": found.b}


def _by_outputs(model: Any) -> Any:
    """The same by what the model puts out for zeros and for the unit vectors."""
    b = np.asarray(model(np.zeros((1, 4))), "float64")
    return SimpleNamespace(W=(np.asarray(model(np.eye(4)), "float64") - b).T, b=b.T)


class _Dense:
    """The same network of Dense layers, which start at the weights of `network`."""

    def __init__(self, network: Any) -> None:
        self.dims, self.W, self.b = network.dims, network.W, network.b
        hidden = [keras.layers.Dense(n, network.activation) for n in self.dims[1:-1]]
        layers = [keras.Input((self.dims[0],)), *hidden, keras.layers.Dense(self.dims[-1])]
        self.model = keras.Sequential(layers)

    def fit(self, X: Any, Y: Any, learning_rate: float, iterations: int) -> Any:
        weights = [v for layer in self.W for v in (self.W[layer].T, self.b[layer][:, 0])]
        self.model.set_weights(weights)
        losses = keras.losses.BinaryCrossentropy, keras.losses.CategoricalCrossentropy
        loss = losses[self.dims[-1] > 1](from_logits=True)
        self.model.compile(keras.optimizers.SGD(learning_rate), loss, run_eagerly=True)
        x, y = X.T, Y.T.astype(keras.config.floatx())
        fitted = self.model.fit(x, y, len(x), iterations, verbose=0, shuffle=False)
        weights = [np.asarray(v, "float64") for v in self.model.get_weights()]
        for i, layer in enumerate(self.W):
            self.W[layer], self.b[layer] = weights[2 * i].T, weights[2 * i + 1][:, None]
        return fitted.history["loss"]


def _network(*dims: int) -> Any:
    return ours.DeepNetwork(dims, "tanh", seed=0)


_FLOAT32 = "On JAX, Keras takes tanh and the mean of float64 numbers in float32."

ROWS = [
    Row(
        name="by_hand.LogisticRegression",
        builtin="keras.layers.Dense",
        source="Flowchart C1",
        ours=lambda: ours.LogisticRegression(3),
        mapped=lambda: _Dense(ours.DeepNetwork([3, 1], initialization="zeros")),
        mapping="the columns of X as rows, BinaryCrossentropy(from_logits=True), SGD(α)",
        probe=trained,
        sentence=_FLOAT32,
        computes={"jax": "float32"},
        steps=STEPS,
        modes=("eager",),
    ),
    Row(
        name="by_hand.DeepNetwork",
        builtin="keras.Sequential",
        source="Flowchart C1",
        ours=lambda: _network(3, 4, 4, 3),
        mapped=lambda: _Dense(_network(3, 4, 4, 3)),
        mapping="the columns of X as rows, kernel = W transposed, CategoricalCrossentropy(from_logits=True), SGD(α)",
        probe=trained,
        sentence=_FLOAT32,
        computes={"jax": "float32"},
        steps=STEPS,
        modes=("eager",),
    ),
    Row(
        name="by_hand.linear_collapse",
        builtin="keras.Sequential",
        source="Flowchart C1",
        ours=lambda: ours.linear_collapse,
        mapped=lambda: _by_outputs,
        mapping="b' is the output for zeros; W' the outputs for the unit vectors, less b'",
        probe=of_linear_layers,
        modes=("eager",),
    ),
]
