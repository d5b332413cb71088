"""Non-max suppression: in several blocks, compiled, where there is little to select from, and what is refused."""

import importlib
import math
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.detection import non_max_suppression
from tests.errors.hostile import refuses
from tests.oracles.detection import non_max_suppression as by_the_lecture
from tests.training import compile_function

BOXES = np.array([[0, 0, 4, 2], [1, 0, 5, 2], [6, 0, 8, 2], [6, 0, 8, 2]], "float32")
SCORES = np.array([0.5, 0.75, 0.25, 0.25], "float32")
MODULE = importlib.import_module("dlref.detection.non_max_suppression")


def selected(*given: Any, **limits: Any) -> list[int]:
    return ops.convert_to_numpy(non_max_suppression(*given, **limits)).tolist()


@pytest.mark.parametrize(("size", "compiled"), [(12, True), (80, False)])
def test_in_blocks(monkeypatch: Any, size: int, compiled: bool) -> None:
    """Of 7 boxes, the last not full; with scores that are equal across blocks."""
    monkeypatch.setattr(MODULE, "BLOCK", 7)
    rng = np.random.default_rng(0)
    corner = rng.integers(0, 16, (80, 2))
    boxes = np.concatenate([corner, corner + rng.integers(2, 8, (80, 2))], -1).astype("float32")
    scores, classes = rng.integers(0, 20, 80).astype("float32") / 20, rng.integers(0, 2, 80)

    def select(boxes: Any, scores: Any, classes: Any) -> Any:
        return non_max_suppression(boxes, scores, size, 0.5, 0.1, classes)

    run = compile_function(select) if compiled else select
    found = run(*map(ops.convert_to_tensor, (boxes, scores, classes)))
    expected = by_the_lecture(boxes.astype("float64"), scores, size, 0.5, 0.1, classes)
    assert ops.convert_to_numpy(found).tolist() == expected.tolist()
    assert (expected[-1] == -1) == (size == 80)


LITTLE = {
    "the same box": (BOXES[[2] * 4], SCORES, {}, [1, -1, -1, -1]),
    "IoU 0 is enough": (BOXES, SCORES, {"iou_threshold": 0}, [1, -1, -1, -1]),
    "IoU 1 is needed": (BOXES, SCORES, {"iou_threshold": 1}, [1, 0, 2, -1]),
    "all scores too low": (BOXES, SCORES, {"score_threshold": 0.75}, [-1, -1, -1, -1]),
    "a score of -inf": (BOXES, [-np.inf, 0.0, 1.0, 1.0], {}, [2, 1, -1, -1]),
    "scores of half precision": (BOXES, SCORES.astype("float16"), {}, [1, 2, -1, -1]),
    "a class each": (BOXES, SCORES, {"classes": [3, 2, -1, 7]}, [1, 0, 2, 3]),
    "boxes without an area": (BOXES[:, [0, 1, 0, 1]], SCORES, {}, [1, 0, 2, 3]),
    "no box": (BOXES[:0], SCORES[:0], {}, [-1, -1, -1, -1]),
}


@pytest.mark.parametrize(("boxes", "scores", "limits", "expected"), LITTLE.values(), ids=LITTLE)
def test_little_to_select_from(boxes: Any, scores: Any, limits: Any, expected: list[int]) -> None:
    assert selected(boxes, scores, 4, **limits) == expected


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="JAX knows all sizes")
def test_a_number_of_boxes_that_is_not_known() -> None:
    import tensorflow as tf

    signature = [tf.TensorSpec([None, 4]), tf.TensorSpec([None])]
    select = tf.function(
        lambda boxes, scores: non_max_suppression(boxes, scores, 3), signature, autograph=False
    )
    for n in (4, 1, 0):
        assert select(BOXES[:n], SCORES[:n]).numpy().tolist() == selected(BOXES[:n], SCORES[:n], 3)


WRONG = [
    ("boxes", [[4.0, 0, 0, 2]] * 4),
    ("boxes", BOXES[None]),
    ("boxes", []),
    ("scores", SCORES[:3]),
    ("scores", SCORES[:, None]),
    ("scores", [0.5, math.nan, 0, 0]),
    ("scores", None),
    ("max_output_size", 0),
    ("max_output_size", 2.0),
    ("iou_threshold", 1.5),
    ("iou_threshold", math.nan),
    ("score_threshold", math.inf),
    ("score_threshold", "low"),
    ("classes", [0, 1]),
    ("classes", [0.0, 1, 2, 3]),
]


@pytest.mark.parametrize(("argument", "wrong"), WRONG, ids=str)
def test_what_is_refused(argument: str, wrong: Any) -> None:
    given = {"boxes": BOXES, "scores": SCORES, "max_output_size": 2} | {argument: wrong}
    refuses("non_max_suppression", argument, lambda: non_max_suppression(**given))
