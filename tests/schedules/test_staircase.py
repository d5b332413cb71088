"""Staircase decay: halving."""

from dlref.schedules import StaircaseDecay


def test_halves_every_tenth_epoch() -> None:
    alpha = StaircaseDecay(0.5, steps_per_epoch=2)
    assert [float(alpha(2 * epoch)) for epoch in (0, 9, 10, 19, 20)] == [
        0.5,
        0.5,
        0.25,
        0.25,
        0.125,
    ]
