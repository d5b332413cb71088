"""Exponential decay: 0.95 to the power of the epoch."""

import pytest

from dlref.schedules import ExponentialDecay


def test_halves_in_about_fourteen_epochs() -> None:
    alpha = ExponentialDecay(1.0, steps_per_epoch=3)
    assert float(alpha(3 * 13)) > 0.5 > float(alpha(3 * 14))
    assert float(alpha(3 * 14)) == pytest.approx(0.95**14, rel=1e-6)
