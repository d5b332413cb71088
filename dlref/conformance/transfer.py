"""The row of transfer learning."""

from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import transfer as ours
from dlref.conformance.row import Arrays, Row
from dlref.transfer.freeze import SHARES

WIDTHS = (5, 4, 4, 3, 3, 3, 2)  # of the layers with weights


def of_training(freeze: Any) -> Arrays:
    """The weights one step after each way to freeze a model, which has batch normalization and a model inside it."""
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(8, 5)), rng.normal(size=(8, 2))
    seen = {}
    for data, domain in SHARES:
        parts = [keras.layers.Dense(n, "tanh") for n in WIDTHS[:-1]]
        for place in (4, 2):
            parts.insert(place, keras.layers.BatchNormalization())
        base = keras.Sequential([keras.Input((5,)), *parts])
        model = keras.Sequential([base, keras.layers.Dense(WIDTHS[-1])])
        draws = np.random.default_rng(6)
        model.set_weights([draws.uniform(0.5, 1, v.shape) for v in model.weights])
        freeze(model, data, domain)
        model.compile(keras.optimizers.SGD(0.1), "mse", run_eagerly=True, jit_compile=False)
        model.train_on_batch(x, y)
        weights = [np.ravel(ops.convert_to_numpy(v.value)) for v in model.weights]
        seen[f"{data} data, {domain}"] = np.concatenate(weights)
    return seen


# By hand: of seven layers 1, 1, 2 (a quarter) and 4 (half) are trained; the batch normalizations go with the second and
# the fourth.
_FROZEN = {
    ("little", "similar"): 8,
    ("little", "different"): 8,
    ("much", "similar"): 7,
    ("much", "different"): 4,
}


def _by_keras(model: Any, data: str, domain: str) -> None:
    base, _ = model.layers
    for layer in base.layers[: _FROZEN[data, domain]]:
        layer.trainable = False


ROWS = [
    Row(
        name="transfer.freeze",
        builtin="keras.Layer",
        source="CS231n-7; Flowchart C3; Flowchart C4",
        ours=lambda: ours.freeze,
        mapped=lambda: _by_keras,
        mapping="layer.trainable = False for the frozen layers",
        probe=of_training,
        modes=("eager",),
        dtypes=("float64", "float32"),
    ),
]
