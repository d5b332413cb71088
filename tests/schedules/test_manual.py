"""Manual decay: the boundary belongs to the new stretch, in Keras to the old."""

import keras
import pytest

from dlref.schedules import ManualDecay


def test_the_boundary() -> None:
    ours = ManualDecay([2], [0.5, 0.25], steps_per_epoch=5)
    keras_own = keras.optimizers.schedules.PiecewiseConstantDecay([10], [0.5, 0.25])
    assert [float(ours(step)) for step in (9, 10, 11)] == [0.5, 0.25, 0.25]
    assert [float(keras_own(step)) for step in (9, 10, 11)] == [0.5, 0.5, 0.25]


@pytest.mark.parametrize(
    ("boundaries", "values", "message"),
    [
        ([3, 2], [1, 1, 1], "increase"),
        ([2, 2], [1, 1, 1], "increase"),
        ([2], [1], "one entry more"),
    ],
)
def test_what_does_not_fit_is_refused(boundaries: list, values: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ManualDecay(boundaries, values, steps_per_epoch=5)
