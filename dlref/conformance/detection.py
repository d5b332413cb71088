"""Rows of detection."""

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import detection as ours
from dlref.conformance.row import Arrays, Row
from dlref.gradients import named


def of_boxes(convert: Any) -> Arrays:
    """Twelve boxes of a grid of eighths, which read in either form, and the gradients of what becomes of them."""
    rng = np.random.default_rng(0)
    upper_left = rng.integers(0, 8, (3, 4, 2)) / 8
    boxes = np.concatenate([upper_left, upper_left + rng.integers(0, 8, (3, 4, 2)) / 8], -1)
    return named(convert, {"boxes": boxes}, rng.normal(size=(3, 4, 4)))


def _converted(source: str, target: str) -> Any:
    return lambda boxes: keras.utils.bounding_boxes.convert_format(
        boxes, source=source, target=target, dtype=boxes.dtype
    )


def _width_first(boxes: Any) -> Any:
    x, y, height, width = ops.unstack(boxes, axis=-1)
    return ops.stack([x, y, width, height], -1)


def of_pairs(compare: Any) -> Arrays:
    """Seven boxes with five, of some thousandths of the picture's width: numbers that float32 has; and gradients."""
    rng = np.random.default_rng(1)
    corner = rng.integers(4096, 4112, (2, 12, 2))
    boxes = np.concatenate([corner, corner + rng.integers(8, 24, (2, 12, 2))], -1) / 8192
    parts = {"boxes_1": boxes[:, :7], "boxes_2": boxes[:, 7:]}
    return named(compare, parts, rng.normal(size=(2, 7, 5)) / 1000)


def _compared(epsilon: float) -> Any:
    """keras.utils.bounding_boxes.compute_iou, with another epsilon of Keras while it runs."""

    def compare(boxes_1: Any, boxes_2: Any) -> Any:
        usual = keras.config.epsilon()
        keras.config.set_epsilon(epsilon)
        try:
            found = keras.utils.bounding_boxes.compute_iou(boxes_1, boxes_2, "xyxy")
            return ops.cast(found, boxes_1.dtype)
        finally:
            keras.config.set_epsilon(usual)

    return compare


def of_sizes(windows: Any) -> Arrays:
    """Windows of three sizes in a picture of 13 × 17, of which some is left over."""
    found = windows((13, 17), [(4, 6), 3, (13, 5)], [2, 3, 4])
    return {"windows": ops.convert_to_numpy(found)}


def _patches(image_size: Any, window_sizes: Any, strides: Any) -> Any:
    """The first pixel of each patch, and the one after the last, of a picture that shows where its pixels are."""
    height, width = image_size
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    picture = ops.convert_to_tensor(np.stack([x, y], -1), keras.config.floatx())
    boxes = []
    for size, stride in zip(window_sizes, strides, strict=True):
        patches = keras.ops.image.extract_patches(picture, size, stride, padding="valid")
        corners = ops.concatenate([patches[..., :2], patches[..., -2:] + 1], -1)
        boxes.append(ops.reshape(corners, (-1, 4)))
    return ops.concatenate(boxes)


_convert = partial(
    Row,
    builtin="keras.utils.bounding_boxes.convert_format",
    source="Flowchart C4",
    mapping="b_h and b_w swapped, dtype = the boxes'",
    sentence="Keras has the width before the height, and makes float32 of all dtypes.",
    probe=of_boxes,
    gradients=True,
)
ROWS = [
    _convert(
        name="detection.midpoint_to_corners",
        ours=lambda: ours.midpoint_to_corners,
        mapped=lambda: lambda boxes: _converted("center_xywh", "xyxy")(_width_first(boxes)),
        unmapped=lambda: _converted("center_xywh", "xyxy"),
    ),
    _convert(
        name="detection.corners_to_midpoint",
        ours=lambda: ours.corners_to_midpoint,
        mapped=lambda: lambda boxes: _width_first(_converted("xyxy", "center_xywh")(boxes)),
        unmapped=lambda: _converted("xyxy", "center_xywh"),
    ),
    Row(
        name="detection.iou",
        builtin="keras.utils.bounding_boxes.compute_iou",
        source="Flowchart C4",
        ours=lambda: ours.iou,
        mapped=lambda: _compared(0.0),
        mapping='bounding_box_format = "xyxy", keras.config.set_epsilon(0)',
        unmapped=lambda: _compared(1e-7),
        sentence="Keras adds 1e-7 to the union: small boxes, in shares of the picture, agree less.",
        probe=of_pairs,
        gradients=True,
        computes={"any": "float32"},
        dtypes=("float64", "float32"),
    ),
    Row(
        name="detection.sliding_windows",
        builtin="keras.ops.image.extract_patches",
        source="Flowchart C4",
        ours=lambda: ours.sliding_windows,
        mapped=lambda: _patches,
        mapping='padding = "valid", of a picture that shows where its pixels are',
        probe=of_sizes,
        modes=("eager",),
    ),
]
