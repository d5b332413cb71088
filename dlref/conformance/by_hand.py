"""Rows of what is done by hand."""

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np

from dlref import by_hand as ours
from dlref.conformance.row import Arrays, Row
from dlref.gradients import value_and_gradients

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


def of_a_mini_batch(layer: Any) -> Arrays:
    """What goes forward and back in some steps of gradient descent, and what is left when it is undone."""
    rng = np.random.default_rng(1)
    Z, dZ_tilde = 3 + 2 * rng.normal(size=(4, 6)), rng.normal(size=(4, 6))
    seen = {}
    for step in range(1, STEPS + 1):
        seen[f"Z_tilde in step {step}"] = layer.forward(Z)
        dZ, dgamma, dbeta = layer.backward(Z, dZ_tilde)
        seen |= {f"dZ in step {step}": dZ, f"dgamma in step {step}": dgamma}
        seen[f"dbeta in step {step}"] = dbeta
        layer.update(dgamma, dbeta, 0.5)
    layer.undo(Z)
    return seen | {"undone": layer.forward(Z)}


class _Normalization:
    """The same by Keras' layer and automatic differentiation."""

    def __init__(self) -> None:
        self.layer = keras.layers.BatchNormalization()
        self.layer.build((None, 4))

    def _outputs(self, z: Any, gamma: Any, beta: Any) -> Any:
        state = [v.value for v in self.layer.non_trainable_variables]
        return self.layer.stateless_call([gamma, beta], state, z, training=True)[0]

    def forward(self, Z: Any) -> Any:
        return self.backward(Z, 0 * Z, at=0)

    def backward(self, Z: Any, dZ_tilde: Any, at: Any = slice(1, None)) -> Any:
        inputs = [Z.T, self.layer.gamma.value, self.layer.beta.value]
        z_tilde, dz, dgamma, dbeta = value_and_gradients(self._outputs, inputs, dZ_tilde.T)
        m = Z.shape[1]
        return (z_tilde.T, dz.T, dgamma[:, None] / m, dbeta[:, None] / m)[at]

    def update(self, dgamma: Any, dbeta: Any, learning_rate: float) -> None:
        optimizer = keras.optimizers.SGD(learning_rate)
        optimizer.apply([dgamma[:, 0], dbeta[:, 0]], [self.layer.gamma, self.layer.beta])

    def undo(self, Z: Any) -> None:
        self.layer.gamma.assign(np.sqrt(Z.var(1) + self.layer.epsilon))
        self.layer.beta.assign(Z.mean(1))


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
        name="by_hand.BatchNormalization",
        builtin="keras.layers.BatchNormalization",
        source="DLS-C2W3; CS231n-6",
        ours=lambda: ours.BatchNormalization(4),
        mapped=_Normalization,
        mapping="the columns of Z as rows, automatic differentiation, SGD(α)",
        probe=of_a_mini_batch,
        dtypes=("float64", "float32"),
        sentence="On JAX, Keras normalizes float64 numbers in float32.",
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
