r"""Mean average precision: one number for a detector, from the boxes it finds in many pictures.

Source: Flowchart C4 for the IoU; PASCAL VOC and COCO for the rest.

$$ b = \max_j u_j\, \text{iou}_j \tag{1} $$
$$ m = [\, b \ge t \,] \tag{2} $$
$$ h_k = \sum_i [\, i \le k \,]\, m_i \tag{3} $$
$$ f_k = \sum_i [\, i \le k \,]\, (1 - m_i) \tag{4} $$
$$ p = \frac{h}{h + f} \tag{5} $$
$$ r = \frac{h}{n} \tag{6} $$
$$ q(\rho) = \max_k [\, r_k \ge \rho \,]\, p_k \tag{7} $$
$$ a = \frac{1}{L} \sum_{j=1}^{L} q_j \tag{8} $$

In each picture the boxes found come in turn, from the highest score down. $\text{iou}_j$ is the IoU of the box with the
true box $j$; $u_j$ is 1 where that is of its class and still free, else 0. The box is a true positive, $m = 1$, if the
best free one has an IoU of $t$ or more, and takes it; of several that are equally good it takes the last. Then the
boxes of a class from all pictures stand in one list, from the highest score down; of equal scores the one seen first
comes first. $h_k$ and $f_k$ count true and false positives up to the $k$-th, $n$ is the number of true boxes, $p$ the
precision and $r$ the recall. $q_j$ is $q(\rho)$ at the $j$-th of the $L$ recalls $0, 0.01, \dots, 1$, and $a$ the
average precision. Its mean is taken over the classes that have a true box, and over the thresholds.

Equals `pycocotools.cocoeval.COCOeval`, without regions marked as crowds and without ranges of area. All is counted in
NumPy, in float64 on each backend: it is no part of a model, and in float32 boxes would pass a threshold that they miss.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import _checks
from dlref.metrics.found_boxes import padded_boxes

THRESHOLDS = tuple(np.linspace(0.5, 0.95, 10).tolist())


@keras.saving.register_keras_serializable("dlref")
class MeanAveragePrecision(keras.metrics.Metric):
    r"""Mean average precision of boxes, over classes and IoU thresholds.

    `update_state` takes two dictionaries: `y_true` with `"boxes"` $(m, g, 4)$ and `"labels"` $(m, g)$, `y_pred` with
    `"boxes"` $(m, n, 4)$, `"labels"` and `"scores"` $(m, n)$, of $m$ pictures. Boxes are $(x_1, y_1, x_2, y_2)$, labels
    integers; where a label is negative there is no box. It collects what it gets, and so cannot run in a compiled
    function.

    Args:
        iou_thresholds: numbers in (0, 1]. Defaults to None: 0.5, 0.55 to 0.95, as in COCO.
        max_detections: how many boxes of a class count in a picture, those of the highest scores. Defaults to 100.
        recall_points: $L$, how many recalls from 0 to 1; 11 in PASCAL VOC 2007. Defaults to 101, as in COCO.
        name: of the metric. Defaults to "mean_average_precision".
        dtype: of the result. Defaults to None, which is `keras.config.floatx()`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is outside its interval, or boxes, labels and scores do not fit.

    Example:
        >>> metric = MeanAveragePrecision(iou_thresholds=[0.5])
        >>> truth = {"boxes": [[[0, 0, 4, 2], [5, 0, 9, 2]]], "labels": [[0, 0]]}
        >>> found = {"boxes": [[[0, 0, 4, 2]]], "labels": [[0]], "scores": [[0.9]]}
        >>> metric.update_state(truth, found)
        >>> round(float(metric.result()), 3)  # half of the boxes: 51 of the 101 recalls
        0.505
    """

    def __init__(
        self,
        iou_thresholds: Sequence[float] | None = None,
        max_detections: int = 100,
        recall_points: int = 101,
        name: str = "mean_average_precision",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=_checks.text(self, "name", name), dtype=dtype)
        given = THRESHOLDS if iou_thresholds is None else iou_thresholds
        self.iou_thresholds = [
            _checks.real(self, "iou_thresholds", t, "(0, 1]")
            for t in _checks.sequence(self, "iou_thresholds", given)
        ]
        if not self.iou_thresholds:
            raise ValueError(
                "MeanAveragePrecision: `iou_thresholds` must hold at least one number. Received: []."
            )
        self.max_detections = _checks.integer(self, "max_detections", max_detections, 1)
        self.recall_points = _checks.integer(self, "recall_points", recall_points, 2)
        self._direction = "up"  # for callbacks that monitor it
        self.reset_state()

    def update_state(self, y_true: Mapping[str, Any], y_pred: Mapping[str, Any]) -> None:
        """Matches the boxes of $m$ pictures, and keeps their scores and hits."""
        boxes, labels = padded_boxes("y_true", y_true)
        found, classes, scores = padded_boxes("y_pred", y_pred, "scores")
        if len(boxes) != len(found):
            raise ValueError(
                "MeanAveragePrecision: `y_true` and `y_pred` must hold as many pictures. "
                f"Received: {len(boxes)} and {len(found)}."
            )
        order = np.argsort(-scores, 1, kind="stable")
        found = np.take_along_axis(found, order[..., None], 1)
        classes, scores = (np.take_along_axis(x, order, 1) for x in (classes, scores))
        same = classes[:, :, None] == classes[:, None]
        counted = (classes >= 0) & (np.tril(same, -1).sum(2) < self.max_detections)
        # From the last true box on, since `argmax` takes the first of equally good ones.
        iou = _overlaps(found, boxes[:, ::-1])
        iou = np.where(classes[:, :, None] == labels[:, None, ::-1], iou, 0.0)
        hits = _hits(np.where(counted[..., None], iou, 0.0), self.iou_thresholds)
        self._truths.append(labels[labels >= 0])
        self._found.append((classes[counted], scores[counted], hits[counted]))

    def average_precisions(self) -> dict[int, np.ndarray]:
        """The average precision at each threshold, of each class that has a true box."""
        if not self._truths:
            return {}
        labels, n = np.unique(np.concatenate(self._truths), return_counts=True)
        classes, scores, hits = (np.concatenate(x) for x in zip(*self._found, strict=True))
        order = np.argsort(-scores, kind="stable")
        classes, hits = classes[order], hits[order]
        rho = np.linspace(0, 1, self.recall_points)[:, None]
        return {
            int(label): np.array([_average(m, n, rho) for m in hits[classes == label].T])
            for label, n in zip(labels, n, strict=True)
        }

    def result(self) -> Any:
        """The mean over classes and thresholds; NaN without a true box."""
        each = list(self.average_precisions().values())
        return ops.convert_to_tensor(np.mean(each) if each else np.nan, self.dtype)

    def reset_state(self) -> None:
        """Forgets all boxes."""
        self._truths: list[np.ndarray] = []
        self._found: list[tuple[np.ndarray, ...]] = []

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = "iou_thresholds", "max_detections", "recall_points"
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def _overlaps(found: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """The IoU of `dlref.detection.iou`, which on JAX computes in float32."""
    found, boxes = found[:, :, None], boxes[:, None]
    upper_left, lower_right = np.maximum(found, boxes)[..., :2], np.minimum(found, boxes)[..., 2:]
    shared = np.prod(np.maximum(lower_right - upper_left, 0), -1)
    areas = [np.prod(x[..., 2:] - x[..., :2], -1) for x in (found, boxes)]
    return shared / np.where(shared > 0, areas[0] + areas[1] - shared, 1)


def _hits(overlaps: np.ndarray, thresholds: Sequence[float]) -> np.ndarray:
    """Which boxes of each picture are true positives, $(m, n, T)$ for $T$ thresholds."""
    t = np.minimum(thresholds, 1 - 1e-10)  # as in pycocotools
    pictures, size, others = overlaps.shape
    hits = np.zeros((pictures, size, len(t)), bool)
    u = np.ones((pictures, len(t), others))
    for k in range(size if others else 0):
        iou = overlaps[:, k, None]
        b = np.max(u * iou, -1)  # (1)
        m = b >= t  # (2)
        best = np.argmax(u * iou, -1)[..., None]
        u *= (np.arange(others) != best) | ~m[..., None]
        hits[:, k] = m
    return hits


def _average(m: np.ndarray, n: int, rho: np.ndarray) -> float:
    """The average precision of a class at one threshold; the recalls `rho` are a column."""
    if not m.any():
        return 0.0
    h = np.cumsum(m)  # (3)
    f = np.cumsum(1 - m)  # (4)
    p = h / (h + f)  # (5)
    r = h / n  # (6)
    p, r = p[m], r[m]  # a false positive lowers p and leaves r: its p is never the largest
    q = np.max(np.where(r >= rho, p, 0), -1)  # (7)
    a = np.mean(q)  # (8)
    return float(a)
