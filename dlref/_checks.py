"""Argument checks: an error names the object and the argument, says what came and what is allowed."""

import math
import numbers
from typing import Any

import keras
from keras import ops


def is_tensor(value: Any) -> bool:
    """Whether `value` is a tensor or a variable, whose entries may be known only when the program runs."""
    return isinstance(value, keras.Variable) or bool(ops.is_tensor(value))


def real(owner: Any, argument: str, value: Any, interval: str) -> Any:
    """Returns `value` as a `float` if it is a real number in `interval`, such as `"[0, 1)"`.

    A tensor passes unchanged: a population of models holds one hyperparameter per model in it.

    Raises:
        TypeError: if `value` is no real number (a string, a boolean, `None`, a complex number).
        ValueError: if it is NaN or lies outside `interval`.
    """
    if is_tensor(value):
        return value
    allowed = f"{_name(owner)}: `{argument}` must be a number in {interval}"
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{allowed}. Received: {argument}={value!r} (type {type(value).__name__}).")
    number = _as_float(value)
    low, high = (float(bound) for bound in interval[1:-1].split(","))
    above = number >= low if interval[0] == "[" else number > low
    below = number <= high if interval[-1] == "]" else number < high
    if not (above and below):
        raise ValueError(f"{allowed}. Received: {argument}={value!r}.")
    return number


def integer(owner: Any, argument: str, value: Any, low: int | None = None) -> int:
    """Returns `value` as an `int` if it is a whole number, at least `low` where a bound is given.

    Raises:
        TypeError: if `value` is not an integer (a float is not, not even 2.0).
        ValueError: if it is smaller than `low`.
    """
    bound = "" if low is None else f" of at least {low}"
    allowed = f"{_name(owner)}: `{argument}` must be an integer{bound}"
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{allowed}. Received: {argument}={value!r} (type {type(value).__name__}).")
    if low is not None and value < low:
        raise ValueError(f"{allowed}. Received: {argument}={value!r}.")
    return int(value)


def boolean(owner: Any, argument: str, value: Any) -> bool:
    """Returns `value` if it is `True` or `False`, else raises `TypeError`."""
    if not isinstance(value, bool):
        raise TypeError(
            f"{_name(owner)}: `{argument}` must be True or False. "
            f"Received: {argument}={value!r} (type {type(value).__name__})."
        )
    return value


def axis(owner: Any, value: Any, rank: int) -> int:
    """Returns the axis `value` of a tensor of `rank` axes, counted from 0.

    Raises:
        TypeError: if `value` is not an integer.
        ValueError: if the tensor has no such axis.
    """
    value = integer(owner, "axis", value)
    if not -rank <= value < rank:
        raise ValueError(
            f"{_name(owner)}: `axis` must be an axis of the input, which has {rank}"
            f" (from {-rank} to {rank - 1}). Received: axis={value}."
        )
    return value % rank


def _as_float(value: numbers.Real) -> float:
    try:
        return float(value)
    except OverflowError:  # an integer or fraction beyond the largest float
        return math.copysign(math.inf, value)


def _name(owner: Any) -> str:
    return owner if isinstance(owner, str) else type(owner).__name__
