"""The row of the recurrent network by hand."""

from typing import Any

import keras
import numpy as np

from dlref import by_hand as ours
from dlref.by_hand.recurrent_network import PARAMETERS
from dlref.conformance.row import Arrays, Row

STEPS = 3


def trained_over_time(network: Any) -> Arrays:
    """The costs and the weights of a few steps of gradient descent, over sequences of five time steps."""
    rng = np.random.default_rng(0)
    X, classes = rng.normal(size=(5, 3, 6)), rng.integers(0, 4, (5, 6))
    Y = np.moveaxis(np.eye(4)[classes], 2, 1)
    costs = network.fit(X, Y, learning_rate=0.5, iterations=STEPS)
    return {"costs": costs} | {name: getattr(network, name) for name in PARAMETERS}


class _Recurrent:
    """The same by Keras' layers, in which examples are rows, and automatic differentiation."""

    def __init__(self, network: ours.RecurrentNetwork) -> None:
        # On JAX Keras' tanh makes float32 of float64, and its loop refuses a state that changes its type.
        tanh = keras.layers.Lambda(lambda z: keras.ops.cast(keras.ops.tanh(z), z.dtype))
        states = keras.layers.SimpleRNN(network.n_a, tanh, return_sequences=True, unroll=True)
        layers = [keras.Input((5, network.n_x)), states, keras.layers.Dense(network.n_y)]
        self.model, self.network = keras.Sequential(layers), network

    def fit(self, X: Any, Y: Any, learning_rate: float, iterations: int) -> list[float]:
        x, y = (np.moveaxis(each, 2, 0).astype(keras.config.floatx()) for each in (X, Y))

        def summed(y: Any, z: Any) -> Any:
            losses = keras.losses.categorical_crossentropy(y, z, from_logits=True)
            return keras.ops.sum(losses, axis=1)

        weights = [np.squeeze(getattr(self.network, name).T) for name in PARAMETERS]
        self.model.set_weights(weights)
        self.model.compile(keras.optimizers.SGD(learning_rate), summed, run_eagerly=True)
        costs = [float(self.model.train_on_batch(x, y)) for _ in range(iterations)]
        for name, weight in zip(PARAMETERS, self.model.get_weights(), strict=True):
            before = getattr(self.network, name)
            setattr(self.network, name, np.reshape(weight.T, before.shape).astype("float64"))
        return costs

    def __getattr__(self, name: str) -> Any:
        return getattr(self.network, name)


ROWS = [
    Row(
        name="by_hand.RecurrentNetwork",
        builtin="keras.layers.SimpleRNN",
        source="Flowchart C5",
        ours=lambda: ours.RecurrentNetwork(3, 5, 4, seed=0),
        mapped=lambda: _Recurrent(ours.RecurrentNetwork(3, 5, 4, seed=0)),
        mapping="examples as rows, matrices transposed, the summed CategoricalCrossentropy(from_logits=True), SGD(α)",
        probe=trained_over_time,
        dtypes=("float64", "float32"),
        sentence="On JAX, Keras takes tanh of float64 numbers in float32.",
        computes={"jax": "float32"},
        steps=5 * STEPS,
        modes=("eager",),
    ),
]
