"""Boxes, one at a time."""

import numpy as np

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
}
