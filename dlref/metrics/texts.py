"""Texts as they come in: of the right number, as tokens, and as counts of n-grams."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

import numpy as np

from dlref import _checks


def pairs(owner: Any, y_true: Any, y_pred: Any) -> Iterator[tuple[Any, Any]]:
    """The entries of `y_true` and `y_pred`, side by side.

    Raises:
        TypeError: if one of them is no list, tuple or array.
        ValueError: if they have not as many entries.
    """
    truths = _checks.sequence(owner, "y_true", y_true)
    texts = _checks.sequence(owner, "y_pred", y_pred)
    if len(truths) != len(texts):
        raise ValueError(
            f"{type(owner).__name__}: `y_true` and `y_pred` must hold as many entries. "
            f"Received: {len(truths)} and {len(texts)}."
        )
    return zip(truths, texts, strict=True)


def tokens(owner: Any, argument: str, text: Any) -> list[Hashable]:
    """The tokens of a text: what stands between the white space of a string, or else the entries of a list.

    Raises:
        TypeError: if `text` is neither, or an entry has no hash value, as a list in a list.
    """
    if isinstance(text, str):
        return list(text.split())
    found = _checks.sequence(owner, argument, text)
    for token in found:
        if not isinstance(token, Hashable):
            raise TypeError(
                f"{type(owner).__name__}: `{argument}` must hold strings, or lists of tokens. "
                f"Received: a token of type {type(token).__name__}."
            )
    return found


def gram_counts(
    candidate: Sequence[Any], references: Sequence[Sequence[Any]], n: int
) -> tuple[np.ndarray, np.ndarray]:
    """How often the candidate has each of its n-grams, and how often each reference has it, in a row."""
    own, *others = (
        Counter(zip(*(tokens[i:] for i in range(n)), strict=False))
        for tokens in (candidate, *references)
    )
    of_references = [[other[gram] for gram in own] for other in others]
    return np.array([*own.values()], int), np.array(of_references, int)
