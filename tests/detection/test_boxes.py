"""Boxes in both forms: there and back, in compiled functions, and what is refused."""

from typing import Any

import numpy as np
import pytest
from keras import ops

from dlref.detection import corners_to_midpoint, midpoint_to_corners
from tests.errors.hostile import refuses
from tests.training import compile_function

CORNERS = np.array([[8, 16, 12, 24], [-3, 0, -3, 5], [0, 0, 0, 0]], "float32")
MIDPOINTS = np.array([[10, 20, 8, 4], [-3, 2.5, 5, 0], [0, 0, 0, 0]], "float32")
BOTH = [(corners_to_midpoint, CORNERS, MIDPOINTS), (midpoint_to_corners, MIDPOINTS, CORNERS)]
both = pytest.mark.parametrize(("convert", "boxes", "expected"), BOTH)


@both
@pytest.mark.parametrize("shape", [(3, 4), (1, 3, 1, 4)])
def test_any_axes_before_the_last(convert: Any, boxes: Any, expected: Any, shape: Any) -> None:
    found = ops.convert_to_numpy(convert(boxes.reshape(shape)))
    assert found.shape == shape and found.reshape(3, 4).tolist() == expected.tolist()
    assert tuple(convert(np.zeros((0, 4))).shape) == (0, 4)


@both
def test_impossible_boxes(convert: Any, boxes: Any, expected: Any) -> None:
    """Refused where the numbers are known; a compiled function computes on, to a negative size or crossed corners."""
    impossible = {"corners_to_midpoint": [3.0, 0, 1, 2], "midpoint_to_corners": [2.0, 1, 2, -2]}
    one = np.array([impossible[convert.__name__]], "float32")
    assert "[[" not in refuses(convert.__name__, "boxes", lambda: convert([*boxes, one[0]]))
    seen = ops.convert_to_numpy(compile_function(convert)(ops.convert_to_tensor(one)))
    other = {"corners_to_midpoint": [2, 1, 2, -2], "midpoint_to_corners": [3, 0, 1, 2]}
    assert seen.tolist() == [other[convert.__name__]]


@both
def test_what_is_no_box(convert: Any, boxes: Any, expected: Any) -> None:
    shapes = ([], [1.0, 2, 3], 4.0, np.zeros((4, 3)), [[0.0, 0, 1, 1], [0.0]])
    numbers = ([[0, 0, np.nan, 1]], [0, 0, np.inf, 1], [0, 0, 1j, 1], None)
    for wrong in (*shapes, *numbers):
        refuses(convert.__name__, "boxes", lambda wrong=wrong: convert(wrong))
