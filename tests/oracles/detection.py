"""Boxes, one at a time."""

import math
from functools import partial

import numpy as np
from keras import ops

from dlref import detection
from tests.oracles.case import Case

_rng = np.random.default_rng(17)
MIDPOINTS = _rng.uniform(0.1, 1, (2, 3, 4))


def each_box(rule):
    return lambda boxes: np.apply_along_axis(lambda box: np.array(rule(*box)), -1, boxes)


def corners(b_x, b_y, b_h, b_w):
    left, top = b_x - b_w / 2, b_y - b_h / 2
    return left, top, left + b_w, top + b_h


def midpoint(left, top, right, bottom):
    height, width = bottom - top, right - left
    return left + width / 2, top + height / 2, height, width


def iou(boxes_1, boxes_2):
    """What the two share is what lies between the second and the third of the four sorted sides, where they overlap."""
    found = np.zeros((len(boxes_1), len(boxes_2)))
    for i, j in np.ndindex(found.shape):
        left_1, top_1, right_1, bottom_1 = boxes_1[i]
        left_2, top_2, right_2, bottom_2 = boxes_2[j]
        shared = 0.0
        if left_1 < right_2 and left_2 < right_1 and top_1 < bottom_2 and top_2 < bottom_1:
            _, left, right, _ = sorted([left_1, left_2, right_1, right_2])
            _, top, bottom, _ = sorted([top_1, top_2, bottom_1, bottom_2])
            shared = (right - left) * (bottom - top)
        both = (right_1 - left_1) * (bottom_1 - top_1) + (right_2 - left_2) * (bottom_2 - top_2)
        found[i, j] = shared / (both - shared) if both > 0 else 0.0
    return found


def selected(select, size, threshold, lowest, boxes, scores, classes):
    """By class and not."""
    limits = size, threshold, lowest
    found = [select(boxes, scores, *limits), select(boxes, scores, *limits, classes)]
    return ops.stack([ops.convert_to_tensor(each, "int32") for each in found])


def non_max_suppression(boxes, scores, size, threshold, lowest, classes=None):
    """As the lecture says it: of those that are left take the best, and discard those that overlap it."""
    classes = [0] * len(boxes) if classes is None else classes
    left = [i for i in range(len(boxes)) if scores[i] > lowest]
    chosen = []
    while left and len(chosen) < size:
        best = max(left, key=lambda i: (scores[i], -i))
        chosen.append(best)
        overlaps = iou(boxes[[best]], boxes)[0]
        left = [
            i
            for i in left
            if i != best and not (classes[i] == classes[best] and overlaps[i] >= threshold)
        ]
    return np.array(chosen + [-1] * (size - len(chosen)))


def soft_non_max_suppression(boxes, scores, classes, size, sigma, lowest, threshold=None):
    """Bodla et al. 2017, figure 2: take the best of what is left, and lower the scores of the others."""
    scores, taken, by_then = list(scores), [], []
    while len(taken) < size:
        left = [i for i in range(len(boxes)) if i not in taken and scores[i] > lowest]
        if not left:
            break
        best = max(left, key=lambda i: scores[i])
        taken.append(best)
        by_then.append(scores[best])
        for i in left:
            if classes[i] == classes[best]:
                overlap = iou(boxes[[best]], boxes[[i]])[0, 0]
                if threshold is None:
                    scores[i] *= math.exp(-overlap * overlap / sigma)
                elif overlap >= threshold:
                    scores[i] -= scores[i] * overlap
    empty = size - len(taken)
    return np.array([taken + [-1] * empty, by_then + [0.0] * empty])


def softly(size, sigma, lowest, threshold, boxes, scores, classes):
    limits = size, sigma, lowest
    places, found = detection.soft_non_max_suppression(boxes, scores, *limits, classes, threshold)
    return ops.stack([ops.cast(places, found.dtype), found])


def sliding_windows(picture, sizes, strides):
    """Move a window over the picture until it leaves it."""
    found = []
    for (height, width), stride in zip(sizes, strides, strict=True):
        top = 0
        while top + height <= picture[0]:
            left = 0
            while left + width <= picture[1]:
                found.append([left, top, left + width, top + height])
                left += stride
            top += stride
    return np.array(found)


def yolo_target(anchors, n, kinds, boxes, classes):
    """Object by object: the last cell that does not begin right of it or below, and the anchor box of the best IoU."""
    y = np.zeros((n, n, len(anchors), 5 + kinds))
    for box, kind in zip(boxes, classes, strict=True):
        if kind < 0:
            continue
        x_mid, y_mid, height, width = midpoint(*box)
        row = max(r for r in range(n) if r / n <= y_mid)
        column = max(r for r in range(n) if r / n <= x_mid)
        placed = np.array(
            [[x_mid - w / 2, y_mid - h / 2, x_mid + w / 2, y_mid + h / 2] for h, w in anchors]
        )
        best = int(np.argmax(iou(np.array([box]), placed)[0]))
        if y[row, column, best, 0] == 0:
            one = [x_mid * n - column, y_mid * n - row, height * n, width * n]
            y[row, column, best] = [1.0, *one, *[float(k == kind) for k in range(kinds)]]
    return y


