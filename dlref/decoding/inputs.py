"""What a model says of the next token: asked for all prefixes at once, and looked at before it is added up."""

from typing import Any

import numpy as np
from keras import ops

from dlref import _checks

ROUNDING = 0.1  # by which the probabilities of a large vocabulary, rounded to bfloat16, may miss the sum of 1


def arguments(owner: str, model: Any, **tokens: Any) -> tuple[int, ...]:
    """The special tokens as integers, in the order given.

    Raises:
        TypeError: if the model cannot be called, or a token is no integer.
        ValueError: if a token is negative.
    """
    if not callable(model):
        raise TypeError(
            f"{owner}: `next_log_probabilities` must be a function of prefixes. "
            f"Received: next_log_probabilities of type {type(model).__name__}."
        )
    return tuple(_checks.integer(owner, name, token, 0) for name, token in tokens.items())


def log_probabilities(owner: str, model: Any, prefixes: Any, end_token: int) -> np.ndarray:
    """The logarithms of the probabilities of each token after each prefix, (prefixes, vocabulary), in float64.

    Raises:
        TypeError: if the model returns no real numbers.
        ValueError: if it returns another shape, NaN, or what cannot be log-probabilities, or the end token is none
            of its tokens.
    """
    allowed = f"{owner}: `next_log_probabilities` must return "
    returned = model(np.array(prefixes, "int32"))
    try:
        found = np.asarray(ops.convert_to_numpy(returned))
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"{allowed}a tensor. Received: type {type(returned).__name__}. {error}"
        ) from error
    if not np.can_cast(found.dtype, "float64", "same_kind"):
        raise TypeError(
            f"{allowed}a tensor of real numbers. Received: a tensor of dtype {found.dtype}."
        )
    found = found.astype("float64")
    if found.ndim != 2 or len(found) != len(prefixes) or not found.shape[1]:
        raise ValueError(
            f"{allowed}the shape ({len(prefixes)}, vocabulary), a row for each prefix. Received: {found.shape}."
        )
    if end_token >= found.shape[1]:
        raise ValueError(
            f"{owner}: `end_token` must be below the size of the vocabulary, {found.shape[1]}. "
            f"Received: end_token={end_token}."
        )
    refuse_sums(owner, "next_log_probabilities", found, lambda sums: sums <= 1 + ROUNDING)
    return found


def refuse_sums(owner: str, name: str, l: np.ndarray, allowed: Any) -> None:
    """Raises `ValueError` if the probabilities of a row have a sum that is not `allowed`."""
    with np.errstate(over="ignore"):
        sums = np.sum(np.exp(l), -1)
    wrong = sums[~allowed(sums)]
    if wrong.size:
        raise ValueError(
            f"{owner}: `{name}` must be logarithms of probabilities, such as `keras.ops.log_softmax(logits)`. "
            f"Received: a row of which the probabilities add up to {wrong[0]:g}."
        )


def refuse_impossible(owner: str, s: float, prefix: Any) -> None:
    """Raises `ValueError` if $s$, the highest log-probability after a prefix, is that of the impossible."""
    if s == -np.inf:
        raise ValueError(
            f"{owner}: `next_log_probabilities` must leave a token possible. "
            f"Received: -inf for each token, after {prefix}."
        )
