"""Rows of the metrics."""

import contextlib
import importlib.util
import io
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import metrics as ours
from dlref.conformance.row import Arrays, Row


def after_each(metric: Any, words: str, draw: Callable[[], Iterable[Any]]) -> Arrays:
    """What a metric says after each of two mini-batches, and after the second alone."""
    first, second = draw(), draw()
    seen = {}
    for name, batch in (("first", first), ("second", second), ("second alone", second)):
        if name == "second alone":
            metric.reset_state()
        metric.update_state(*batch)
        seen[f"{words} after the {name}"] = ops.convert_to_numpy(metric.result())
    return seen


def of_two_batches(metric: Any) -> Arrays:
    """The score after each of two mini-batches of three classes, with weights, and after a new start."""
    rng = np.random.default_rng(0)

    def draw() -> list[Any]:
        y = np.eye(3)[rng.integers(0, 3, 20)]
        y_hat = 0.4 * y + rng.uniform(0, 0.9, (20, 3))
        w = rng.uniform(0, 1e-5, 20)
        return [ops.convert_to_tensor(a, keras.config.floatx()) for a in (y, y_hat, w)]

    return after_each(metric, "score", draw)


class _WithoutEpsilon(keras.metrics.F1Score):
    """With 0 for the epsilon of Keras while it computes the result."""

    def result(self) -> Any:
        epsilon = keras.config.epsilon()
        keras.config.set_epsilon(0.0)
        try:
            return super().result()
        finally:
            keras.config.set_epsilon(epsilon)


def of_pictures(metric: Any) -> Arrays:
    """The average precisions of three classes at ten thresholds, of boxes on a grid in nine pictures."""
    rng = np.random.default_rng(1)
    corner = rng.integers(0, 40, (9, 8, 2))
    boxes = np.concatenate([corner, corner + rng.integers(8, 25, (9, 8, 2))], -1)
    labels = rng.integers(-1, 3, (9, 8))
    near = np.repeat(boxes, 2, 1) + rng.integers(-2, 3, (9, 16, 4))
    classes = np.where(rng.random((9, 16)) < 0.8, np.repeat(labels, 2, 1), 2)
    found = {"boxes": near, "labels": classes, "scores": rng.integers(0, 32, (9, 16)) / 32}
    metric.update_state({"boxes": boxes, "labels": labels}, found)
    each = metric.average_precisions()
    return {f"average precision of class {label}": np.array(each[label]) for label in sorted(each)}


class _COCOeval:
    def __init__(self, thresholds: Any) -> None:
        self.thresholds = thresholds

    def update_state(self, y_true: Any, y_pred: Any) -> None:
        self.given = y_true, y_pred

    def average_precisions(self) -> Any:
        return by_pycocotools(*self.given, self.thresholds)


def by_pycocotools(
    y_true: Any,
    y_pred: Any,
    iou_thresholds: Any,
    max_detections: int = 100,
    recall_points: int = 101,
    first_id: int = 1,
) -> dict[int, list[float]]:
    """What `COCOeval` makes of the same boxes, for each class that it does not leave out."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    with contextlib.redirect_stdout(io.StringIO()):  # it prints what it does
        truth, found = COCO(), COCO()
        for data, boxes in ((truth, y_true), (found, y_pred)):
            data.dataset = _coco(boxes, first_id)  # type: ignore[assignment]
            data.createIndex()
        evaluation = COCOeval(truth, found, "bbox")
        of = evaluation.params
        of.iouThrs, of.maxDets = np.array(iou_thresholds), [max_detections]
        of.recThrs, of.areaRng = np.linspace(0, 1, recall_points), [[0, 1e10]]
        evaluation.evaluate()
        evaluation.accumulate()
    precision = evaluation.eval["precision"][..., 0, 0].mean(1)
    return {c: row.tolist() for c, row in zip(of.catIds, precision.T, strict=True) if row[0] > -1}


def _coco(given: Any, first_id: int) -> dict[str, Any]:
    """Boxes of pictures in the form of COCO's files, a box as its corner and size."""
    annotations = []
    for i, place in enumerate(np.argwhere(np.asarray(given["labels"]) >= 0)):
        values = {key: np.asarray(value)[tuple(place)] for key, value in given.items()}
        x_1, y_1, x_2, y_2 = map(float, values["boxes"])
        size = x_2 - x_1, y_2 - y_1
        entry = {"id": i + first_id, "image_id": int(place[0]), "iscrowd": 0}
        entry |= {"category_id": int(values["labels"]), "bbox": [x_1, y_1, *size]}
        annotations.append(entry | {"area": size[0] * size[1], "score": values.get("scores")})
    images = [{"id": i} for i in range(len(given["labels"]))]
    categories = [{"id": i} for i in sorted({a["category_id"] for a in annotations})]
    return {"images": images, "annotations": annotations, "categories": categories}


