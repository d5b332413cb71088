"""Soft-NMS: where there is little to select from, what the scores become, and what is refused."""

import math
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.detection import soft_non_max_suppression
from tests.errors.hostile import refuses
from tests.training import compile_function

BOXES = np.array([[0, 0, 4, 2], [1, 0, 5, 2], [6, 0, 8, 2], [6, 0, 8, 2]], "float32")
SCORES = np.array([0.5, 0.75, 0.25, 0.25], "float32")
LOWERED = 0.5 * math.exp(-(0.6**2) / 0.5)

LITTLE = {
    "by default": (BOXES, SCORES, {}, [1, 2, 0, 3], [0.75, 0.25, LOWERED, 0.25 * math.exp(-2)]),
    "a class each": (BOXES, SCORES, {"classes": [3, 2, -1, 7]}, [1, 0, 2, 3], [0.75, 0.5, 0.25, 0.25]),
    "hardly any sigma": (BOXES, SCORES, {"sigma": 1e-30}, [1, 2, -1, -1], [0.75, 0.25, 0, 0]),
    "linear": (BOXES, SCORES, {"iou_threshold": 0.6}, [1, 2, 0, -1], [0.75, 0.25, 0.2, 0]),
    "less overlap than the threshold": (BOXES, SCORES, {"iou_threshold": 0.7}, [1, 0, 2, -1], [0.75, 0.5, 0.25, 0]),
    "lowered to the threshold": (BOXES[:, [0, 1, 0, 1]], SCORES, {"score_threshold": 0.25}, [1, 0, -1, -1],
                                 [0.75, 0.5, 0, 0]),
    "no score": (BOXES, 0 * SCORES, {}, [-1] * 4, [0.0] * 4),
    "no box": (BOXES[:0], SCORES[:0], {}, [-1] * 4, [0.0] * 4),
}  # fmt: skip


@pytest.mark.parametrize("case", LITTLE)
def test_little_to_select_from(case: str) -> None:
    boxes, scores, limits, expected, lowered = LITTLE[case]
    order = np.argsort([-score for score in lowered], kind="stable")
    found = soft_non_max_suppression(boxes, scores, 4, **limits)
    places, lowest = map(ops.convert_to_numpy, found)
    assert places.tolist() == [expected[i] for i in order]
    np.testing.assert_allclose(lowest, np.array(lowered)[order], rtol=1e-6)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="JAX knows all sizes")
def test_a_number_of_boxes_that_is_not_known() -> None:
    import tensorflow as tf

    signature = [tf.TensorSpec([None, 4]), tf.TensorSpec([None])]
    select = tf.function(
        lambda boxes, scores: soft_non_max_suppression(boxes, scores, 3), signature, autograph=False
    )
    assert select(BOXES[:2], SCORES[:2])[0].numpy().tolist() == [1, 0, -1]
    assert select(BOXES[:0], SCORES[:0])[0].numpy().tolist() == [-1, -1, -1]


def test_scores_keep_their_precision() -> None:
    half = ops.convert_to_tensor(SCORES, "bfloat16")
    places, found = compile_function(lambda s: soft_non_max_suppression(BOXES, s, 4))(half)
    assert ops.convert_to_numpy(places).tolist() == [1, 2, 0, 3]
    assert keras.backend.standardize_dtype(found.dtype) == "bfloat16"


WRONG = [
    ("boxes", [[4.0, 0, 0, 2]] * 4),
    ("scores", SCORES[:3]),
    ("scores", [0.5, math.nan, 0, 0]),
    ("scores", [0.5, math.inf, 0, 0]),
    ("scores", -SCORES),
    ("max_output_size", 0),
    ("sigma", 0),
    ("sigma", 1e-50),
    ("sigma", math.nan),
    ("score_threshold", -0.1),
    ("iou_threshold", 0),
    ("iou_threshold", 1.5),
    ("iou_threshold", "half"),
    ("score_threshold", "low"),
    ("classes", [0.0, 1, 2, 3]),
]


@pytest.mark.parametrize(("argument", "wrong"), WRONG, ids=str)
def test_what_is_refused(argument: str, wrong: Any) -> None:
    given = {"boxes": BOXES, "scores": SCORES, "max_output_size": 2} | {argument: wrong}
    refuses("soft_non_max_suppression", argument, lambda: soft_non_max_suppression(**given))
