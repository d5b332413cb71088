"""Whether models have gone stale, from what they reach on new data before and after training again.

Sources: DLS-C2W3 (intuitions about hyperparameters get stale: re-test occasionally).

The development set is cut into chunks, on each of which all models are measured, so that a difference of two models
is a paired sample with a confidence interval. The intervals of differences are right all together (Bonferroni).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """A value with its confidence interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.4g} [{self.low:.4g}, {self.high:.4g}]"


@dataclass(frozen=True)
class Retested:
    """One of the best trials, on the new data."""

    trial: int
    recorded: float
    stored: Interval  # the objective with the weights it had
    retrained: Interval  # NaN, like the gain, if training again diverged
    gain: Interval  # of training again: positive is better
    rank: int  # after training again, from 1


def interval(values: np.ndarray, comparisons: int = 1) -> Interval:
    """The mean of chunks with its interval, wide enough for so many comparisons.

    Example:
        >>> interval(np.array([0.8, 0.9, 1.0]))
        Interval(value=0.9, low=0.65, high=1.14)
    """
    mean, count = values.mean(), len(values)
    quantile = stats.t.ppf(1 - (1 - LEVEL) / 2 / comparisons, count - 1)
    half = quantile * values.std(ddof=1) / np.sqrt(count)
    return Interval(float(mean), float(mean - half), float(mean + half))


def compare(
    numbers: list[int], scores: list[Any], stored: list[Any], retrained: list[Any], sign: int
) -> list[Retested]:
    """A row for each trial."""
    means = np.array([-sign * values.mean() for values in retrained])
    ranks = stats.rankdata(np.where(np.isnan(means), np.inf, means), method="min")
    rows = zip(numbers, scores, stored, retrained, ranks, strict=True)
    return [
        Retested(
            number,
            score,
            stored=interval(old),
            retrained=interval(new),
            gain=interval(sign * (new - old), comparisons=len(stored)),
            rank=int(rank),
        )
        for number, score, old, new, rank in rows
    ]


@dataclass(frozen=True)
class Verdict:
    """The trials whose weights are stale, whose hyperparameters are, and those that now beat the best."""

    weights: list[int]
    hyperparameters: list[int]
    overtaking: list[int]

    def __bool__(self) -> bool:
        """Whether anything has gone stale."""
        return bool(self.weights or self.hyperparameters or self.overtaking)


def verdict(rows: list[Retested], retrained: list[np.ndarray], sign: int) -> Verdict:
    """What has gone stale beyond chance: training again helps, makes it worse or diverges, or another trial is best."""
    stale = [row.trial for row in rows if row.gain.low > 0]
    worse = [row.trial for row in rows if not row.gain.high >= 0]
    leads = [interval(sign * (new - retrained[0]), max(1, len(rows) - 1)) for new in retrained[1:]]
    overtaking = [
        row.trial
        for row, lead in zip(rows[1:], leads, strict=True)
        if lead.low > 0 or (np.isnan(rows[0].gain.value) and not np.isnan(row.gain.value))
    ]
    return Verdict(stale, worse, overtaking)
