"""Inverse time decay: the lecture's table."""

import numpy as np

from dlref.schedules import InverseTimeDecay


def test_the_table_of_the_lecture() -> None:
    """alpha_0 = 0.2, decay_rate = 1: 0.1, 0.067, 0.05, 0.04 for epoch = 1, 2, 3, 4, that is once so many are over."""
    alpha = InverseTimeDecay(0.2, steps_per_epoch=5, decay_rate=1.0)
    seen = [float(alpha(5 * epoch)) for epoch in range(5)]
    np.testing.assert_allclose(seen, [0.2, 0.1, 0.0667, 0.05, 0.04], atol=5e-5)
