"""Texts as lists of the numbers of their words, pairs of such, and how often words come."""

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
    if words.size and words.ndim != 1:
        raise TypeError(
            f"{owner}: `texts` must be lists of integers. Received: one of the shape {words.shape}."
        )
    return _of_vocabulary(owner, "texts", words, vocabulary_size)


def pairs_of_words(owner: str, pairs: Any, vocabulary_size: int) -> np.ndarray:
    """Pairs of numbers of words, (pairs, 2).

    Raises:
        TypeError: if they are no array of integers.
        ValueError: if they have another shape, or one is no number of the vocabulary.
    """
    listed = pairs if isinstance(pairs, np.ndarray) else _checks.sequence(owner, "pairs", pairs)
    try:
        given = np.array(listed)
    except ValueError:  # of lists of several lengths
        given = np.array(listed, object)
    given = given if given.size else np.reshape(given, (0, 2))
    if given.ndim != 2 or given.shape[1] != 2:
        raise ValueError(
            f"{owner}: `pairs` must have the shape (pairs, 2). Received: pairs.shape={given.shape}."
        )
    return _of_vocabulary(owner, "pairs", given, vocabulary_size)


def counts(owner: str, frequencies: Any, least: int = 1) -> np.ndarray:
    """How often each word comes, of `least` words or more.

    Raises:
        TypeError: if they are no list of numbers.
        ValueError: if there are too few, one is negative or not finite, or all are 0.
    """
    f = np.array(_checks.sequence(owner, "frequencies", frequencies))
    if f.size and (f.ndim != 1 or f.dtype.kind not in "iuf"):
        raise TypeError(
            f"{owner}: `frequencies` must be a list of numbers. Received: the shape {f.shape} and the dtype {f.dtype}."
        )
    if f.size < least or not (np.isfinite(f).all() and f.min() >= 0 < f.max()):
        raise ValueError(
            f"{owner}: `frequencies` must be {least} or more finite numbers of at least 0, not all 0. "
            f"Received: {f.size}{f', from {f.min()} to {f.max()}' if f.size else ''}."
        )
    return f


def _of_vocabulary(owner: str, argument: str, words: np.ndarray, vocabulary_size: int) -> Any:
    if words.size and words.dtype.kind not in "iu":
        raise TypeError(
            f"{owner}: `{argument}` must hold integers. Received: the dtype {words.dtype}."
        )
    if words.size and not 0 <= words.min() <= words.max() < vocabulary_size:
        raise ValueError(
            f"{owner}: `{argument}` must hold numbers from 0 to {vocabulary_size - 1}. "
            f"Received: {words.min()} to {words.max()}."
        )
    return words.astype("int64")
