"""A matrix, or each of several, with rows and columns exchanged."""

from typing import Any

from keras import ops


def transposed(A: Any) -> Any:
    """The last two axes exchanged."""
    return ops.swapaxes(A, -1, -2)
