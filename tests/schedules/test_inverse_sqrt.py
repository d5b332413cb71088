"""Inverse square root decay: by epoch and by mini-batch, and never infinite."""

import pytest

from dlref.schedules import InverseSqrtDecay


def test_four_times_as_far_is_half_as_fast() -> None:
    by_batch, by_epoch = InverseSqrtDecay(0.4), InverseSqrtDecay(0.4, steps_per_epoch=10)
    for t in (1, 4, 9, 25):
        assert float(by_batch(t - 1)) == pytest.approx(0.4 / t**0.5, rel=1e-6)
        assert float(by_epoch(10 * (t - 1))) == pytest.approx(0.4 / t**0.5, rel=1e-6)


def test_the_first_step_is_finite() -> None:
    """Counted from 0, k/√t would be infinite."""
    assert float(InverseSqrtDecay(0.4)(0)) == pytest.approx(0.4)