def of_pixels(metric: Any) -> Arrays:
    """The mean after each of two mini-batches of pictures of 4 × 5 pixels, with weights, and after a new start.

    Of five classes one is in a prediction and no label, and one in neither.
    """
    rng = np.random.default_rng(0)

    def draw() -> tuple[Any, Any, Any]:
        y, y_hat = rng.integers(0, 3, (2, 4, 5)), rng.integers(0, 4, (2, 4, 5))
        w = rng.uniform(0, 1, (2, 4, 5))
        if not metric.sparse_y_pred:
            y, y_hat = np.eye(5)[y], np.eye(5)[y_hat] + rng.uniform(0, 0.9, (2, 4, 5, 5))
        return y, y_hat, ops.convert_to_tensor(w, keras.config.floatx())

    return after_each(metric, "mean", draw)


ROWS = [
    Row(
        name="metrics.F1Score",
        builtin="keras.metrics.F1Score",
        source="Flowchart C3",
        ours=partial(ours.F1Score, **arguments),
        mapped=partial(_WithoutEpsilon, **arguments),
        mapping=f"{words}, keras.config.set_epsilon(0)",
        unmapped=partial(keras.metrics.F1Score, **arguments),
        sentence="Keras adds 10⁻⁷ to each denominator: with small sample weights its score is far too low.",
        probe=of_two_batches,
        steps=2,
        computes={"jax": "float32"} if "macro" in words or "micro" in words else {},
        modes=("eager",),
        dtypes=("float64", "float32"),
    )
    for words, arguments in (
        ("average = None", {}),
        ("average = “micro”, threshold", {"average": "micro", "threshold": 0.5}),
        ("average = “macro”", {"average": "macro"}),
        ("average = “weighted”, threshold", {"average": "weighted", "threshold": 0.25}),
    )
]
ROWS += [
    Row(
        name="metrics.MeanIoU",
        builtin=f"keras.metrics.{theirs}",
        source="Flowchart C4",
        ours=partial(ours.MeanIoU, 5, **arguments),
        mapped=lambda theirs=theirs: getattr(keras.metrics, theirs)(5, dtype="float32"),
        mapping='dtype = "float32"' + words,
        probe=of_pixels,
        steps=2,
        modes=("eager",),
        dtypes=("float32",),
    )
    for theirs, words, arguments in (
        ("MeanIoU", "", {}),
        (
            "OneHotMeanIoU",
            ", ours with sparse_y_true = sparse_y_pred = False",
            {"sparse_y_true": False, "sparse_y_pred": False},
        ),
    )
]
# For those who have pycocotools, which dlref does not need.
if importlib.util.find_spec("pycocotools"):
    ROWS.append(
        Row(
            name="metrics.MeanAveragePrecision",
            builtin="pycocotools.cocoeval.COCOeval",
            source="COCO",
            ours=ours.MeanAveragePrecision,
            mapped=partial(_COCOeval, np.linspace(0.5, 0.95, 10)),
            mapping="no area ranges, maxDets = [100]",
            probe=of_pictures,
            computes={"any": "float64"},
            modes=("eager",),
            dtypes=("float64",),
        )
    )
