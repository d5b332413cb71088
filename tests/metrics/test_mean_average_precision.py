"""Mean average precision: against pycocotools, on the edges of thresholds, of nothing, and what is refused."""

import json
import math
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from dlref.conformance.metrics import by_pycocotools
from dlref.metrics import MeanAveragePrecision
from tests.errors.hostile import refuses
from tests.training import compile_function

TRUTH = {"boxes": [[[0, 0, 4, 2], [5, 0, 9, 2]]], "labels": [[0, 0]]}
FOUND = {"boxes": [[[0, 0, 4, 2]]], "labels": [[0]], "scores": [[0.9]]}


def metric_of(y_true: Any, y_pred: Any, **arguments: Any) -> MeanAveragePrecision:
    metric = MeanAveragePrecision(dtype="float64", **arguments)
    metric.update_state(y_true, y_pred)
    return metric


def drawn(rng: np.random.Generator) -> tuple[dict[str, Any], dict[str, Any]]:
    """A few boxes on a coarse grid: equal scores, equal IoUs, IoUs on a threshold, and places left empty."""
    m, g, n, classes = rng.integers(1, [5, 6, 9, 4])
    both = []
    for size in (g, n):
        corner = rng.integers(0, 3, (m, size, 2))
        boxes = np.concatenate([corner, corner + rng.integers(1, [4, 11], (m, size, 2))], -1)
        labels = rng.integers(-1, classes, (m, size))
        both.append({"boxes": boxes.astype(float), "labels": labels})
    both[1]["scores"] = rng.integers(0, rng.integers(1, 9), (m, n)) / 8
    return both[0], both[1]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_pycocotools(seed: int) -> None:
    """Of each class and threshold, bit for bit but for the mean of 101 numbers; in two parts as well."""
    rng = np.random.default_rng(seed)
    truth, found = drawn(rng)
    limits = {
        "max_detections": int(rng.integers(1, 6)),
        "recall_points": int(rng.choice([11, 101])),
    }
    thresholds = [0.25, 0.5, 0.6, 0.75, 0.9, 1.0] if rng.random() < 0.5 else None
    metric = metric_of(truth, found, iou_thresholds=thresholds, **limits)
    expected = by_pycocotools(truth, found, metric.iou_thresholds, **limits)
    ours = metric.average_precisions()
    assert ours.keys() == expected.keys()
    for label, values in expected.items():
        np.testing.assert_allclose(ours[label], values, rtol=0, atol=1e-14)
    in_parts = MeanAveragePrecision(thresholds, dtype="float64", **limits)
    for i in range(len(truth["labels"])):
        in_parts.update_state(*({k: v[[i]] for k, v in x.items()} for x in (truth, found)))
    assert json.dumps(float(in_parts.result())) == json.dumps(float(metric.result()))


def test_a_truth_whose_id_is_0_is_never_found_by_pycocotools() -> None:
    once = {"boxes": [[[0, 0, 4, 2]]], "labels": [[0]]}
    assert by_pycocotools(once, FOUND, [0.5]) == {0: [pytest.approx(1)]}
    assert by_pycocotools(once, FOUND, [0.5], first_id=0) == {0: [0]}


def test_on_the_edges_of_thresholds() -> None:
    """As in pycocotools: an IoU of the threshold is enough, of 1 too; a recall of 0.35 is less than 0.01 * 35."""
    half = {**FOUND, "boxes": [[[0, 0, 2, 2]]]}
    once = {key: [value[0][:1]] for key, value in TRUTH.items()}
    for threshold, found, expected in ((0.5, half, 1), (0.5 + 1e-9, half, 0), (1.0, FOUND, 1)):
        assert metric_of(once, found, iou_thresholds=[threshold]).result() == expected
    boxes = [[[x, 0, x + 1, 1] for x in range(100)]]
    truth = {"boxes": boxes, "labels": [[0] * 100]}
    for hits, recalls in ((34, 35), (35, 35), (36, 37)):
        found = {"boxes": [boxes[0][:hits]], "labels": [[0] * hits], "scores": [[0.5] * hits]}
        metric = metric_of(truth, found, iou_thresholds=[0.5])
        assert float(metric.result()) == pytest.approx(recalls / 101)


def test_where_there_is_nothing() -> None:
    nothing = {"boxes": np.zeros((1, 0, 4)), "labels": np.zeros((1, 0), "int32")}
    assert math.isnan(MeanAveragePrecision().result())
    assert math.isnan(metric_of(nothing, FOUND).result())
    assert (
        metric_of(TRUTH, {**nothing, "scores": np.zeros((1, 0))}).average_precisions()[0].tolist()
        == [0] * 10
    )
    metric = metric_of(TRUTH, FOUND)
    metric.reset_state()
    assert math.isnan(metric.result())
    not_there = {"boxes": [[[np.nan] * 4]], "labels": [[-1]], "scores": [[np.nan]]}
    assert metric_of(TRUTH, not_there).result() == 0


def test_tensors_and_configuration() -> None:
    truth, found = ({k: ops.convert_to_tensor(v) for k, v in x.items()} for x in (TRUTH, FOUND))
    metric = MeanAveragePrecision([0.5], max_detections=3, recall_points=11)
    metric.update_state(truth, found)
    assert float(metric.result()) == pytest.approx(6 / 11)
    assert keras.backend.standardize_dtype(metric.result().dtype) == "float32"
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(metric))
    assert copy.get_config() == metric.get_config()


def test_a_compiled_function_is_refused() -> None:
    def update(boxes: Any) -> Any:
        MeanAveragePrecision().update_state(TRUTH, {**FOUND, "boxes": boxes})
        return boxes

    with pytest.raises(TypeError, match="outside of compiled functions"):
        compile_function(update)(ops.convert_to_tensor(FOUND["boxes"], "float32"))


WRONG = [
    ("y_true", TRUTH["boxes"]),
    ("y_true", {"boxes": TRUTH["boxes"]}),
    ("y_true", {**TRUTH, "scores": [[1.0, 1.0]]}),
    ("y_true", {**TRUTH, "labels": [[0.0, 1.0]]}),
    ("y_true", {**TRUTH, "labels": [[0]]}),
    ("y_true", {key: value[0] for key, value in TRUTH.items()}),
    ("y_true", {**TRUTH, "boxes": [[[0, 0, 4, 2], [5, 0, 9]]]}),
    ("y_true", {**TRUTH, "boxes": [[[0, 0, 4, 2], [9, 0, 5, 2]]]}),
    ("y_true", {key: value * 2 for key, value in TRUTH.items()}),
    ("y_pred", TRUTH),
    ("y_pred", {**FOUND, "scores": [[math.nan]]}),
    ("y_pred", {**FOUND, "scores": [["high"]]}),
    ("y_pred", {**FOUND, "boxes": [[[0, 0, math.inf, 2]]]}),
]  # fmt: skip


@pytest.mark.parametrize(("argument", "wrong"), WRONG, ids=str)
def test_what_is_refused(argument: str, wrong: Any) -> None:
    states = {"y_true": TRUTH, "y_pred": FOUND} | {argument: wrong}
    refuses("MeanAveragePrecision", argument, lambda: MeanAveragePrecision().update_state(**states))
