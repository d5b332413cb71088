"""One piece of advice of the babysitter."""

from dataclasses import dataclass, field
from typing import Any

from dlref.tuning.babysitting.texts import TEXTS


@dataclass(frozen=True)
class Advice:
    """One piece of advice; it is said again when its `mark` is another one."""

    key: str
    level: str  # "error", "warning" or "note"
    values: dict[str, str] = field(default_factory=dict)
    mark: tuple[Any, ...] = ()

    def text(self, language: str) -> str:
        """In English or Korean."""
        return TEXTS[self.key][language].format(**self.values)


def rates(rate: float, factor: float) -> dict[str, str]:
    """A learning rate, and the other one to try, to be put into a text."""
    return {"rate": show(rate), "other": show(rate * factor)}


def show(value: float | None) -> str:
    """A number to be put into a text."""
    return "?" if value is None else f"{value:.3g}"
