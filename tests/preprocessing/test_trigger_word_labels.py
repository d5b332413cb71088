"""Labels of trigger words: a whole clip of the lecture's size, the order of the ends, and what is not in the clip."""

import numpy as np
import pytest

from dlref.preprocessing import trigger_word_labels
from tests.errors.hostile import refuses


def test_the_lecture_s_clip() -> None:
    """50 of 1,375 steps for each word, fewer where the clip ends before."""
    y = trigger_word_labels([100, 700, 1350], 1375)
    assert y.shape == (1375,) and y.dtype == "float32"
    assert np.flatnonzero(y).tolist() == [*range(101, 151), *range(701, 751), *range(1351, 1375)]


@pytest.mark.parametrize("ends", [[7, 2, 4], (2, 4, 7), np.array([4, 7, 2, 2])])
def test_ends_in_any_order(ends: list[int]) -> None:
    assert trigger_word_labels(ends, 10, 2).tolist() == [0, 0, 0, 1, 1, 1, 1, 0, 1, 1]


def test_a_clip_without_a_word_and_one_of_one_step() -> None:
    assert not trigger_word_labels([], 5).any()
    assert trigger_word_labels([0], 1).tolist() == [0]


def test_refuses() -> None:
    for ends in ([5], [-1], [1.0]):
        refuses("trigger_word_labels", "ends", lambda e=ends: trigger_word_labels(e, 5))
    refuses("trigger_word_labels", "steps", lambda: trigger_word_labels([], 0))
