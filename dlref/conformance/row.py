"""One row of the conformance table: what one object must equal, and from what it must differ."""

import ast
import contextlib
import functools
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import keras
import numpy as np

from dlref.compiling import Mode
from dlref.conformance.mutation import functions_of

Arrays = Mapping[str, np.ndarray]
UNITS = {"float64": 2.0**-52, "float32": 2.0**-23, "float16": 2.0**-10, "bfloat16": 2.0**-7}


@dataclass(frozen=True, kw_only=True)
class Row:
    """What `dlref.<name>` must equal.

    `probe` runs an object over the row's inputs and returns everything that can be seen of it: values,
    gradients, state. It runs the same way over `ours`, `mapped` and `unmapped`, and in any precision.

    Args:
        name: the object, as it is called below `dlref.`: `"optimizers.Adam"`.
        builtin: the full name of what it is compared with.
        source: the lectures, by the short names of the curriculum.
        ours: makes the object.
        mapped: makes the built-in, its arguments mapped so that it computes the same.
        mapping: the mapping, in words.
        unmapped: makes the built-in with the same arguments, where that computes something else.
        sentence: how the unmapped built-in differs.
        probe: from an object to the arrays that describe what it does, each with the words for what it is.
        steps: how many of the object's calls build on each other in the probe.
        gradients: whether the probe takes gradients.
        computes: per backend, or for `"any"`, the dtype that the built-in computes in, whatever it is given.
        apart: how far the built-in lies from ours by what `sentence` says of it, rounding aside.
        modes: how the probe can be run.
        dtypes: the precisions in which the built-in is comparable.
    """

    name: str
    builtin: str
    source: str
    ours: Callable[[], Any]
    mapped: Callable[[], Any]
    probe: Callable[[Any], Arrays]
    mapping: str = ""
    unmapped: Callable[[], Any] | None = None
    sentence: str = ""
    law: Callable[[Any], Arrays] | None = None
    steps: int = 1
    gradients: bool = False
    computes: dict[str, str] = field(default_factory=dict)
    apart: float = 0.0
    modes: tuple[Mode, ...] = ("eager", "compiled")
    dtypes: tuple[str, ...] = tuple(UNITS)

    @property
    def relation(self) -> Literal["equal", "differs"]:
        """Whether the built-in with the same arguments equals the object."""
        return "differs" if self.unmapped else "equal"

    def allowed(self, dtype: str) -> float:
        """The largest error that rounding explains in `dtype` on the running backend, relative as errors are.

        n operations, each rounded by half a unit in the last place, add up like a random walk, to about the root of n
        units (Higham and Mary 2019); twice that, since both sides are rounded. n counts the operations of the object's
        numbered functions, once for each step that builds on another, and five times where gradients are taken, which
        is what they cost at most; a sum of many terms has as many more.
        """
        unit = max(UNITS[dtype], UNITS[self._computed(dtype)])
        calls = self.steps * (5 if self.gradients else 1)
        return self.apart + 2 * (calls * operations(self.name) + TERMS) ** 0.5 * unit

    def exact(self, dtype: str) -> bool:
        """Whether the built-in computes in `dtype`, or finer, and the same as ours."""
        return not self.apart and UNITS[self._computed(dtype)] <= UNITS[dtype]

    def _computed(self, dtype: str) -> str:
        return self.computes.get(keras.backend.backend(), self.computes.get("any", dtype))


TERMS = 120  # of the largest sum in any probe


@functools.cache
def operations(name: str) -> int:
    """How many operations the functions of an object, or of its file, have that hold its numbered statements."""
    every = ([inspect.getsource(inspect.unwrap(f)) for f in part] for part in functions_of(name))
    numbered = ([source for source in part if "  # (" in source] for part in every)
    trees = [ast.parse(textwrap.dedent(source)) for source in next(filter(None, numbered), [])]
    kinds = ast.BinOp | ast.UnaryOp | ast.Call
    return sum(isinstance(node, kinds) for tree in trees for node in ast.walk(tree))


@contextlib.contextmanager
def precision(dtype: str) -> Iterator[None]:
    """Makes `dtype` the precision of Keras while it lasts."""
    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
    try:
        yield
    finally:
        keras.config.set_floatx(floatx)
        keras.config.set_dtype_policy(policy)


def error(actual: Arrays, expected: Arrays) -> float:
    """The largest distance of arrays of the same names, relative to an array's largest entry or 1; inf for NaN."""
    if set(actual) != set(expected):
        return np.inf
    return max((distance(actual[name], expected[name]) for name in expected), default=np.inf)


def distance(a: Any, b: Any) -> float:
    """The largest distance of two arrays, relative to the largest entry of `b` or 1; inf for NaN."""
    a, b = np.asarray(a, "float64"), np.asarray(b, "float64")
    if a.shape != b.shape or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return np.inf
    return float(np.max(np.abs(a - b), initial=0.0) / max(1.0, np.max(np.abs(b), initial=0.0)))
