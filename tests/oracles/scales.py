"""The search scales: the value at each quantile of the distribution that the lecture draws from."""

import numpy as np

from dlref.conformance.tuning import quantiles
from dlref.tuning import space
from tests.oracles.case import Case

QUANTILES = np.linspace(0.005, 0.995, 100)


def log_scale(shares):
    """alpha = 10^r, r from -4 to 0."""
    return np.array([10 ** (-4 + share * 4) for share in shares])


def decay_scale(shares):
    """beta = 1 - 10^r, r from -1 to -3."""
    return np.array([1 - 10 ** (-1 - share * 2) for share in shares])


def powers(shares):
    """2^k, each k from 4 to 9 for a sixth of the draws."""
    return np.array([2.0 ** (4 + int(share * 6)) for share in shares])


def at_quantiles(declare):
    return lambda shares: quantiles(declare)["quantiles"]


ORACLES = {
    "tuning.log_uniform": [
        Case(
            at_quantiles(lambda hp: space.log_uniform(hp, "a", 1e-4, 1.0)), log_scale, (QUANTILES,)
        )
    ],
    "tuning.averaging_decay": [
        Case(at_quantiles(lambda hp: space.averaging_decay(hp, "b")), decay_scale, (QUANTILES,))
    ],
    "tuning.power_of_two": [
        Case(at_quantiles(lambda hp: space.power_of_two(hp, "n", 16, 512)), powers, (QUANTILES,))
    ],
}
