"""Examples in whatever form they come: how many there are, which are taken, and what is said of each."""

import random
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import _checks


def count(owner: str, arrays: Any) -> int:
    """How many examples all arrays have.

    Raises:
        TypeError: if one is no array.
        ValueError: if they have different numbers of examples, or there is none.
    """
    lengths = []
    for array in keras.tree.flatten(arrays):
        if array is None:
            continue
        if not getattr(array, "shape", ()):
            raise TypeError(
                f"{owner}: `arrays` must be arrays with an example in each row, or lists, tuples and dictionaries of "
                f"such. Received: {type(array).__name__}. A list of numbers becomes an array by np.array."
            )
        lengths.append(int(array.shape[0]))
    if len(set(lengths)) != 1 or not lengths[0]:
        raise ValueError(
            f"{owner}: `arrays` must all have the same number of examples, and there must be one. "
            f"Received: {' and '.join(map(str, dict.fromkeys(lengths))) or 'no'} examples."
        )
    return lengths[0]


def generator(owner: str, seed: int | None) -> np.random.Generator:
    """Random numbers of a seed; without one, others at each call, unless `keras.utils.set_random_seed` has set them.

    Raises:
        TypeError: if `seed` is no integer.
        ValueError: if it has more than 32 bits.
    """
    if seed is None:
        return np.random.default_rng(random.getrandbits(32))
    return np.random.default_rng(_checks.integer(owner, "seed", seed, 0, 2**32 - 1))


def taken(array: Any, places: np.ndarray) -> Any:
    """The examples at these places, in the same form."""
    if array is None:
        return None
    if ops.is_tensor(array):
        return ops.take(array, places, axis=0)
    return array.iloc[places] if hasattr(array, "iloc") else np.asarray(array)[places]


def labels(owner: str, argument: str, value: Any, m: int) -> np.ndarray:
    """What is said of each of `m` examples.

    Raises:
        TypeError: if labels cannot be told apart.
        ValueError: if there is not one for each example.
    """
    array = ops.convert_to_numpy(value) if ops.is_tensor(value) else np.asarray(value)
    if array.shape not in ((m,), (m, 1)):
        raise ValueError(
            f"{owner}: `{argument}` must hold one label for each of the {m} examples. Received: shape {array.shape}. "
            "Labels in one-hot form: y.argmax(1)."
        )
    flat = array.ravel()
    if (flat != flat).any():
        raise ValueError(
            f"{owner}: `{argument}` must hold a label for each example. Received: some that are NaN."
        )
    try:
        np.sort(flat)
    except TypeError as error:
        raise TypeError(
            f"{owner}: `{argument}` must hold labels of one kind. Received: {error}."
        ) from error
    return flat
