"""Boxes and scores as they come in: of the right shape, and where their numbers are known, boxes that there can be."""

from typing import Any

import keras
from keras import ops

from dlref import _checks

FORMS = {
    "corner": "finite boxes (x_1, y_1, x_2, y_2) with x_1 <= x_2 and y_1 <= y_2",
    "midpoint": "finite boxes (b_x, b_y, b_h, b_w) with b_h >= 0 and b_w >= 0",
}


def boxes(
    owner: str, argument: str, value: Any, form: str = "corner", rank: int = 1
) -> tuple[Any, str]:
    """Boxes in float32 at least, of shape (..., 4), and the dtype they had.

    Raises:
        TypeError: if `value` is no tensor of real numbers.
        ValueError: if the shape is another, or if the numbers are known and one box is not as `FORMS` says. In a
            compiled function they are not known, and pass.
    """
    tensor, dtype = _checks.at_least_float32(owner, argument, value)
    if len(tensor.shape) < rank or tensor.shape[-1] != 4:
        raise ValueError(
            f"{owner}: `{argument}` must have the shape ({'n, ' * (rank - 1)}4), with any axes before it. "
            f"Received: {argument}.shape={tuple(tensor.shape)}."
        )
    sizes = tensor[..., 2:] if form == "midpoint" else tensor[..., 2:] - tensor[..., :2]
    right = ops.all(ops.isfinite(tensor), -1) & ops.all(sizes >= 0, -1)
    if not known_to_fail(right):
        return tensor, dtype
    first = ops.convert_to_numpy(tensor)[~ops.convert_to_numpy(right)][0]
    raise ValueError(
        f"{owner}: `{argument}` must hold {FORMS[form]}. Received: {argument} with {first.tolist()}."
    )


def candidates(owner: str, boxes_: Any, scores: Any, classes: Any) -> tuple[Any, Any, Any]:
    """Boxes of shape (n, 4), scores of shape (n,) in float32 at least, and integers for classes, 0 if there are none.

    Raises:
        TypeError: if boxes or scores are no tensors of real numbers, or classes no integers.
        ValueError: if a shape is another, or the numbers are known and a box is not as `FORMS` says, or a score is NaN.
    """
    boxes_, _ = boxes(owner, "boxes", boxes_, rank=2)
    if len(boxes_.shape) != 2:
        raise ValueError(
            f"{owner}: `boxes` must have the shape (n, 4), of one picture. "
            f"Received: boxes.shape={tuple(boxes_.shape)}."
        )
    scores, _ = _checks.at_least_float32(owner, "scores", scores)
    _one_a_box(owner, "scores", scores, boxes_)
    if known_to_fail(~ops.isnan(scores)):
        raise ValueError(f"{owner}: `scores` must hold no NaN. Received: scores with nan.")
    if classes is None:
        return boxes_, scores, ops.zeros_like(scores, dtype="int32")
    return boxes_, scores, class_numbers(owner, "classes", classes, boxes_)


def class_numbers(owner: str, argument: str, value: Any, boxes_: Any) -> Any:
    """Integers, one a box.

    Raises:
        TypeError: if they are no integers.
        ValueError: if there are more or fewer.
    """
    try:
        classes = ops.convert_to_tensor(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise TypeError(f"{owner}: `{argument}` must be integers. Received: {error}") from error
    if "int" not in (dtype := keras.backend.standardize_dtype(classes.dtype)):
        raise TypeError(
            f"{owner}: `{argument}` must be integers. Received: {argument} of dtype {dtype}."
        )
    _one_a_box(owner, argument, classes, boxes_)
    return classes


def _one_a_box(owner: str, argument: str, tensor: Any, boxes_: Any) -> None:
    here, there = tuple(tensor.shape), tuple(boxes_.shape[:-1])
    known = [(a, b) for a, b in zip(here, there, strict=False) if None not in (a, b)]
    if len(here) != len(there) or any(a != b for a, b in known):
        raise ValueError(
            f"{owner}: `{argument}` must have the shape {'(..., n)' if there[1:] else '(n,)'}, one for each box. "
            f"Received: {argument}.shape={here}, boxes.shape={tuple(boxes_.shape)}."
        )


def padded(x: Any, n: int, value: float = 0) -> Any:
    """`x` with `n` entries more on its first axis."""
    widths = [(0, n)] + [(0, 0)] * (len(x.shape) - 1)
    return ops.pad(x, widths, constant_values=value)


def known_to_fail(right: Any) -> bool:
    """Whether one entry is known to be False; in a compiled function none is known."""
    try:
        return not bool(ops.all(right))
    except TypeError:
        return False


def objects(owner: str, boxes_: Any, classes: Any, num_classes: int) -> tuple[Any, Any]:
    """Integers for classes, and which of the boxes are objects: of a class, with the midpoint in the picture.

    Raises:
        TypeError: if the classes are no integers.
        ValueError: if there are more or fewer than boxes, or the numbers are known and a class is `num_classes` or
            more, or the midpoint of an object lies outside.
    """
    classes = ops.cast(class_numbers(owner, "classes", classes, boxes_), "int32")
    if known_to_fail(classes < num_classes):
        raise ValueError(
            f"{owner}: `classes` must be below `num_classes`, {num_classes}. "
            f"Received: classes with {int(ops.max(classes))}."
        )
    there = (classes >= 0) & (classes < num_classes)
    midpoints = (boxes_[..., :2] + boxes_[..., 2:]) / 2
    inside = ops.all((midpoints >= 0) & (midpoints <= 1), -1)
    if known_to_fail(inside | ~there):
        outside = ops.convert_to_numpy(there & ~inside)
        raise ValueError(
            f"{owner}: `boxes` must be in shares of the picture, with their midpoints in it. "
            f"Received: boxes with {ops.convert_to_numpy(boxes_)[outside][0].tolist()}."
        )
    return classes, there & inside


def anchors(owner: str, value: Any, dtype: str) -> Any:
    """Anchor boxes (h_a, w_a), of shape (A, 2), in `dtype`.

    Raises:
        TypeError: if `value` is no tensor of real numbers.
        ValueError: if the shape is another, or a size is known and not positive and finite.
    """
    sizes, _ = _checks.at_least_float32(owner, "anchors", value)
    right = len(sizes.shape) == 2 and sizes.shape[0] and sizes.shape[1] == 2
    if not right or known_to_fail(ops.isfinite(sizes) & (sizes > 0)):
        raise ValueError(
            f"{owner}: `anchors` must be positive heights and widths, of shape (anchors, 2). "
            f"Received: anchors={value}."
        )
    return ops.cast(sizes, dtype)
