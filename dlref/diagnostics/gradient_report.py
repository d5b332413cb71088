"""What a gradient check found, tensor by tensor and in all."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

import numpy as np

from dlref._text_table import text_table

GREAT, BUG = 1e-7, 1e-3  # the lecture's scale; between them it says to look
ORDER = ("great", "not checked", "look", "bug")


@dataclass(frozen=True)
class Entry:
    """One parameter, and its derivative by both ways."""

    name: str
    approximate: float
    gradient: float

    def __str__(self) -> str:
        """`dense/kernel[3, 0]: 0.25 by differences, 0.5 by the model`."""
        return (
            f"{self.name}: {self.approximate:.9g} by differences, {self.gradient:.9g} by the model"
        )


@dataclass(frozen=True)
class TensorCheck:
    """The gradient of one tensor of parameters, or of all of them.

    Args:
        name: the path of the variable, such as `"dense/kernel"`, or `"in all"`.
        shape: its shape; in all, the number of parameters.
        checked: how many entries were compared.
        kinks: the entries that were not, because the cost has a kink or a jump within epsilon of them.
        ratio: the relative difference, equation (2); NaN where nothing was compared.
        rounding: the ratio that rounding alone can make.
        worst: the entry where both numbers are farthest apart; None where nothing was compared.
        verdict: `"great"`, `"look"`, `"bug"` or `"not checked"`.
        entries: the places of the entries that were looked at, in the flattened tensor.
        approximate: their derivatives by differences, equation (1).
        gradient: their derivatives by the backend's differentiation.
    """

    name: str
    shape: tuple[int, ...]
    checked: int
    kinks: tuple[str, ...]
    ratio: float
    rounding: float
    worst: Entry | None
    verdict: str
    entries: np.ndarray = field(repr=False, compare=False)
    approximate: np.ndarray = field(repr=False, compare=False)
    gradient: np.ndarray = field(repr=False, compare=False)

    @property
    def size(self) -> int:
        """The number of all its entries."""
        return int(np.prod(self.shape))

    @property
    def norm(self) -> float:
        """The sum of the norms of both gradients."""
        return sum(
            float(np.linalg.norm(v[np.isfinite(v)])) for v in (self.approximate, self.gradient)
        )


@dataclass(frozen=True)
class GradientCheck:
    """What a gradient check found.

    Args:
        total: all parameters together.
        tensors: each tensor of parameters.
        cost: J at the model's parameters.
        epsilon: the step of the differences.
        training: whether the model ran as in training.
        not_deterministic: the layers that returned something else for the same inputs the second time.
        not_double: the layers that do not compute in float64.
    """

    total: TensorCheck
    tensors: tuple[TensorCheck, ...]
    cost: float
    epsilon: float
    training: bool
    not_deterministic: tuple[str, ...]
    not_double: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """The worst of all verdicts."""
        return max((check.verdict for check in (self.total, *self.tensors)), key=ORDER.index)

    def __str__(self) -> str:
        """A table for a terminal, and what there is to know besides."""
        heads = ("tensor", "shape", "checked", "kinks", "ratio", "rounding", "verdict")
        rows = [heads, *map(_cells, (*self.tensors, self.total))]
        lines = text_table(rows)
        return "\n".join([*lines, *self._sentences()])

    def _sentences(self) -> Iterator[str]:
        mode = "in training" if self.training else "at test time"
        yield f"J = {self.cost:.6g} as {mode}; epsilon = {self.epsilon:g}; both gradients in float64."
        if self.total.worst:
            yield f"Worst entry: {self.total.worst}."
        if not self.total.norm and not self.not_deterministic:
            yield "Both gradients are 0: the cost does not depend on the parameters here."
        if (seen := len(self.total.entries)) < self.total.size:
            yield f"A sample of {seen:,} of {self.total.size:,} entries: a bug elsewhere is not seen."
        if kinks := self.total.kinks:
            more = f" and {len(kinks) - 5} more" if len(kinks) > 5 else ""
            names = f"{', '.join(kinks[:5])}{more}"
            yield f"Left out for a kink or a jump of J within epsilon (a ReLU at 0, rounding to float32): {names}."
        checks = [c for c in self.tensors if c.checked and c.verdict == "not checked"]
        if checks and self.total.norm:
            yield (
                f"Rounding hides differences in {', '.join(check.name for check in checks)}, whose gradient is small: "
                f"look again with a larger epsilon, such as {100 * self.epsilon:g}."
            )
        if self.not_deterministic:
            names = ", ".join(self.not_deterministic)
            yield (
                f"Nothing is checked, since for the same inputs this returns something else each time: {names}. "
                "Draw with a keras.random.SeedGenerator that the layer holds."
            )
        if self.not_double:
            yield f"Not computed in float64, so that J is rounded: {', '.join(self.not_double)}."


@dataclass(frozen=True)
class Gradients:
    """Both gradients at some of all parameters.

    Args:
        entries: their places in the vector of all parameters, in order.
        a: the derivatives by differences.
        b: by the backend's differentiation.
        rounding: how far apart rounding alone can bring them.
        kinks: where the cost has a kink.
    """

    entries: np.ndarray
    a: np.ndarray
    b: np.ndarray
    rounding: np.ndarray
    kinks: np.ndarray

    def part(self, start: int, end: int) -> "Gradients":
        """Those at the places from `start` to `end`."""
        inside = (self.entries >= start) & (self.entries < end)
        return Gradients(*(getattr(self, f.name)[inside] for f in fields(self)))


def verdict(difference: float, size: float, rounding: float, whole: float) -> str:
    """What the lecture's scale says of a tensor; a difference that rounding explains is none.

    Args:
        difference: the norm of a - b.
        size: the sum of their norms.
        rounding: the largest norm of a - b that rounding makes.
        whole: `size` of all tensors together.
    """
    if not whole:
        return "not checked"
    if difference <= GREAT * size:
        return "great"
    if difference <= rounding:
        is_zero = size <= rounding < BUG * whole
        return "great" if is_zero or rounding < BUG * size else "not checked"
    return "look" if difference < BUG * size else "bug"  # NaN is a bug


def _cells(check: TensorCheck) -> tuple[str, ...]:
    shape = "×".join(map(str, check.shape)) or "()"
    sampled = check.checked + len(check.kinks) < check.size
    checked = f"{check.checked} of {check.size}" if sampled else f"{check.checked}"
    numbers = f"{check.ratio:.1e}", f"{check.rounding:.1e}"
    return (check.name, shape, checked, str(len(check.kinks)), *numbers, check.verdict)
