"""What comes in, and gradients, as the lecture writes them, one example a column; what cannot be used is named."""

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np

from dlref import _checks


class Gradients(NamedTuple):
    """The gradients of one layer."""

    dZ: np.ndarray
    dW: np.ndarray
    db: np.ndarray


def examples(owner: Any, X: Any, features: int, name: str = "X") -> np.ndarray:
    """`X`, which the error calls `name`, in float64, of shape (features, m).

    Raises:
        ValueError: if it has another shape, no examples, or entries that are no finite numbers.
    """
    X = numbers(type(owner).__name__, name, X)
    if X.ndim != 2 or len(X) != features or not X.size:
        mend = (
            f"It has one example in each row: give {name}.T." if X.shape[1:] == (features,) else ""
        )
        raise ValueError(
            f"{type(owner).__name__}: `{name}` must have one example in each column: shape ({features}, m) with m of "
            f"at least 1. Received: {name}.shape={X.shape}. {mend}".rstrip()
        )
    return X


def labels(owner: Any, Y: Any, units: int, m: int) -> np.ndarray:
    """`Y` in float64, of shape (units, m): 0 or 1 for one unit, else a 1 for the class of each example.

    Raises:
        ValueError: if it has another shape, or other entries.
    """
    Y = numbers(type(owner).__name__, "Y", Y)
    classes = "keras.utils.to_categorical(classes).T makes them of the numbers of the classes."
    if Y.shape != (units, m):
        mend = classes if units > 1 else "Y.reshape(1, -1) makes a row." if Y.size == m else ""
        raise ValueError(
            f"{type(owner).__name__}: `Y` must have one column for each of the {m} columns of `X`: shape "
            f"({units}, {m}). Received: Y.shape={Y.shape}. {mend}".rstrip()
        )
    if not np.isin(Y, (0, 1)).all():
        wrong = Y[~np.isin(Y, (0, 1))][0]
        mend = classes if units > 1 else "(Y == a).astype(float) makes a 1 of the class a."
        raise ValueError(
            f"{type(owner).__name__}: `Y` must hold labels 0 and 1. Received: {wrong:g}. {mend}"
        )
    if units > 1 and (Y.sum(0) != 1).any():
        wrong = int(np.flatnonzero(Y.sum(0) != 1)[0])
        raise ValueError(
            f"{type(owner).__name__}: `Y` must have one 1 in each column. Received: {Y[:, wrong].sum():g} of them in "
            f"column {wrong}. {classes}"
        )
    return Y


def one_of(owner: Any, argument: str, value: Any, words: Collection[str]) -> str:
    """`value`, if it is one of `words`.

    Raises:
        TypeError: if it is no string.
        ValueError: if it is another one.
    """
    if _checks.text(owner, argument, value) not in words:
        raise ValueError(
            f"{type(owner).__name__}: `{argument}` must be one of {', '.join(words)}. Received: {argument}={value!r}."
        )
    return value


def numbers(owner: str, name: str, value: Any) -> np.ndarray:
    """`value` as an array in float64.

    Raises:
        ValueError: if it is none, or has entries that are NaN or infinite.
    """
    allowed = f"{owner}: `{name}` must be an array of finite real numbers"
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biuf" and array.dtype.name != "bfloat16":
            raise TypeError(f"It has the dtype {array.dtype}.")
        array = array.astype("float64")
    except (TypeError, ValueError) as error:
        raise ValueError(f"{allowed}. Received: {type(value).__name__}. {error}") from error
    if not np.isfinite(array).all():
        count = int((~np.isfinite(array)).sum())
        raise ValueError(
            f"{allowed}. Received: {count} of {array.size} are NaN or infinite. Leave these examples out."
        )
    return array
