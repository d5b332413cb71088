"""Rows of the metrics."""

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import metrics as ours
from dlref.conformance.row import Arrays, Row


def of_two_batches(metric: Any) -> Arrays:
    """The score after each of two mini-batches of three classes, with weights, and after a new start."""
    rng = np.random.default_rng(0)
    seen = {}
    for name in ("first", "second", "second alone"):
        if name == "second alone":
            metric.reset_state()
        else:
            y = np.eye(3)[rng.integers(0, 3, 20)]
            y_hat = 0.4 * y + rng.uniform(0, 0.9, (20, 3))
            w = rng.uniform(0, 1e-5, 20)
        arguments = (ops.convert_to_tensor(a, keras.config.floatx()) for a in (y, y_hat, w))
        metric.update_state(*arguments)
        seen[f"score after the {name}"] = ops.convert_to_numpy(metric.result())
    return seen


class _WithoutEpsilon(keras.metrics.F1Score):
    """With 0 for the epsilon of Keras while it computes the result."""

    def result(self) -> Any:
        epsilon = keras.config.epsilon()
        keras.config.set_epsilon(0.0)
        try:
            return super().result()
        finally:
            keras.config.set_epsilon(epsilon)


ROWS = [
    Row(
        name="metrics.F1Score",
        builtin="keras.metrics.F1Score",
        source="Flowchart C3",
        ours=partial(ours.F1Score, **arguments),
        mapped=partial(_WithoutEpsilon, **arguments),
        mapping=f"{words}, keras.config.set_epsilon(0)",
        unmapped=partial(keras.metrics.F1Score, **arguments),
        sentence="Keras adds 10⁻⁷ to each denominator: with small sample weights its score is far too low.",
        probe=of_two_batches,
        steps=2,
        computes={"jax": "float32"} if "macro" in words or "micro" in words else {},
        modes=("eager",),
        dtypes=("float64", "float32"),
    )
    for words, arguments in (
        ("average = None", {}),
        ("average = “micro”, threshold", {"average": "micro", "threshold": 0.5}),
        ("average = “macro”", {"average": "macro"}),
        ("average = “weighted”, threshold", {"average": "weighted", "threshold": 0.25}),
    )
]
