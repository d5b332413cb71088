"""Rows of detection."""

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import detection as ours
from dlref.conformance.gradients import named
from dlref.conformance.row import Arrays, Row


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
]
