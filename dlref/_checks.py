"""Argument checks: an error names the object and the argument, says what came and what is allowed."""

import math
import numbers
import reprlib
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

# TensorFlow and XLA take anything smaller for 0.
_SMALLEST = {"bfloat16": 2.0**-126, "float32": 2.0**-126, "float64": 2.0**-1022}


def is_tensor(value: Any) -> bool:
    """Whether `value` is a tensor or a variable, whose entries may be known only when the program runs."""
    return isinstance(value, keras.Variable) or bool(ops.is_tensor(value))


def real(owner: Any, argument: str, value: Any, interval: str, dtype: Any = None) -> Any:
    """Returns `value` as a `float` if it is a real number in `interval`, such as `"[0, 1)"`.

    Rounded to `dtype`, where one is given, it must lie there too: in float32 1e-50 is 0 and 0.999999999 is 1.
    A tensor passes unchanged: a population of models holds one hyperparameter per model in it.

    Raises:
        TypeError: if `value` is no real number (a string, a boolean, `None`, a complex number).
        ValueError: if it is NaN or lies outside `interval`.
    """
    if is_tensor(value):
        return value
    allowed = f"{_name(owner)}: `{argument}` must be a number in {interval}"
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(
            f"{allowed}. Received: {argument}={_shown(value)} (type {type(value).__name__})."
        )
    number = _as_float(value)
    if not _lies_in(interval, number):
        raise ValueError(f"{allowed}. Received: {argument}={_shown(value)}.")
    if dtype is not None and not _lies_in(interval, _rounded(number, dtype)):
        raise ValueError(
            f"{allowed}, in {keras.backend.standardize_dtype(dtype)} too. "
            f"Received: {argument}={_shown(value)}, which is {_rounded(number, dtype)} there."
        )
    return number


def integer(
    owner: Any, argument: str, value: Any, low: int | None = None, high: int | None = None
) -> int:
    """Returns `value` as an `int` if it is a whole number, from `low` to `high` where bounds are given.

    Raises:
        TypeError: if `value` is not an integer (a float is not, not even 2.0).
        ValueError: if it is smaller than `low` or larger than `high`.
    """
    bound = f" of at least {low}" if high is None else f" from {low} to {high}"
    allowed = f"{_name(owner)}: `{argument}` must be an integer{'' if low is None else bound}"
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(
            f"{allowed}. Received: {argument}={_shown(value)} (type {type(value).__name__})."
        )
    number = int(value)
    if (low is not None and number < low) or (high is not None and number > high):
        raise ValueError(f"{allowed}. Received: {argument}={_shown(value)}.")
    return number


def sequence(owner: Any, argument: str, value: Any) -> list[Any]:
    """Returns the entries of `value` if it is a list, a tuple or an array, else raises `TypeError`."""
    listed = isinstance(value, Sequence | np.ndarray) and getattr(value, "ndim", 1) > 0
    if isinstance(value, str | bytes) or not listed:
        raise TypeError(
            f"{_name(owner)}: `{argument}` must be a list or a tuple. "
            f"Received: {argument}={_shown(value)} (type {type(value).__name__})."
        )
    return list(value)


def floating(owner: Any, argument: str, value: Any) -> Any:
    """Returns `value` as a floating-point tensor, whole numbers and booleans in `keras.config.floatx()`.

    Raises:
        TypeError: if `value` is no tensor of real numbers.
    """
    allowed = f"{_name(owner)}: `{argument}` must be a tensor of real numbers"
    try:
        tensor = ops.convert_to_tensor(value)
        dtype = keras.backend.standardize_dtype(tensor.dtype)
    except (TypeError, ValueError, OverflowError) as error:
        raise TypeError(f"{allowed}. Received: {argument}={_shown(value)}. {error}") from error
    if "float" in dtype:
        return tensor
    if "int" not in dtype and dtype != "bool":
        raise TypeError(f"{allowed}. Received: {argument} of dtype {dtype}.")
    return ops.cast(tensor, keras.config.floatx())


