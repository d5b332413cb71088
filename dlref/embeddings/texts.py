"""Texts as lists of the numbers of their words."""

from typing import Any

import numpy as np

from dlref import _checks


def numbers(owner: str, text: Any, vocabulary_size: int) -> np.ndarray:
    """The numbers of the words of one of `texts`, which are below `vocabulary_size`.

    Raises:
        TypeError: if they are no list of integers.
        ValueError: if one is no number of the vocabulary.
    """
    words = np.array(_checks.sequence(owner, "texts", text))
    if words.size and (words.ndim != 1 or words.dtype.kind not in "iu"):
        raise TypeError(
            f"{owner}: `texts` must be lists of integers. "
            f"Received: one of the shape {words.shape} and the dtype {words.dtype}."
        )
    if words.size and not 0 <= words.min() <= words.max() < vocabulary_size:
        raise ValueError(
            f"{owner}: `texts` must hold numbers from 0 to {vocabulary_size - 1}. "
            f"Received: {words.min()} to {words.max()}."
        )
    return words.astype("int64")
