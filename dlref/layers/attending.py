"""What attention gets: queries, values and keys, and the masks of the first two."""

import functools
import operator
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


def sizes(owner: Any, query: Any, value: Any, key: Any = None) -> list[int]:
    """The sizes of a query, a value and a key, of the shapes of their tensors; without keys the values are the keys.

    Raises:
        ValueError: if a shape has not three axes, or there is not one key for each value.
    """
    given = {"query": query, "value": value, "key": value if key is None else key}
    for name, shape in given.items():
        if len(shape) != 3:
            raise ValueError(
                f"{type(owner).__name__}: `{name}` must have shape (batch, places, size). "
                f"Received: {name}.shape={tuple(shape)}."
            )
    places = [given[name][1] for name in ("value", "key")]
    if None not in places and places[0] != places[1]:
        raise ValueError(
            f"{type(owner).__name__}: `key` must have a key for each value. "
            f"Received: {places[0]} values and {places[1]} keys."
        )
    return [shape[-1] for shape in given.values()]


def of_heads(owner: Any, q_mask: Any, v_masks: Any, mask: Any) -> Any:
    """Where all heads may look, of masks of queries, of values and of pairs; None for everywhere.

    Raises:
        ValueError: if the mask of pairs has fewer than two or more than four axes.
    """
    found = [ops.cast(m, "bool")[:, None, None] for m in v_masks if m is not None]
    if q_mask is not None:
        found.append(ops.cast(q_mask, "bool")[:, None, :, None])
    if mask is not None:
        mask = ops.cast(mask, "bool")
        if not 2 <= len(mask.shape) <= 4:
            raise ValueError(
                f"{type(owner).__name__}: `attention_mask` must have shape (queries, values), (batch, queries, values) "
                f"or (batch, heads, queries, values). Received: attention_mask.shape={tuple(mask.shape)}."
            )
        while len(mask.shape) < 4:
            mask = mask[..., None, :, :]
        found.append(mask)
    return functools.reduce(operator.and_, found) if found else None


def softmax(e: Any) -> Any:
    """`ops.softmax`, and of one score 1, of which Keras would warn: a sequence may have one place."""
    return ops.ones_like(e) if e.shape[-1] == 1 else ops.softmax(e)


def tanh(z: Any) -> Any:
    """`ops.tanh`, and in float64 dlref's own: on JAX `ops.tanh` computes it in float32."""
    exact = keras.backend.standardize_dtype(z.dtype) == "float64"
    return activations.tanh(z) if exact else ops.tanh(z)
