"""One row of the conformance table: what one object must equal, and from what it must differ."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import keras
import numpy as np

Arrays = Mapping[str, np.ndarray]


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
        tolerance: the largest error allowed in float64, relative to the largest entry of each array or 1.
        law: for objects of random numbers, what can be compared of one that draws others; to 2 %.
        loose: per backend, a larger tolerance: the built-in itself is less exact there, as `sentence` says.
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
    tolerance: float = 1e-12
    loose: dict[str, float] = field(default_factory=dict)

    @property
    def relation(self) -> Literal["equal", "differs"]:
        """Whether the built-in with the same arguments equals the object."""
        return "differs" if self.unmapped else "equal"

    def allowed(self, dtype: str) -> float:
        """The largest error allowed in `dtype` on the running backend."""
        tolerance = self.loose.get(keras.backend.backend(), self.tolerance)
        return tolerance if dtype == "float64" else max(tolerance, 1e-5)


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