def yolo_decode(y):
    """Of every cell and anchor box (x_1, y_1, x_2, y_2, score, class)."""
    n, found = len(y), []
    for row, column, anchor in np.ndindex(y.shape[:3]):
        there, x_in, y_in, height, width, *of_class = y[row, column, anchor]
        box = corners((column + x_in) / n, (row + y_in) / n, max(height, 0) / n, max(width, 0) / n)
        found.append([*box, there * max(of_class), of_class.index(max(of_class))])
    return np.array(found)


def decoded(y):
    boxes, scores, classes = detection.yolo_decode(y)
    return ops.concatenate([boxes, scores[:, None], ops.cast(classes, boxes.dtype)[:, None]], -1)


# On a grid of 4, in halves of a cell: inside, on lines, on the edges, twice in one cell, and one that is no object.
MIDDLES = np.array([[1, 1], [2, 3], [4, 4], [8, 8], [0, 8], [8, 5], [1, 1], [1, 1], [5, 7]]) / 8
HALVES = np.array([[3, 1], [1, 3], [2, 2], [3, 2], [1, 1], [3, 4], [1, 3], [2, 1], [1, 1]]) / 16
OBJECTS = np.concatenate([MIDDLES - HALVES, MIDDLES + HALVES], -1)
OF_CLASS = np.array([0, 1, 2, 1, 0, 2, 1, 2, -1])
HIGH_AND_WIDE = [[0.375, 0.125], [0.125, 0.375]]
INSIDE = 0.05 + 0.4 * np.random.default_rng(18).random((3, 2))
INSIDE = np.concatenate([INSIDE, INSIDE + [[0.31, 0.13], [0.12, 0.33], [0.21, 0.4]]], -1)
OUTPUT = np.random.default_rng(19).uniform(0.1, 1, (3, 3, 2, 8))
NEGATIVE = OUTPUT - 0.5
FOUR = np.array([[0.0, 0, 2, 3], [1, 1, 4, 2], [-1, -1, 5, 6], [3, 4, 3.5, 7]])
FIVE = np.array(
    [
        [0.5, 0.3, 2.5, 2.1],
        [1.2, 1.1, 4.1, 2.2],
        [8, 8, 9, 9.0],
        [0.1, 3.2, 3.2, 5],
        [2.1, 0.2, 3.1, 1.5],
    ]
)
# A row of boxes of 4 × 2, each 1 to the right of the one before: IoUs of 0.6, 1/3 and 1/7.
ROW = np.array([[x, 0, x + 4, 2] for x in range(9)] + [[x / 2, 0, x / 2 + 4, 2] for x in (1, 12)])
SCORES = np.array([0.875, 0.75, 0.75, 0.625, 0.5, 0.5, 0.375, 0.25, 0.25, 0.625, 0.125])
CLASSES = np.array([0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 1])
NOTHING = np.array([[0.0, 0, 0, 0], [2, 0, 2, 3], [0, 0, 2, 3]])
ORACLES = {
    "detection.midpoint_to_corners": [
        Case(detection.midpoint_to_corners, each_box(corners), (MIDPOINTS,), True)
    ],
    "detection.corners_to_midpoint": [
        Case(
            detection.corners_to_midpoint,
            each_box(midpoint),
            (each_box(corners)(MIDPOINTS),),
            True,
        )
    ],
    "detection.iou": [
        Case(detection.iou, iou, (FOUR, FIVE), True),
        *[
            Case(lambda boxes: detection.iou(boxes, boxes), lambda boxes: iou(boxes, boxes), (x,))
            for x in (FOUR, NOTHING)
        ],
    ],
    "detection.non_max_suppression": [
        Case(
            partial(selected, detection.non_max_suppression, *limits),
            partial(selected, non_max_suppression, *limits),
            (ROW, SCORES, CLASSES),
        )
        for limits in ((7, 0.6, 0.25), (7, 1 / 3, -np.inf), (7, 0.5, 0.125))
    ],
    "detection.soft_non_max_suppression": [
        Case(
            partial(softly, *limits),
            lambda *given, limits=limits: soft_non_max_suppression(*given, *limits),
            (ROW, SCORES, CLASSES),
        )
        for limits in ((8, 0.5, 0.2, None), (8, 0.1, 0.0, None), (8, 1.0, 0.125, 1 / 3))
    ],
    "detection.sliding_windows": [
        Case(detection.sliding_windows, sliding_windows, given)
        for given in (
            (np.array([9, 12]), np.array([[3, 4], [5, 2]]), np.array([2, 3])),
            (np.array([5, 5]), np.array([[5, 5]]), np.array([4])),
        )
    ],
    "detection.yolo_target": [
        Case(
            lambda boxes: detection.yolo_target(boxes, OF_CLASS, HIGH_AND_WIDE, 4, 3),
            lambda boxes: yolo_target(HIGH_AND_WIDE, 4, 3, boxes, OF_CLASS),
            (OBJECTS,),
        ),
        Case(
            lambda boxes: detection.yolo_target(boxes, [1, 0, 1], HIGH_AND_WIDE, 3, 2),
            lambda boxes: yolo_target(HIGH_AND_WIDE, 3, 2, boxes, [1, 0, 1]),
            (INSIDE,),
            True,
        ),
    ],
    "detection.yolo_decode": [
        Case(decoded, yolo_decode, (OUTPUT,), True),
        Case(decoded, yolo_decode, (NEGATIVE,)),
    ],
}