def at_least_float32(owner: Any, argument: str, value: Any) -> tuple[Any, str]:
    """Returns `floating(...)` in float32 at least, and the dtype it had: sums of half precision overflow."""
    tensor = floating(owner, argument, value)
    dtype = keras.backend.standardize_dtype(tensor.dtype)
    return tensor if dtype == "float64" else ops.cast(tensor, "float32"), dtype


def identified(owner: Any, argument: str, value: Any) -> Any:
    """Returns the Keras object that `value` stands for, of the kind in which `argument` ends, such as "initializer".

    Raises:
        ValueError: if Keras cannot make sense of it.
    """
    kind = argument.rpartition("_")[2]
    try:
        return getattr(keras, f"{kind}s").get(value)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{_name(owner)}: `{argument}` must be a Keras {kind}, its name or its config. "
            f"Received: {argument}={_shown(value)}. {error}"
        ) from error


def boolean(owner: Any, argument: str, value: Any) -> bool:
    """Returns `value` if it is `True` or `False`, else raises `TypeError`."""
    if not isinstance(value, bool):
        raise TypeError(
            f"{_name(owner)}: `{argument}` must be True or False. "
            f"Received: {argument}={_shown(value)} (type {type(value).__name__})."
        )
    return value


def text(owner: Any, argument: str, value: Any) -> str:
    """Returns `value` if it is a string, else raises `TypeError`."""
    if not isinstance(value, str):
        raise TypeError(
            f"{_name(owner)}: `{argument}` must be a string. "
            f"Received: {argument}={_shown(value)} (type {type(value).__name__})."
        )
    return value


def one_of(owner: Any, argument: str, value: Any, allowed: Sequence[str]) -> str:
    """Returns `value` if it is one of the words `allowed`, else raises `ValueError`."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(
            f"{_name(owner)}: `{argument}` must be one of {', '.join(allowed)}. Received: {argument}={_shown(value)}."
        )
    return value


def data_format(owner: Any, value: Any) -> str:
    """Where images have their channels; of None, Keras' default."""
    value = keras.config.image_data_format() if value is None else value
    return one_of(owner, "data_format", value, ("channels_last", "channels_first"))


def axis(owner: Any, value: Any, rank: int) -> int:
    """Returns the axis `value` of a tensor of `rank` axes, counted from 0, else raises `TypeError` or `ValueError`."""
    value = integer(owner, "axis", value)
    if not -rank <= value < rank:
        raise ValueError(
            f"{_name(owner)}: `axis` must be an axis of the input, which has {rank}"
            f" (from {-rank} to {rank - 1}). Received: axis={_shown(value)}."
        )
    return value % rank


def broadcasts(shape: Sequence[int | None], target: Sequence[int | None]) -> bool:
    """Whether `shape` fits `target`: on each axis None, 1 or the same size, as far as the sizes are known."""
    return len(shape) == len(target) and all(
        n in (None, 1, m) or m is None for n, m in zip(shape, target, strict=True)
    )


def _lies_in(interval: str, number: float) -> bool:
    low, high = (float(bound) for bound in interval[1:-1].split(","))
    above = number >= low if interval[0] == "[" else number > low
    below = number <= high if interval[-1] == "]" else number < high
    return above and below


def _rounded(number: float, dtype: Any) -> float:
    name = keras.backend.standardize_dtype(dtype)
    with np.errstate(over="ignore", under="ignore"):
        rounded = float(np.asarray(number).astype(name))
    return 0.0 if abs(rounded) < _SMALLEST.get(name, 0.0) else rounded


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # an integer or fraction beyond the largest float
        return math.inf if value > 0 else -math.inf


def _shown(value: Any) -> str:
    if isinstance(value, int) and value.bit_length() > 1000:  # Python refuses to print the largest
        return f"an integer of {value.bit_length()} bits"
    return reprlib.repr(value)


def _name(owner: Any) -> str:
    return owner if isinstance(owner, str) else type(owner).__name__
