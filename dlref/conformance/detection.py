"""Rows of detection."""

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import detection as ours
from dlref.conformance.compiling import compiled
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


def of_many(select: Any) -> Arrays:
    """What is selected of 60 boxes on a grid, some of equal scores, many with an IoU of 0.5; and by class."""
    rng = np.random.default_rng(2)
    corner = rng.integers(0, 8, (60, 2))
    boxes = np.concatenate([corner, corner + rng.choice([4, 6], (60, 2))], -1)
    scores = rng.integers(0, 16, 60) / 16
    boxes, scores = (ops.convert_to_tensor(x, keras.config.floatx()) for x in (boxes, scores))
    classes = ops.convert_to_tensor(rng.integers(0, 2, 60), "int32")
    limits = {"max_output_size": 30, "iou_threshold": 0.5, "score_threshold": 0.25}
    return {
        "places": ops.convert_to_numpy(select(boxes, scores, **limits)),
        "places by class": ops.convert_to_numpy(select(boxes, scores, classes=classes, **limits)),
    }


def _selected(function: Any) -> Any:
    def select(*tensors: Any, classes: Any = None, **limits: Any) -> Any:
        return compiled(partial(function, **limits))(*tensors, classes=classes)

    return select


def _moved_apart(boxes: Any, scores: Any, classes: Any) -> list[np.ndarray]:
    """Boxes that share nothing where they are of different classes, and their scores."""
    if classes is not None:
        boxes = boxes + ops.cast(100 * classes[:, None], boxes.dtype)
    return [ops.convert_to_numpy(ops.cast(x, "float32")) for x in (boxes, scores)]


def _of_tensorflow(above: bool) -> Any:
    def select(boxes: Any, scores: Any, classes: Any = None, **limits: Any) -> Any:
        import tensorflow as tf

        boxes, scores = _moved_apart(boxes, scores, classes)
        if not above:
            limits["iou_threshold"] = np.nextafter(np.float32(limits["iou_threshold"]), 0)
        found = tf.image.non_max_suppression(boxes, scores, **limits).numpy()
        return np.pad(found, (0, limits["max_output_size"] - len(found)), constant_values=-1)

    return select


def of_scores(select: Any) -> Arrays:
    """What is taken of 40 boxes on a grid, of two classes, and the scores that it has by then."""
    rng = np.random.default_rng(3)
    corner = rng.integers(0, 16, (40, 2))
    boxes = np.concatenate([corner, corner + rng.integers(2, 8, (40, 2))], -1)
    scores = rng.permutation(40) / 64
    boxes, scores = (ops.convert_to_tensor(x, keras.config.floatx()) for x in (boxes, scores))
    classes = ops.convert_to_tensor(rng.integers(0, 2, 40), "int32")
    limits = {"max_output_size": 36, "sigma": 0.5, "score_threshold": 0.0625}
    places, scores = select(boxes, scores, classes=classes, **limits)
    return {"places": ops.convert_to_numpy(places), "scores": ops.convert_to_numpy(scores)}


def _softly_of_tensorflow(factor: float) -> Any:
    def select(boxes: Any, scores: Any, classes: Any, sigma: float, **limits: Any) -> Any:
        import tensorflow as tf

        boxes, scores = _moved_apart(boxes, scores, classes)
        limits |= {"iou_threshold": 1.0, "soft_nms_sigma": factor * sigma}
        found = tf.image.non_max_suppression_with_scores(boxes, scores, **limits)
        empty = limits["max_output_size"] - len(found[0])
        return [
            np.pad(x, (0, empty), constant_values=c) for x, c in zip(found, (-1, 0), strict=True)
        ]

    return select


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
        name="detection.non_max_suppression",
        builtin="tf.image.non_max_suppression",
        source="Flowchart C4",
        ours=lambda: _selected(ours.non_max_suppression),
        mapped=partial(_of_tensorflow, above=False),
        mapping="iou_threshold = the float32 below 0.5, classes moved apart",
        unmapped=partial(_of_tensorflow, above=True),
        sentence="TensorFlow keeps a box whose IoU is just the threshold.",
        probe=of_many,
        computes={"any": "float32"},
    ),
    Row(
        name="detection.soft_non_max_suppression",
        builtin="tf.image.non_max_suppression_with_scores",
        source="Bodla et al. 2017",
        ours=lambda: _selected(ours.soft_non_max_suppression),
        mapped=partial(_softly_of_tensorflow, 0.5),
        mapping="soft_nms_sigma = sigma / 2, iou_threshold = 1, classes moved apart",
        unmapped=partial(_softly_of_tensorflow, 1.0),
        sentence="TensorFlow divides by twice its soft_nms_sigma: scores are lowered less.",
        probe=of_scores,
        steps=36,
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
