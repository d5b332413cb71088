"""Somebody's object against ours, and against wrong versions of ours."""

import contextlib
import functools
import inspect
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlref.conformance.mistakes import KNOWN
from dlref.conformance.mutation import functions_of, holding, mutated, statement_mutants
from dlref.conformance.row import Arrays, Row, distance
from dlref.conformance.table import ROWS

# To be called a mistake an object must come a hundred times nearer to it than to ours, and at least this near.
ALIKE, FLOAT32 = 1e-9, 1e-5
LAW = 0.02  # what 200,000 draws leave open


@dataclass
class Comparison:
    """Somebody's object, ours, and wrong versions of ours, over the probe of one row.

    A few steps of the probe rule most mistakes out; the whole of it decides.
    """

    row: Row
    theirs: Callable[[], Any]
    ours: Callable[[], Any]

    def __post_init__(self) -> None:
        self.probe = self.row.law or self.row.probe
        self.glance: Any = self.probe
        with contextlib.suppress(TypeError, ValueError):
            if "steps" in inspect.signature(self.probe).parameters:
                self.glance = functools.partial(self.glance, steps=2)
        self.glanced = self.glance(self.theirs())
        self.seen = self.glanced if self.glance is self.probe else self.probe(self.theirs())
        self.expected = self.probe(self.ours())

    def differs(self, by: float) -> None:
        """Notes how far theirs lies from ours."""
        self.near = LAW if self.row.law else max(ALIKE, min(FLOAT32, by / 100))

    def mistakes(self) -> list[str]:
        """The mistakes that give what was seen: known ones, slips in a numbered line, two known ones at once."""
        known = KNOWN.get(self.row.name, {})
        found = [words for words, change in known.items() if self._like(change)]
        if found:
            return found
        for function in next(functions_of(self.row.name)):
            for number, what, change in statement_mutants(function):
                if self._like(change):
                    return [f"in line ({number}), {what}"]
        pairs = itertools.combinations(known.items(), 2)
        return [f"{a}; {b}" for (a, one), (b, other) in pairs if self._like(one, other)]

    def relatives(self) -> list[str]:
        """What else it is: the built-in of the row, or another object of dlref that is probed in the same way."""
        found = []
        if self.row.unmapped and self._equals(self.row.unmapped):
            found.append(f"it equals {self.row.builtin}. {self.row.sentence}")
        others = (r for r in ROWS if r.probe is self.row.probe and r.name != self.row.name)
        names = [f"it equals dlref.{other.name}" for other in others if self._equals(other.ours)]
        return found + list(dict.fromkeys(names))

    def _like(self, *changes: tuple[str, str]) -> bool:
        functions: dict[Any, list[tuple[str, str]]] = {}
        with contextlib.ExitStack() as stack:
            try:
                for change in changes:
                    functions.setdefault(holding(self.row.name, change[0]), []).append(change)
                for function, changed in functions.items():
                    stack.enter_context(mutated(function, *changed))
                return self._equals(self.ours)
            except (
                Exception
            ):  # of changes that exclude each other, or cannot run with these arguments
                return False

    def _equals(self, make: Callable[[], Any]) -> bool:
        """Whether an object does the same as theirs, also where both give NaN."""
        if not _same(self.glanced, self.glance(make()), self.near):
            return False
        return self.glance is self.probe or _same(self.seen, self.probe(make()), self.near)


def _same(seen: Arrays, mutant: Arrays, near: float) -> bool:
    if set(seen) != set(mutant):
        return False
    for name in seen:
        a, b = (np.asarray(x[name], "float64") for x in (seen, mutant))
        if a.shape != b.shape or (np.isfinite(a) != np.isfinite(b)).any():
            return False
        finite = np.isfinite(a)
        if not distance(a[finite], b[finite]) <= near:
            return False
    return True
