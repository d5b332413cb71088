"""What attention gets: queries, values and keys, and the masks of the first two."""

from typing import Any

import keras
from keras import ops

from dlref import activations

LOWEST = {
    "float16": -6e4,
    "bfloat16": -3e38,
    "float32": -3e38,
    "float64": -1e308,
}  # finite: a row of infinities is NaN on the way


def parts(owner: Any, inputs: Any) -> tuple[Any, Any, Any]:
    """Query, value and key, or their shapes.

    Raises:
        ValueError: if there are not two or three, or there is not one key for each value.
    """
    listed = isinstance(inputs, list | tuple)
    # The shape of a tensor that came alone is a tuple too, of numbers.
    if not listed or len(inputs) not in (2, 3) or isinstance(inputs[-1], int):
        raise ValueError(
            f"{type(owner).__name__}: `inputs` must be a list, [query, value] or [query, value, key]. "
            f"Received: type {type(inputs).__name__}{f' of {len(inputs)}' if listed else ''}."
        )
    q, v, k = (*inputs, inputs[1])[:3]
    _same(owner, "a key for each value", v, k, -2)
    return q, v, k


def key_size(owner: Any, q: Any, k: Any) -> int:
    """The size of a key.

    Raises:
        ValueError: if queries are of another.
    """
    _same(owner, "queries and keys of one size", q, k, -1)
    return k.shape[-1]


def _same(owner: Any, words: str, one: Any, other: Any, axis: int) -> None:
    first, second = (tuple(getattr(x, "shape", x)) for x in (one, other))
    if None not in (first[axis], second[axis]) and first[axis] != second[axis]:
        raise ValueError(
            f"{type(owner).__name__}: `inputs` must have {words}. Received: shapes {first} and {second}."
        )


def masks(owner: Any, mask: Any) -> tuple[Any, Any]:
    """The masks of the queries and of the values, each a tensor or None.

    Raises:
        ValueError: if `mask` is no list of two or three.
    """
    if mask is None:
        return None, None
    if not isinstance(mask, list | tuple) or len(mask) not in (2, 3):
        raise ValueError(
            f"{type(owner).__name__}: `mask` must be a list, [query_mask, value_mask]. "
            f"Received: mask of type {type(mask).__name__}."
        )
    q_mask, v_mask = (each if each is None else ops.cast(each, "bool") for each in mask[:2])
    return q_mask, v_mask


def where_to_look(e: Any, v_mask: Any, causal: bool) -> Any:
    """The places of `e` that count: of values that are there and, if `causal`, not behind the query; None for all."""
    m = v_mask
    if m is not None and len(m.shape) < len(e.shape):
        m = ops.expand_dims(m, -2)
    if causal:
        queries, values = ops.shape(e)[-2:]
        past = ops.arange(queries, dtype="int32")[:, None] >= ops.arange(values, dtype="int32")
        m = past if m is None else m & past
    return m


def tanh(z: Any) -> Any:
    """`ops.tanh`, and in float64 dlref's own: on JAX `ops.tanh` computes it in float32."""
    exact = keras.backend.standardize_dtype(z.dtype) == "float64"
    return activations.tanh(z) if exact else ops.tanh(z)
