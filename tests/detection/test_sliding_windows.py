"""Sliding windows: the pixels that they hold, one size for all, and what is refused."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.conformance.row import precision
from dlref.detection import sliding_windows
from tests.errors.hostile import refuses


def test_they_hold_what_numpy_cuts_out() -> None:
    picture = np.random.default_rng(0).random((9, 11))
    windows = ops.convert_to_numpy(sliding_windows(picture.shape, [(4, 3)], 2)).astype(int)
    cut = np.lib.stride_tricks.sliding_window_view(picture, (4, 3))[::2, ::2].reshape(-1, 4, 3)
    assert len(windows) == len(cut) == 3 * 5
    for (x_1, y_1, x_2, y_2), expected in zip(windows, cut, strict=True):
        np.testing.assert_array_equal(picture[y_1:y_2, x_1:x_2], expected)


def test_one_stride_and_squares() -> None:
    one, each = (
        sliding_windows((7, 8), [3, np.int64(7)], 2),
        sliding_windows([7, 8], [(3, 3), (7, 7)], [2, 2]),
    )
    assert ops.convert_to_numpy(one).tolist() == ops.convert_to_numpy(each).tolist()


def test_dtype() -> None:
    with precision("float64"):
        found = sliding_windows((10**6, 10**6), [999_999], 1)
        assert keras.backend.standardize_dtype(found.dtype) == "float64"
        assert ops.convert_to_numpy(found)[-1].tolist() == [1, 1, 10**6, 10**6]


WRONG = [
    ("image_size", 8),
    ("image_size", (8, 8, 3)),
    ("image_size", (8.0, 8)),
    ("image_size", (0, 8)),
    ("image_size", "88"),
    ("window_sizes", 3),
    ("window_sizes", []),
    ("window_sizes", [9]),
    ("window_sizes", [(3, 9)]),
    ("window_sizes", [(3, 0)]),
    ("window_sizes", [(3, 3, 3)]),
    ("window_sizes", [2.5]),
    ("strides", 0),
    ("strides", 1.5),
    ("strides", None),
    ("strides", [1, 1]),
    ("strides", "1"),
]


@pytest.mark.parametrize(("argument", "wrong"), WRONG, ids=str)
def test_what_is_refused(argument: str, wrong: Any) -> None:
    given = {"image_size": (8, 8), "window_sizes": [3], "strides": 1} | {argument: wrong}
    refuses("sliding_windows", argument, lambda: sliding_windows(**given))
