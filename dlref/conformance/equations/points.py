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
from dlref.conformance.equations.functions import FUNCTIONS, HyperParameters
from dlref.conformance.equations.operations import OPS
from dlref.conformance.equations.pairs import Pair

# What statements need besides the symbols of their equations: sizes, where a symbol has more entries than another or
# axes that no sum runs over, and stand-ins for what no equation speaks of.
SIZES = {
    ("dlref.schedules.manual", "alpha"): lambda n: (n + 1,),
    ("dlref.layers.batch_normalization", "z"): lambda n: (n, 2),
    ("dlref.layers.conv2d", "w"): lambda n: (2, 2, n),
    ("dlref.layers.conv2d", "x"): lambda n: (6, 5, n),
    **{("dlref.layers.pooling", name): lambda n: (6, 5) for name in "xm"},
    **{("dlref.layers.conv2d_transpose", name): lambda n: (2, 2, n) for name in "wx"},
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
    ("dlref.layers.attention", "m"): (0, 1),
    ("dlref.layers.pooling", "s"): (1, 3),
    ("dlref.layers.pooling", "f"): (1, 3),
}


def _counted(n: int) -> Any:
    return array([sympy.Integer(i) for i in range(n)])


STAND_INS = {
    "dlref.by_hand.deep_network": lambda values: {
        **{name: FUNCTIONS[name] for name in ("g", "g_prime")},
        **(
            {"log_A": OPS.log(values["A"]), "log_not_A": OPS.log(1 - values["A"])}
            if "A" in values
            else {}
        ),
    },
    "dlref.by_hand.recurrent_network": lambda values: {
        "softmax": FUNCTIONS["softmax"],
        **({"log_Y_hat": OPS.log(values["Y_hat"])} if "Y_hat" in values else {}),
    },
    "dlref.callbacks.learning_rate_scheduler": lambda values: {"g": FUNCTIONS["g"]},
    **dict.fromkeys(
        ("dlref.decoding.beam_search", "dlref.decoding.beam_search_errors"),
        lambda values: (
            {"_argtop": FUNCTIONS["argtop"]}
            | ({"log_p": OPS.log(values["p"])} if "p" in values else {})
        ),
    ),
    "dlref.diagnostics.gradient_check": lambda values: {"J": FUNCTIONS["J"]},
    **dict.fromkeys(
        [f"dlref.layers.{name}" for name in ("simple_rnn", "gru", "lstm")],
        lambda values: {"g": FUNCTIONS["g"], "sigmoid": FUNCTIONS["sigmoid"]},
    ),
    "dlref.detection.non_max_suppression": lambda values: (
        {"i": np.arange(len(values["iou"]))} if "iou" in values else {}
    ),
    "dlref.initializers": lambda values: {"shape": None},
    "dlref.models.inception_v1": lambda values: {
        "concat": lambda parts: FUNCTIONS["concat"](*parts)
    },
    **dict.fromkeys(
        ("dlref.models.siamese_network", "dlref.regularizers"),
        lambda values: {"absolute": FUNCTIONS["abs"]},
    ),
    "dlref.layers.attention": lambda values: {
        "softmax": FUNCTIONS["softmax"],
        "tanh": FUNCTIONS["tanh"],
        "transposed": FUNCTIONS["transpose"],
    },
    "dlref.layers.multi_head_attention": lambda values: {
        "_attention": lambda Q, K, V, *_: FUNCTIONS["Attention"](Q, K, V),
        **dict.fromkeys(("m", "how")),
    },
    "dlref.layers.positional_encoding": lambda values: {"t": _counted(3), "i": _counted(2)},
    **dict.fromkeys(
        [f"dlref.layers.transformer_{name}" for name in ("encoder", "decoder")],
        lambda values: {
            "g": FUNCTIONS["g"],
            "heads": FUNCTIONS["MultiHead"](*[values.get("x", 0)] * 3),
            "found": FUNCTIONS["MultiHead"](values.get("a", 0), *[values.get("c", 0)] * 2),
            **{f"norm_{i}": FUNCTIONS["LayerNorm"] for i in (1, 2, 3)},
            "dropped": lambda x, *_: x,
            "training": False,
        },
    ),
    "dlref.losses.ctc": lambda values: {
        "_log_sum": lambda *logs: OPS.log(sum(OPS.exp(each) for each in logs))
    },
    "dlref.models.style_transfer": lambda values: {"transposed": FUNCTIONS["transpose"]},
    "dlref.tuning.space": lambda values: {"hp": HyperParameters(), "name": "name"},
    "dlref.layers.whole_set_statistics": lambda values: {
        "_inputs": lambda *_: [(values["z"], np.ones(values["z"].shape, bool))],
        "_examples": lambda *_: None,
        **dict.fromkeys(("model", "layer", "x")),
        "examples": 1,
        "batch_size": 1,
    },
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
