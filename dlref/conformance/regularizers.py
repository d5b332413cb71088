"""Rows of the regularizers."""

from functools import partial
from typing import Any

import keras
import numpy as np

from dlref import regularizers as ours
from dlref.conformance.row import Arrays, Row
from dlref.gradients import named

_M = 64  # a power of two: Keras passes λ/2m through float32


def of_weights(regularizer: Any) -> Arrays:
    """The price of a kernel, and its gradient."""
    w = np.random.default_rng(0).normal(size=(7, 3, 2))
    return named(regularizer, {"the weights": w}, 1.0)


ROWS = [
    Row(
        name=f"regularizers.{regularizer.__name__}",
        builtin=f"keras.regularizers.{builtin.__name__}",
        source=source,
        ours=partial(regularizer, 0.75, _M),
        mapped=partial(builtin, 0.75 / divisor),
        mapping=f"{builtin.__name__.lower()} = λ/{divisor // _M if divisor > _M else ''}m",
        unmapped=partial(builtin, 0.75),
        sentence="Keras knows neither m nor the half.",
        probe=of_weights,
        gradients=True,
    )
    for regularizer, builtin, divisor, source in (
        (ours.L2, keras.regularizers.L2, 2 * _M, "DLS-C2-blog"),
        (ours.L1, keras.regularizers.L1, 2 * _M, "DLS-C2-blog"),
        (ours.UnhalvedL1, keras.regularizers.L1, _M, "Flowchart C2"),
    )
]
