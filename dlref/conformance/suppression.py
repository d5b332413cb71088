"""Rows of non-max suppression."""

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import detection as ours
from dlref.compiling import compiled
from dlref.conformance.row import Arrays, Row


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


ROWS = [
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
]
