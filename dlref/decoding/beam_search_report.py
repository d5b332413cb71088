"""What the errors of a beam search say."""

from collections.abc import Iterator
from dataclasses import dataclass

from scipy.stats import binomtest

from dlref._text_table import text_table

CERTAIN = 0.05
ADVICE = {
    "search": "Widen the beam: the model knows better sequences than the search finds.",
    "model": "Work on the model, with more data or another network: it prefers what is wrong, however wide the beam.",
    "not enough examples": "Not enough wrong sequences to tell which is at fault more often. Look at more examples.",
    "no errors": "Every sequence is right.",
}


@dataclass(frozen=True)
class BeamSearchErrors:
    """Who is at fault where sequences are wrong.

    Args:
        faults: of each example, in their order: `"right"`, `"search"` or `"model"`.
        share: how many of the wrong ones are the search's fault, equation (4); 0 where none is wrong.
    """

    faults: tuple[str, ...]
    share: float

    @property
    def wrong(self) -> int:
        """How many are wrong."""
        return len(self.faults) - self.faults.count("right")

    def interval(self, fault: str) -> tuple[float, float]:
        """The 95 % interval of a fault's share among all wrong sequences, by Wilson."""
        ends = binomtest(self.faults.count(fault), self.wrong).proportion_ci(method="wilson")
        return float(ends.low), float(ends.high)

    @property
    def verdict(self) -> str:
        """`"search"` or `"model"`, whichever is at fault more often, `"not enough examples"` or `"no errors"`.

        Were both at fault as often, so uneven counts must be rare (the sign test, 5 %).
        """
        if not self.wrong:
            return "no errors"
        if binomtest(self.faults.count("search"), self.wrong).pvalue > CERTAIN:
            return "not enough examples"
        return "search" if self.share > 0.5 else "model"

    def __str__(self) -> str:
        """A table for a terminal, and what to do."""
        return "\n".join(
            [
                *text_table([("at fault", "examples", "share", "95 % interval"), *self._rows()]),
                self._end(),
            ]
        )

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for fault in ("search", "model") if self.wrong else ():
            count = self.faults.count(fault)
            ends = "{:.0%} … {:.0%}".format(*self.interval(fault))
            yield fault, str(count), f"{count / self.wrong:.0%}", ends

    def _end(self) -> str:
        return f"{self.wrong} of {len(self.faults)} sequences are wrong. {ADVICE[self.verdict]}"
