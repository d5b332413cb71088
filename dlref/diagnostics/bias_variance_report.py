"""What the errors of a model's sets say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dlref._text_table import text_table
from dlref.diagnostics.bias_variance_texts import TEXTS

ROUNDING = 1e-9  # 0.1 - 0.09 is a little more than 0.01


@dataclass(frozen=True)
class Gap:
    """The gap of two errors.

    Args:
        name: `"bias"`, `"variance"`, `"mismatch"` or `"overfitting to dev"`.
        first: the set whose error is taken away, `"human"` say.
        second: the set from whose error it is taken.
        size: the gap, equations (1) to (4).
        low: where its 95 % interval begins, equation (7).
        high: where it ends, equation (8).
    """

    name: str
    first: str
    second: str
    size: float
    low: float
    high: float


@dataclass(frozen=True)
class BiasVariance:
    """Errors and the gaps between them.

    Args:
        errors: of each set, from 0 to 1.
        examples: how many each error is measured on, where that is known.
        gaps: in the order of the sets.
        tolerance: the largest gap that is not worth any work.
    """

    errors: Mapping[str, float]
    examples: Mapping[str, int]
    gaps: tuple[Gap, ...]
    tolerance: float

    @property
    def large(self) -> tuple[str, ...]:
        """The names of the gaps to work on, the largest first."""
        found = [gap for gap in self.gaps if self.kind(gap) == "large"]
        order = sorted(
            found, key=lambda gap: -round(gap.size, 9)
        )  # ties stay in the order of the sets
        return tuple(gap.name for gap in order)

    @property
    def verdict(self) -> str:
        """The large gaps, `"bias and mismatch"` say; without any `"not enough examples"` or `"good"`."""
        if self.large:
            return " and ".join(self.large)
        open_ = any(self.kind(gap) == "not known" for gap in self.gaps)
        return "not enough examples" if open_ else "good"

    def kind(self, gap: Gap) -> str:
        """`"large"`, `"small"`, `"negative"`, or `"not known"` where the interval leaves that open."""
        largest = max(other.size for other in self.gaps)
        if gap.high < -self.tolerance - ROUNDING:
            return "negative"
        if gap.high <= self.tolerance + ROUNDING:
            return "small"
        if gap.size < largest / 2 - ROUNDING and gap.high < largest:
            return "small"
        certain = gap.low > self.tolerance + ROUNDING and gap.size >= largest / 2 - ROUNDING
        return "large" if certain else "not known"

    def __str__(self) -> str:
        """A table for a terminal, and what to do."""
        return self.report()

    def report(self, language: str = "en") -> str:
        """The same in another language.

        Args:
            language: `"en"` or `"ko"`. Defaults to "en".
        """
        if language not in TEXTS:
            raise ValueError(
                f"BiasVariance.report: `language` must be one of {', '.join(TEXTS)}. Received: {language!r}."
            )
        texts = TEXTS[language]
        rows = [tuple(texts["heads"].split("|"))] + [
            (
                texts[gap.name],
                " - ".join(f"{texts[s]} {self.errors[s]:.2%}" for s in (gap.second, gap.first)),
                f"{gap.size:z.2%}",
                f"{gap.low:z.2%} … {gap.high:z.2%}" if gap.high > gap.low else "",
                texts[self.kind(gap)],
            )
            for gap in self.gaps
        ]
        return "\n".join([*text_table(rows), *self._sentences(texts)])

    def _sentences(self, texts: dict[str, str]) -> Iterator[str]:
        by_name = {gap.name: gap for gap in self.gaps}
        for name in self.large:
            yield texts[f"{name}: large"].format(gap=f"{by_name[name].size:z.2%}")
        for gap in self.gaps:
            if self.kind(gap) == "negative":
                yield texts[f"{gap.name}: negative"]
            if self.kind(gap) == "not known":
                words = {
                    "tolerance": f"{self.tolerance:.2%}",
                    "low": f"{gap.low:z.2%}",
                    "high": f"{gap.high:z.2%}",
                }
                sets = [texts[s] for s in (gap.first, gap.second) if s in self.examples]
                yield texts["more"].format(name=texts[gap.name], sets=", ".join(sets), **words)
        if "variance" in self.large and "mismatch" not in by_name:
            yield texts["no train_dev"]
        if self.verdict == "good":
            yield texts["good"].format(tolerance=f"{self.tolerance:z.2%}")
