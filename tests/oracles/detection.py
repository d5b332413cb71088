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
}
