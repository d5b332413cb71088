"""Boxes of many pictures as they come in, filled up to one number: of the right shapes, and boxes that there can be."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from keras import ops

OWNER = "MeanAveragePrecision"


def padded_boxes(argument: str, given: Any, *more: str) -> list[np.ndarray]:
    """The boxes (m, n, 4), the labels (m, n), and what else `more` names, in float64; of no box the score is -infinity.

    Raises:
        TypeError: if `given` is no dictionary, an entry no tensor of real numbers, or labels are no integers; in a
            compiled function too, where numbers are not known.
        ValueError: if a key is missing or unknown, a shape is another, or of a box that is there a number is not
            finite or the corners are in the wrong order.
    """
    keys = "boxes", "labels", *more
    allowed = f"{OWNER}: `{argument}` must be a dictionary of {', '.join(keys)}"
    if not isinstance(given, Mapping):
        raise TypeError(f"{allowed}. Received: {argument} of type {type(given).__name__}.")
    if set(given) != set(keys):
        raise ValueError(f"{allowed}. Received: {argument} with {sorted(map(str, given))}.")
    boxes, labels, *others = (_numbers(argument, key, given[key]) for key in keys)
    shapes = [np.shape(x) for x in (boxes, labels, *others)]
    if len(shapes[0]) != 3 or shapes[0][2] != 4 or set(shapes[1:]) != {shapes[0][:2]}:
        raise ValueError(
            f"{allowed} of the shapes (m, n, 4) and (m, n), of m pictures. Received: {argument} of the shapes {shapes}."
        )
    if labels.size and labels.dtype.kind not in "iu":
        raise TypeError(
            f"{OWNER}: `{argument}` must have integers for labels. Received: labels of dtype {labels.dtype}."
        )
    labels, there = labels.astype("int64"), labels >= 0
    finite = [np.isfinite(boxes).all(-1), (boxes[..., 2:] >= boxes[..., :2]).all(-1)]
    right = np.logical_and.reduce([*finite, *map(np.isfinite, others)])
    if not right[there].all():
        wrong = tuple(np.argwhere(there & ~right)[0])
        shown = [x[wrong].tolist() for x in (boxes, *others)]
        raise ValueError(
            f"{OWNER}: `{argument}` must hold finite numbers, and boxes (x_1, y_1, x_2, y_2) with x_1 <= x_2 and "
            f"y_1 <= y_2. Received: {argument} with {shown}."
        )
    boxes = np.where(there[..., None], boxes, 0).astype("float64")
    return [boxes, labels, *(np.where(there, x, -np.inf).astype("float64") for x in others)]


def _numbers(argument: str, key: str, value: Any) -> np.ndarray:
    try:
        array = ops.convert_to_numpy(value) if ops.is_tensor(value) else np.asarray(value)
    except Exception as error:  # each backend has its own for what is not known yet
        raise TypeError(
            f"{OWNER}: `{argument}` must have numbers for {key} that are known, outside of compiled functions. "
            f"Received: {type(value).__name__}."
        ) from error
    if array.dtype.kind not in "iuf" and array.dtype.name != "bfloat16":
        raise TypeError(
            f"{OWNER}: `{argument}` must have real numbers for {key}. Received: {key} of dtype {array.dtype}."
        )
    return array
