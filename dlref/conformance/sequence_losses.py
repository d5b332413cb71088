"""Rows of the losses of sequences."""

from typing import Any

import keras
import numpy as np

from dlref import losses as ours
from dlref.conformance.row import Arrays, Row
from dlref.gradients import named

_TEXTS = np.array([[1, 2, 0], [1, 1, 3], [2, 0, 0], [0, 0, 0], [3, 1, 3]])


def of_steps(loss: Any) -> Arrays:
    """Loss and gradient of six steps for texts of 0 to 3 symbols, in one of which a symbol comes twice in a row."""
    z = np.random.default_rng(2).normal(size=(len(_TEXTS), 6, 4))
    return named(lambda z: loss(_TEXTS, z), {"y_pred": z}, 1.0)


ROWS = [
    Row(
        name="losses.CTC",
        builtin="keras.losses.CTC",
        source="Flowchart C5",
        ours=ours.CTC,
        mapped=keras.losses.CTC,
        probe=of_steps,
        steps=6,
        gradients=True,
        dtypes=("float32",),
    ),
]
