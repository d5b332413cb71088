"""What a classifier says that tried to tell two sets apart."""

from dataclasses import dataclass

from scipy.stats import binomtest

LITTLE = 0.6  # an accuracy that mends little: 10 % more than guessing
ADVICE = {
    "same": "Guessing is as good, or nearly: the sets may be of one distribution.",
    "different": "The sets are not of one distribution. Join dev and test set and divide them anew at random; between "
    "training and dev data, put a train-dev set.",
    "not enough examples": "Not enough examples to tell: take more of both sets.",
}


@dataclass(frozen=True)
class SameDistribution:
    """How well two sets can be told apart.

    Args:
        accuracy: of the classifier on examples it has not learned from, equation (1).
        z: its distance from guessing in standard deviations, equation (2).
        examples: how many it was asked about.
    """

    accuracy: float
    z: float
    examples: int

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the accuracy, by Wilson."""
        right = round(self.accuracy * self.examples)
        ends = binomtest(right, self.examples).proportion_ci(method="wilson")
        return float(ends.low), float(ends.high)

    @property
    def pvalue(self) -> float:
        """How often guessing is right as often as this."""
        right = round(self.accuracy * self.examples)
        return float(binomtest(right, self.examples, alternative="greater").pvalue)

    @property
    def verdict(self) -> str:
        """`"different"` if guessing does as well in less than 5 % of all draws, `"same"` if 0.6 is out of reach."""
        if self.pvalue < 0.05:
            return "different"
        return "same" if self.interval[1] < LITTLE else "not enough examples"

    def __str__(self) -> str:
        """The numbers, and what to do."""
        low, high = self.interval
        return (
            f"accuracy {self.accuracy:.1%} of {self.examples} examples, 95 % interval {low:.1%} … {high:.1%}, "
            f"z = {self.z:.2f}; guessing does as well in {self.pvalue:.1%} of all draws.\n{ADVICE[self.verdict]}"
        )
