"""Tokens that are given in rows: their shape, and that they are in the vocabulary."""

from typing import Any

import numpy as np
from keras import ops

from dlref import _checks


def checked(owner: str, name: str, given: Any, vocabulary: int, longest: int | None = None) -> Any:
    """Rows of tokens, as integers.

    Raises:
        TypeError: if they are no integers.
        ValueError: if they are not rows, longer than allowed, or of tokens that the vocabulary does not have.
    """
    try:
        rows = np.asarray(ops.convert_to_numpy(given) if _checks.is_tensor(given) else given)
    except ValueError as error:  # of rows of several lengths
        raise ValueError(
            f"{owner}: `{name}` must be rows of one length. Received: {error}"
        ) from error
    if not np.issubdtype(rows.dtype, np.integer):
        raise TypeError(
            f"{owner}: `{name}` must be token numbers, integers. Received: dtype {rows.dtype}."
        )
    if rows.ndim != 2 or not rows.size:
        raise ValueError(
            f"{owner}: `{name}` must have shape (rows, places), with one of each at least. Received: {rows.shape}."
        )
    if longest and rows.shape[1] > longest:
        raise ValueError(
            f"{owner}: `{name}` must have at most max_length={longest} places. Received: {rows.shape[1]}."
        )
    if rows.min() < 0 or rows.max() >= vocabulary:
        raise ValueError(
            f"{owner}: `{name}` must be tokens from 0 to {vocabulary - 1}. "
            f"Received: tokens from {rows.min()} to {rows.max()}."
        )
    return rows.astype("int32")
