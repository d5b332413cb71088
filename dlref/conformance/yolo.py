"""Rows of YOLO's target and of what becomes of its output."""

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import detection as ours
from dlref.conformance.row import Arrays, Row
from dlref.gradients import named

N, ANCHORS = 4, [[0.4, 0.2], [0.2, 0.45]]
CELLS = np.moveaxis(np.mgrid[:N, :N][::-1], 0, -1).reshape(-1, 2) / N
CELLS = np.concatenate([CELLS, CELLS + 1 / N], -1)  # as boxes, row by row


def of_targets(target: Any) -> Arrays:
    """The target of two pictures with eight objects each in different cells, and its gradients by their boxes."""
    rng = np.random.default_rng(4)
    cells = np.stack([rng.permutation(N * N)[:8] for _ in range(2)])
    midpoints = 16 * np.stack([cells % N, cells // N], -1) + rng.integers(1, 16, (2, 8, 2))
    half = rng.integers(2, 12, (2, 8, 2))
    boxes = np.concatenate([midpoints - half, midpoints + half], -1) / 64
    classes = ops.convert_to_tensor(rng.integers(0, 3, (2, 8)), "int32")
    upstream = rng.normal(size=(2, N, N, 2, 8))
    return named(lambda boxes: target(boxes, classes, ANCHORS, N, 3), {"boxes": boxes}, upstream)


def _encoded(mapped: bool) -> Any:
    """Each object by Keras' functions: its IoU with the anchor boxes, all at the origin, and its deltas to its cell."""
    keras_boxes = keras.utils.bounding_boxes
    shapes = np.concatenate([np.zeros((2, 2)), np.array(ANCHORS)[:, ::-1]], -1)

    def target(boxes: Any, classes: Any, *_: Any) -> Any:
        cell = ops.cast(ops.floor(N * (boxes[..., :2] + boxes[..., 2:]) / 2), "int32")
        cell = N * cell[..., 1] + cell[..., 0]
        at_origin = ops.concatenate([0 * boxes[..., 2:], boxes[..., 2:] - boxes[..., :2]], -1)
        anchor = ops.argmax(keras_boxes.compute_iou(at_origin, shapes, "xyxy"), -1)
        anchors = ops.take(ops.convert_to_tensor(CELLS, boxes.dtype), cell, axis=0)
        b = keras_boxes.encode_box_to_deltas(anchors, boxes, "xyxy", "xyxy", "center_xywh")
        if mapped:
            b = ops.concatenate([b[..., :2] + 0.5, ops.exp(b[..., 3:]), ops.exp(b[..., 2:3])], -1)
        b = ops.cast(b, boxes.dtype)
        values = ops.concatenate(
            [0 * b[..., :1] + 1, b, ops.one_hot(classes, 3, dtype=b.dtype)], -1
        )
        place = ops.cast(cell, "int32") * 2 + ops.cast(anchor, "int32")
        slots = ops.one_hot(place, N * N * 2, dtype=b.dtype)
        return ops.reshape(ops.einsum("mos,mof->msf", slots, values), (2, N, N, 2, 8))

    return target


def of_outputs(decode: Any) -> Arrays:
    """Boxes, scores and classes of an output for two pictures, and their gradients."""
    rng = np.random.default_rng(5)
    y = rng.uniform(0.1, 1, (2, N, N, 2, 8))

    def decoded(y: Any) -> Any:
        boxes, scores, classes = decode(y)
        return ops.concatenate(
            [boxes, scores[..., None], ops.cast(classes, y.dtype)[..., None]], -1
        )

    return named(decoded, {"y": y}, rng.normal(size=(2, N * N * 2, 6)))


def _decoded(mapped: bool) -> Any:
    def decode(y: Any) -> tuple[Any, Any, Any]:
        b = y[..., 1:5]
        if mapped:
            b = ops.concatenate([b[..., :2] - 0.5, ops.log(b[..., 3:]), ops.log(b[..., 2:3])], -1)
        cells = ops.reshape(ops.convert_to_tensor(CELLS, "float32"), (N, N, 1, 4))
        arguments = (cells, ops.cast(b, "float32"), "xyxy", "xyxy", "center_xywh")
        boxes = keras.utils.bounding_boxes.decode_deltas_to_boxes(*arguments)
        scores, classes = y[..., 0] * ops.max(y[..., 5:], -1), ops.argmax(y[..., 5:], -1)
        found = (ops.cast(boxes, y.dtype), (2, -1, 4)), (scores, (2, -1)), (classes, (2, -1))
        return tuple(ops.reshape(*each) for each in found)

    return decode


ROWS = [
    Row(
        name="detection.yolo_target",
        builtin="keras.utils.bounding_boxes.encode_box_to_deltas",
        source="Flowchart C4",
        ours=lambda: ours.yolo_target,
        mapped=partial(_encoded, True),
        mapping="anchors = the cells, plus 1/2, exp of the sizes; compute_iou of the shapes",
        unmapped=partial(_encoded, False),
        sentence="Keras measures from the middle of an anchor, and takes the logarithm of the sizes.",
        probe=of_targets,
        gradients=True,
        computes={"any": "float32"},
        dtypes=("float64",),
    ),
    Row(
        name="detection.yolo_decode",
        builtin="keras.utils.bounding_boxes.decode_deltas_to_boxes",
        source="Flowchart C4",
        ours=lambda: ours.yolo_decode,
        mapped=partial(_decoded, True),
        mapping="anchors = the cells, minus 1/2, log of the sizes",
        unmapped=partial(_decoded, False),
        sentence="Keras measures from the middle of an anchor, and takes exp of the sizes.",
        probe=of_outputs,
        gradients=True,
        computes={"any": "float32"},
        dtypes=("float64",),
    ),
]
