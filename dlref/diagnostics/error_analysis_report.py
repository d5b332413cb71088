"""What the causes of errors say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scipy.stats import binomtest

from dlref._text_table import text_table

CERTAIN = 0.05


@dataclass(frozen=True)
class Cause:
    """One cause of errors.

    Args:
        name: of the cause.
        count: how many examples have it.
        examples: out of how many.
        share: of the examples, equation (1).
        ceiling: the most of the error that it can cost, equation (2).
        floor: the error of examples that have no other cause, equation (3).
    """

    name: str
    count: int
    examples: int
    share: float
    ceiling: float
    floor: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share among all wrong examples, by Wilson."""
        ends = binomtest(self.count, self.examples).proportion_ci(method="wilson")
        return float(ends.low), float(ends.high)


@dataclass(frozen=True)
class ErrorAnalysis:
    """The causes of a model's errors.

    Args:
        causes: the most frequent first.
        overlaps: how many examples two causes share, equation (4), by their names.
        examples: how many were looked at.
        error: the error that they are a sample of.
        rest: the error that is left when all causes are cured, equation (5).
    """

    causes: tuple[Cause, ...]
    overlaps: Mapping[tuple[str, str], int]
    examples: int
    error: float
    rest: float

    @property
    def open(self) -> tuple[str, ...]:
        """The causes that may be the most frequent one: from the first no difference is certain.

        Examples with both do not count. Of those with one of the two, as many should have either (the sign test, 5 %).
        """
        first = self.causes[0]
        if not first.count:
            return ()
        names = [first.name]
        for other in self.causes[1:]:
            both = self.overlaps[first.name, other.name]
            only, other_only = first.count - both, other.count - both
            if only + other_only == 0 or binomtest(only, only + other_only).pvalue > CERTAIN:
                names.append(other.name)
        return tuple(names)

    @property
    def verdict(self) -> str:
        """The cause to work on first; `"not enough examples"` where it may be several, `"no cause"` without tags."""
        if len(self.open) > 1:
            return "not enough examples"
        return self.open[0] if self.open else "no cause"

    def __str__(self) -> str:
        """A table for a terminal, and what to do."""
        heads = ("cause", "examples", "share", "95 % interval", "ceiling", "floor", "error then")
        rows = [heads] + [
            (
                each.name,
                str(each.count),
                f"{each.share:.0%}",
                "{:.0%} … {:.0%}".format(*each.interval),
                f"{each.ceiling:.2%}",
                f"{each.floor:.2%}",
                f"{self.error - each.ceiling:.2%}",
            )
            for each in self.causes
        ]
        return "\n".join([*text_table(rows), *self._sentences()])

    def _sentences(self) -> Iterator[str]:
        yield f"{self.examples} examples looked at; without a cause: {self.rest:.2%} of the error {self.error:.2%}."
        shared = {frozenset(pair): count for pair, count in self.overlaps.items() if count}
        for pair, count in sorted(shared.items(), key=lambda item: -item[1])[:3]:
            yield f"{count} have both of {' and '.join(sorted(pair))}: their ceilings do not add up."
        if self.verdict == "no cause":
            yield "No example has a cause. Look for what they have in common, and tag it."
        elif len(self.open) > 1:
            yield (
                f"Not enough examples to tell which is the most frequent of {', '.join(self.open)}. Take the one that "
                "is cured most cheaply, or look at more examples."
            )
        else:
            best = self.causes[0]
            yield f"Work on {best.name} first: its cure takes {best.ceiling:.2%} off the error at most."
