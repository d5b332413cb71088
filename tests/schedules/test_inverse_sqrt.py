"""Inverse square root decay: by epoch and by mini-batch, and never infinite."""

import pytest
from keras import ops

from dlref.schedules import InverseSqrtDecay


def test_four_times_as_far_is_half_as_fast() -> None:
    by_batch, by_epoch = InverseSqrtDecay(0.4), InverseSqrtDecay(0.4, steps_per_epoch=10)
    for t in (1, 4, 9, 25):
        assert float(by_batch(t - 1)) == pytest.approx(0.4 / t**0.5, rel=1e-6)
        assert float(by_epoch(10 * (t - 1))) == pytest.approx(0.4 / t**0.5, rel=1e-6)


def test_the_first_step_is_finite() -> None:
    """Counted from 0, k/√t would be infinite."""
    assert float(InverseSqrtDecay(0.4)(0)) == pytest.approx(0.4)
    assert float(InverseSqrtDecay(0.4)(ops.convert_to_tensor(-1))) == pytest.approx(0.4)


def test_the_last_step_is_no_overflow() -> None:
    """The largest number of int32 is one more than the largest step: plus 1, t would be negative."""
    last = InverseSqrtDecay(0.4)(ops.convert_to_tensor(2**31 - 1, "int32"))
    assert float(last) == pytest.approx(0.4 / (2**31 - 1) ** 0.5)
