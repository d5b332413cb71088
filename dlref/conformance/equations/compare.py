"""Whether a numbered equation and its statement are the same expression, and how far that is known.

*exact*: their difference is 0 for every value of the symbols, by SymPy. *exact but for constants*: the same, with
constants of the statement in floating point. *sampled*: equal to 50 digits at 200 random rational points, with sums and
largest entries over 2 to 4 entries. *built*: a layer of a network, of which the line builds just these outputs and
parameters. *differs*: not equal at the point that is named. *undecided*: cannot be read or run.
"""

import ast
import itertools
import random
from typing import Any

import numpy as np
import sympy

from dlref.conformance.equations.arrays import DIGITS, as_number
from dlref.conformance.equations.pairs import Comparison, Pair
from dlref.conformance.equations.points import point, sides

POINTS = 200
QUICK = 20  # points that a pair is tried at before anything is simplified
TOLERANCE = sympy.Float(10) ** -50
EQUAL = ("exact", "exact but for constants", "sampled", "built")
VERDICTS = (*EQUAL, "differs", "undecided")


def compare(pair: Pair, points: int = POINTS) -> Comparison:
    """The verdict on an equation and its statement."""
    if not _sets_the_target(pair):
        verdict, detail = "differs", f"{pair.statement.target} is not {pair.reading.target}"
    else:
        verdict, detail = _verdict(pair, points, frozenset())
        expanded = frozenset(pair.earlier) & pair.names
        if verdict == "differs" and expanded:  # equal only by what the equations before it say?
            with_earlier = _verdict(pair, points, expanded)
            if with_earlier[0] in EQUAL:
                verdict, detail = with_earlier
    return Comparison(
        pair.name,
        pair.module.__name__,
        pair.number,
        pair.tex,
        " = ".join(map(ast.unparse, pair.reading.members)),
        ast.unparse(pair.statement.value),
        verdict,
        detail,
    )


def _sets_the_target(pair: Pair) -> bool:
    """Whether the statement sets what stands left of the equation, if need be before others; what returns may."""
    target, name = pair.statement.target, pair.reading.target
    if not target or not name:
        return True
    first = target.strip("()").partition(",")[0]  # of `H, alpha = ...`
    return first.removeprefix("self.") in (name, pair.aliases.get(name))


def _verdict(pair: Pair, points: int, expanded: frozenset[str]) -> tuple[str, str]:
    try:
        if point := _sampled(pair, min(points, QUICK), expanded):
            return "differs", point
        if kind := _exact(pair, expanded):
            return kind, ""
        if point := _sampled(pair, points, expanded):
            return "differs", point
    except Exception as error:  # of the statement: it must not end the other comparisons
        return "undecided", f"{type(error).__name__}: {error}"
    return "sampled", ""


def _exact(pair: Pair, expanded: frozenset[str]) -> str:
    """Whether each difference simplifies to 0, for expressions of single symbols."""
    if pair.ranks:
        return ""
    constants = [n.value for n in ast.walk(pair.statement.value) if isinstance(n, ast.Constant)]
    kind = "exact but for constants" if any(type(v) is float for v in constants) else "exact"
    for zeros_and_ones in itertools.product((0, 1), repeat=len(pair.binary)):
        binary = dict(zip(sorted(pair.binary), map(sympy.Integer, zeros_and_ones), strict=True))
        values = {
            name: sympy.Symbol(name, **_assumptions(pair.domains.get(name))) for name in pair.free
        } | binary
        for left, right in sides(pair, values, expanded):
            difference = as_number(sympy.sympify(left)) - as_number(sympy.sympify(right))
            if not _is_zero(difference):
                return ""
    return kind


def _is_zero(difference: Any) -> bool:
    if difference == 0:
        return True
    if sympy.simplify(difference) == 0:
        return True
    return sympy.simplify(sympy.piecewise_fold(difference.rewrite(sympy.Piecewise))) == 0


def _sampled(pair: Pair, points: int, expanded: frozenset[str]) -> str:
    """A point where the two differ, as text; empty if there is none among `points`."""
    rng, left_out = random.Random(0), 0
    while points:
        values = point(pair, rng)
        seed = rng.random()
        for left, right in sides(pair, values, expanded):
            left, right = _numbers(left, seed), _numbers(right, seed)
            if left is None and right is None:
                left_out += 1
                if left_out > 100 * POINTS:
                    raise ArithmeticError("neither side is real anywhere")
                break
            if left is None or right is None or not _agree(left, right):
                numbers = sorted((n, v) for n, v in values.items() if isinstance(v, sympy.Float))
                return ", ".join(f"{n} = {float(v):.4g}" for n, v in numbers) or "everywhere"
        else:
            points -= 1
    return ""


def _numbers(value: Any, seed: float) -> Any:
    """An array of real numbers; None if an entry is none."""
    entries = [sympy.sympify(v) for v in np.ravel(np.asarray(value, dtype=object))]
    free = set().union(*(entry.free_symbols for entry in entries))
    for symbol in sorted(free, key=str):  # a draw: the same number on both sides
        drawn = random.Random(f"{symbol} {seed}")
        part = sympy.Float(sympy.Rational(drawn.randint(1, 999), 1000), DIGITS)
        entries = [entry.subs(symbol, part) for entry in entries]
    entries = [as_number(entry).evalf(DIGITS) for entry in entries]
    if not all(entry.is_number and entry.is_real and entry.is_finite for entry in entries):
        return None
    return np.array(entries, dtype=object).reshape([n for n in np.shape(value) if n != 1])


def _agree(left: Any, right: Any) -> bool:
    try:
        left, right = np.broadcast_arrays(left, right)
    except ValueError:
        return False
    return all(
        abs(a - b) <= TOLERANCE * max(1, abs(a)) for a, b in zip(left.flat, right.flat, strict=True)
    )


def _assumptions(domain: tuple[float, float] | None) -> dict[str, bool]:
    return {"positive": True} if domain and domain[0] >= 0 else {"real": True}
