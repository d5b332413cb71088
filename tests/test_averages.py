"""Averages: the window, and the correction of the start."""

import numpy as np
import pytest
from keras import ops

from dlref.averages import bias_correction, exponentially_weighted_average


@pytest.mark.parametrize(("beta", "window", "share"), [(0.9, 10, 0.349), (0.98, 50, 0.364)])
def test_the_window(beta: float, window: int, share: float) -> None:
    """0.9¹⁰ ≈ 0.35 and 0.98⁵⁰ ≈ 0.36, about 1/e: a step change has reached 1 − 1/e of itself after 1/(1 − β) terms."""
    average = ops.convert_to_numpy(exponentially_weighted_average(np.ones(window, "float32"), beta))
    assert 1 - average[-1] == pytest.approx(share, abs=5e-4)


def test_correction_makes_the_start_unbiased() -> None:
    """A constant series: corrected, its average is the constant from the first term on."""
    averages = exponentially_weighted_average(np.full((30, 2), 7.0, "float32"), 0.98)
    assert float(averages[0, 0]) == pytest.approx(0.14, rel=1e-4)
    np.testing.assert_allclose(
        ops.convert_to_numpy(bias_correction(averages, 0.98)), 7.0, rtol=1e-5
    )


def test_the_weights_are_the_powers_of_beta() -> None:
    """v₉₉ = 0.1 θ₉₉ + 0.1 · 0.9 θ₉₈ + …"""
    impulses = np.eye(100, dtype="float32")
    weights = ops.convert_to_numpy(exponentially_weighted_average(impulses, 0.9))[-1][::-1]
    np.testing.assert_allclose(weights, 0.1 * 0.9 ** np.arange(100), rtol=1e-4, atol=1e-9)
