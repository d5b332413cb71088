"""Which of several models is the best."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dlref._text_table import text_table


@dataclass(frozen=True)
class BestModel:
    """The choice among models.

    Args:
        models: their metrics, by name.
        metric: the optimizing one.
        bounds: on the satisficing ones.
        best: the name of the model that equations (1) and (2) choose, or None where none keeps the bounds.
        tied: the others that may be as good.
        kept: the models that keep all bounds.
    """

    models: Mapping[str, Mapping[str, Any]]
    metric: str
    bounds: tuple[str, ...]
    best: str | None
    tied: tuple[str, ...]
    kept: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """The best model; `"B or A"` where others may be as good, `"none"` where no model keeps the bounds."""
        return " or ".join([self.best, *self.tied]) if self.best is not None else "none"

    def __str__(self) -> str:
        """A table for a terminal, and what to do."""
        names = list(dict.fromkeys(name for metrics in self.models.values() for name in metrics))
        rows = [("model", *map(str, names), "keeps the bounds", "verdict")] + [
            (
                model,
                *(_shown(metrics.get(name, "")) for name in names),
                "yes" if model in self.kept else "no",
                "best" if model == self.best else "as good" if model in self.tied else "",
            )
            for model, metrics in self.models.items()
        ]
        return "\n".join([*text_table(rows), *self._sentences()])

    def _sentences(self) -> Iterator[str]:
        if self.best is None:
            yield f"No model keeps {' and '.join(self.bounds)}: loosen a bound, or make a model smaller."
        elif self.tied:
            yield (
                f"{self.metric} does not tell {self.verdict} apart. Take the one that is cheaper to run, or measure on "
                "more examples."
            )


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, int | float) else str(value)
