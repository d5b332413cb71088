"""The places of the largest entries."""

from typing import Any

import numpy as np


def argtop(x: Any, size: int) -> Any:
    """The places of the `size` largest entries, from the largest down; of equal ones the first come first."""
    x = np.ravel(x)
    least = np.partition(x, -size)[-size] if len(x) > size else -np.inf
    places = np.flatnonzero(x >= least)
    return places[np.argsort(-x[places], kind="stable")][:size]
