"""Several objectives: the trials that no other beats in all of them."""

from collections.abc import Sequence

import numpy as np


def best_tradeoffs(costs: Sequence[Sequence[float]]) -> np.ndarray:
    """Which of these rows no other row beats, where small is good.

    Example:
        >>> best_tradeoffs([[1, 3], [2, 2], [3, 3], [3, 1]])
        array([ True,  True, False,  True])
    """
    left, best = np.arange(len(costs)), np.zeros(len(costs), bool)
    table = np.array(costs, float)
    while left.size:
        first = left[np.argmin(table[left].sum(axis=1))]  # nothing beats the smallest sum
        best[first] = True
        better = (table[left] < table[first]).any(axis=1)
        best[left] |= (table[left] == table[first]).all(axis=1)
        left = left[better]
    return best
