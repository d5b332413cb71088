"""Which of two classifiers has the larger F1."""

import math
from dataclasses import dataclass

from dlref._text_table import text_table

FEWEST = (
    10  # examples that the classifiers decide differently; with fewer the interval is too narrow
)


@dataclass(frozen=True)
class F1Comparison:
    """Two classifiers on the same examples.

    Args:
        f1: of A and of B, equation (1).
        difference: of the two, equation (3).
        error: its standard error, equation (4).
        interval: its 95 % interval, equations (5) and (6).
        examples: how many there are.
        different: how many of them A and B decide differently.
    """

    f1: tuple[float, float]
    difference: float
    error: float
    interval: tuple[float, float]
    examples: int
    different: int

    @property
    def verdict(self) -> str:
        """`"A"` or `"B"` if it is the better one for certain, else `"not enough examples"`."""
        low, high = self.interval
        if self.different < FEWEST or low <= 0 <= high:
            return "not enough examples"
        return "A" if self.difference > 0 else "B"

    @property
    def needed(self) -> float:
        """About how many examples would tell a difference of this size; infinite where there is none."""
        if self.difference == 0:
            return math.inf
        half = (self.interval[1] - self.interval[0]) / 2
        return max(
            self.examples * (half / self.difference) ** 2, self.examples * FEWEST / self.different
        )

    def __str__(self) -> str:
        """Both scores, the interval of their difference, and what to do."""
        low, high = self.interval
        rows = [("classifier", "F1"), *zip("AB", (f"{each:.1%}" for each in self.f1), strict=True)]
        lines = [
            *text_table(rows),
            f"A − B: {self.difference:+.1%}, 95 % interval {low:+.1%} … {high:+.1%}, of {self.examples:,} examples, "
            f"{self.different:,} of them decided differently.",
        ]
        return "\n".join([*lines, self._advice()])

    def _advice(self) -> str:
        if self.verdict != "not enough examples":
            return f"{self.verdict} is better."
        if not math.isfinite(self.needed):
            return "No difference is seen. Take the one that is cheaper to run."
        return f"Not enough examples to tell. A difference of this size takes about {self.needed:,.0f}."
