"""The row of the ensembles."""

from typing import Any

import keras
import numpy as np

from dlref import ensembles as ours
from dlref.conformance.gradients import named
from dlref.conformance.row import Arrays, Row


def _models() -> list[Any]:
    """Three networks of two layers, each with weights of its own."""
    rng = np.random.default_rng(0)
    models = []
    for units in (3, 4, 5):
        parts = [keras.layers.Dense(units, "tanh"), keras.layers.Dense(2)]
        models.append(keras.Sequential([keras.Input((3,)), *parts]))
        models[-1].set_weights([rng.normal(size=v.shape) for v in models[-1].weights])
    return models


def of_inputs(model: Any) -> Arrays:
    """Outputs for five inputs, and gradients by them."""
    rng = np.random.default_rng(1)
    state = [v.value for v in model.trainable_variables]

    def outputs(x: Any) -> Any:
        return model.stateless_call(state, [], x)[0]

    return named(outputs, {"inputs": rng.normal(size=(5, 3))}, rng.normal(size=(5, 2)))


def _average() -> Any:
    models = _models()
    inputs = keras.Input((3,))
    return keras.Model(inputs, keras.layers.Average()([model(inputs) for model in models]))


ROWS = [
    Row(
        name="ensembles.Ensemble",
        builtin="keras.layers.Average",
        source="CS231n-7",
        ours=lambda: ours.Ensemble(_models()),
        mapped=_average,
        mapping="keras.layers.Average()([model(inputs) for model in models])",
        probe=of_inputs,
        gradients=True,
    )
]
