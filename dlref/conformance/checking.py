"""Compares anybody's Keras object with a row of the conformance table, and names the mistake that it looks like."""

import dataclasses
import inspect
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dlref.conformance import arguments
from dlref.conformance.arguments import Unusable
from dlref.conformance.comparison import LAW, Comparison
from dlref.conformance.row import Row, distance, precision
from dlref.conformance.table import ROWS
from dlref.tuning.command.inputs import load
from dlref.tuning.errors import SweepError


@dataclass(frozen=True)
class Check:
    """What a comparison with one row came to.

    Args:
        against: the row's object: `"optimizers.Adam"`.
        verdict: `"equal"`, `"equal in float32"`, `"differs"` or `"failed"`.
        error: the largest difference, relative to the largest entry of its array or 1.
        first: the first thing that differs: `"parameter of shape (4,) after step 1"`.
        largest: where the difference is largest.
        mistakes: the known mistakes that it behaves like, to rounding; several words are several mistakes at once.
        remarks: what else there is to know, such as an argument that the object does not take.
    """

    against: str
    verdict: str
    error: float
    first: str = ""
    largest: str = ""
    mistakes: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """The result in sentences."""
        lines = [f"{self.against}: {self.verdict}"]
        if self.verdict == "differs":
            lines[0] += f" by {self.error:.2g}" if math.isfinite(self.error) else ", without bound"
            lines.append(f"  first: {self.first}")
            if self.largest != self.first:
                lines.append(f"  most:  {self.largest}")
            lines += [f"  it behaves like the known mistake: {words}" for words in self.mistakes]
            if not self.mistakes:
                lines.append("  it behaves like none of the known mistakes")
        return "\n".join([*lines, *(f"  note:  {remark}" for remark in self.remarks)])


def check(thing: Any, against: str, dtype: str = "float64") -> Check:
    """Compares a Keras object with an object of dlref: in values, gradients and state, over many steps.

    Args:
        thing: a class, which is made with the arguments of the row; an object, whose arguments ours gets; a function
            without arguments that makes one; or, against an activation, a function of tensors.
        against: the name of an object of dlref, such as `"optimizers.Adam"` or `"layers.BatchNormalization"`.
        dtype: the precision to compare in. Defaults to `"float64"`.

    Returns:
        Of the comparisons with the rows of that object the first that differs, or else the first that could be made.

    Raises:
        ValueError: if dlref has no such object.

    Example:
        >>> import keras
        >>> print(check(keras.optimizers.SGD, "optimizers.SGD"))
        optimizers.SGD: equal
        >>> print(check(keras.optimizers.Adam, "optimizers.Adam").mistakes)
        ['epsilon before the correction, as in Keras']
    """
    name = against.removeprefix("dlref.")
    rows = [row for row in ROWS if row.name == name]
    if not rows:
        known = ", ".join(dict.fromkeys(row.name for row in ROWS))
        raise ValueError(f"check: dlref compares nothing called {against!r}. There are: {known}.")
    found = [_against(thing, row, dtype) for row in rows]
    usable = [result for result in found if result.verdict != "failed"]
    wrong = [result for result in usable if result.verdict == "differs"]
    return (wrong or usable or found)[0]


def _against(thing: Any, row: Row, dtype: str) -> Check:
    make, given = arguments.of_row(row.ours)
    with precision(dtype):
        try:
            theirs, taken, remarks = arguments.maker(thing, given, _defaults(make))
            comparison = Comparison(row, theirs, lambda: make(**taken))
            seen, expected = comparison.seen, comparison.expected
        except Exception as failure:  # of whatever kind: it is somebody else's code
            kind = "" if isinstance(failure, Unusable) else f"{type(failure).__name__}: "
            return Check(row.name, "failed", float("inf"), remarks=[f"{kind}{failure}"])
        off = {n: distance(seen[n], expected[n]) if n in seen else math.inf for n in expected}
        largest = max(off, key=lambda n: off[n])
        allowed = LAW if row.law else row.allowed(dtype)
        if off[largest] <= allowed:
            return Check(row.name, "equal", off[largest], remarks=remarks)
        first = next(n for n in off if off[n] > allowed)
        comparison.differs(off[largest])
        mistakes = comparison.mistakes()
        if not mistakes and off[largest] <= row.allowed("float32"):
            remarks.append("the difference is of the size of float32's rounding")
            return Check(row.name, "equal in float32", off[largest], remarks=remarks)
        remarks += comparison.relatives()
    return Check(row.name, "differs", off[largest], first, largest, mistakes, remarks)


def _defaults(make: Callable[..., Any]) -> dict[str, Any]:
    try:
        parameters = inspect.signature(make).parameters
    except (TypeError, ValueError):
        return {}
    return {n: p.default for n, p in parameters.items() if p.kind != p.VAR_KEYWORD}


def main(target: str, against: str, as_json: bool = False) -> int:
    """Checks what `"path/to/file.py:MyAdam"` names, and prints the result.

    Returns:
        The exit code: 0 if it is equal, 1 if it differs.

    Raises:
        SweepError: if there is no such object here or there, or it cannot be made.
    """
    thing = load(target)
    try:
        result = check(thing, against)
    except ValueError as error:
        raise SweepError(str(error)) from error
    if result.verdict == "failed":
        raise SweepError(f"{target}: {'; '.join(result.remarks)}")
    print(
        json.dumps(dataclasses.asdict(result), ensure_ascii=False, indent=2) if as_json else result
    )
    return int(result.verdict == "differs")
