"""Values for the symbols of an equation, and what both sides are with them."""

import ast
import math
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import sympy

from dlref.conformance.equations import statements
from dlref.conformance.equations.arrays import DIGITS, array
from dlref.conformance.equations.exact import evaluated, with_exact_constants
from dlref.conformance.equations.pairs import Pair
from dlref.conformance.equations.stand_ins import STAND_INS

# Where a symbol has more entries than another or axes that no sum runs over.
SIZES = {
    ("dlref.schedules.manual", "alpha"): lambda n: (n + 1,),
    ("dlref.layers.batch_normalization", "z"): lambda n: (n, 2),
    ("dlref.layers.conv2d", "w"): lambda n: (2, 2, n),
    ("dlref.layers.conv2d", "x"): lambda n: (6, 5, n),
    **{("dlref.layers.pooling", name): lambda n: (6, 5) for name in "xm"},
    **{("dlref.layers.conv2d_transpose", name): lambda n: (2, 2, n) for name in "wx"},
    **{("dlref.embeddings.debiasing", name): lambda n: (n, 2) for name in "xy"},
    ("dlref.layers.normalization", "x"): lambda n: (n, 2),
    ("dlref.layers.pca", "x"): lambda n: (n, 2),
    ("dlref.layers.whole_set_statistics", "z"): lambda n: (n, 2),
    **{("dlref.losses.dice", name): lambda n: (n, 2) for name in ("p", "y")},
    **{
        ("dlref.by_hand.logistic_regression", name): lambda n: (1, n)
        for name in ("A", "Y", "Z", "dZ")
    },
    **{("dlref.by_hand.deep_network", name): lambda n: (1, n) for name in ("A", "Y")},
    **{("dlref.by_hand.deep_network", name): lambda n: (n, n) for name in ("Z",)},
    **{  # with more entries SymPy adds for seconds
        ("dlref.layers.multi_head_attention", name): lambda n, rank=rank: (2,) * rank
        for rank, names in enumerate(("b_O", "q k v b_Q b_K b_V", "W_Q W_K W_V W_O H"), start=1)
        for name in names.split()
    },
    ("dlref.layers.positional_encoding", "a"): lambda n: (2, 2),  # an exponential takes SymPy long
    ("dlref.models.style_transfer", "A"): lambda n: (n + 1, n),
    ("dlref.by_hand.deep_network", "b"): lambda n: (n, 1),
}
# Symbols that are whole numbers: from one to another.
WHOLE = {
    ("dlref.layers.conv2d", "s"): (1, 3),
    ("dlref.layers.conv2d", "f"): (2, 2),
    ("dlref.layers.conv2d_transpose", "s"): (1, 3),
    **{("dlref.detection.non_max_suppression", name): (0, 1) for name in "km"},
    ("dlref.decoding.beam_search", "B"): (1, 2),
    ("dlref.decoding.sampling", "K"): (1, 2),
    ("dlref.layers.attention", "m"): (0, 1),
    ("dlref.layers.pooling", "s"): (1, 3),
    ("dlref.layers.pooling", "f"): (1, 3),
}


def point(pair: Pair, rng: random.Random) -> dict[str, Any]:
    """A random rational for each symbol, inside its interval; half the time all between 0 and 1.

    A quarter of the points are of a few values only, so that some are equal: < and ≤ differ nowhere else.
    """
    small, n = rng.random() < 0.5, rng.randint(2, 4)
    parts = (2000, 4000, 6000, 8000) if rng.random() < 0.25 else range(1, 10000)

    def draw(name: str) -> Any:
        if whole := WHOLE.get((pair.module.__name__, name)):
            return sympy.Integer(rng.randint(*whole))
        low, high = pair.domains.get(name, (0.0, 1.0) if small else (-3.0, 3.0))
        low, high = map(sympy.Rational, (max(low, -3.0), min(high, low + 4.0)))
        part = sympy.Rational(rng.choice(parts), 10000)
        return sympy.Float(low + (high - low) * part, DIGITS)

    values: dict[str, Any] = {}
    for name in sorted(pair.free):
        own_size = SIZES.get((pair.module.__name__, name))
        shape = own_size(n) if own_size else (n,) * pair.ranks.get(name, 0)
        entries = [draw(name) for _ in range(math.prod(shape))]
        values[name] = array(np.reshape(np.array(entries, dtype=object), shape))
    return values | {name: sympy.Integer(rng.randint(0, 1)) for name in pair.binary}


def sides(
    pair: Pair, values: dict[str, Any], expanded: frozenset[str]
) -> Iterator[tuple[Any, Any]]:
    """Each member of the equation with what the statement computes, for each way to it."""
    values = values | _counts(pair, values)
    for name, meaning in pair.legend.items():
        if name in pair.names:
            values[name] = evaluated(meaning, values)
    known = values | STAND_INS.get(pair.module.__name__, lambda _: {})(values)
    for name in expanded:
        values[name] = evaluated(pair.earlier[name], values)
    exact = pair.statement.with_value(with_exact_constants(pair.statement.value))
    for line in statements.run(exact, pair.module, known, pair.instance, expanded):
        for member in pair.reading.members:
            yield _member(pair, member, values, np.shape(line)), line


def _member(pair: Pair, member: ast.expr, values: dict[str, Any], shape: tuple[int, ...]) -> Any:
    """A member of the equation, for each value of the indices on its left side."""
    index, ranks = pair.reading.index, pair.ranks
    if not index:
        return evaluated(member, values)
    if len(index) == 1:
        shape = (len(values[next(name for name in sorted(ranks) if ranks[name] == 1)]),)
    found = np.empty(shape, dtype=object)
    for place in np.ndindex(*shape):
        at = dict(zip(index, map(sympy.Integer, place), strict=True))
        found[place] = evaluated(member, values | at)
    return array(found)


def _counts(pair: Pair, values: dict[str, Any]) -> dict[str, Any]:
    """The symbols that are numbers of terms: the upper ends of sums, and what the code counts itself."""
    found = {}
    for member in pair.reading.members:
        for node in ast.walk(member):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) == "sum"
                and len(node.args) == 3
            ):
                found[ast.unparse(node.args[2])] = sympy.Integer(evaluated(node.args[1], values))
    return found
