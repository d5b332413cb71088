"""The words that the reader of equations uses, and the draws of keras-tuner, on SymPy expressions."""

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy

from dlref.conformance.equations.arrays import array, as_number, entrywise
from dlref.conformance.equations.operations import OPS


def normal(mean: Any, variance: Any) -> Any:
    """A draw of the normal distribution: a symbol of its own."""
    return sympy.Symbol(f"N({sympy.nsimplify(mean)}, {sympy.nsimplify(variance)})", real=True)


UNIFORM = sympy.Symbol("U", positive=True)  # uniform in (0, 1)


def _uniform_integer(low: Any, high: Any) -> Any:
    """One of the integers from `low` to `high`, each as likely."""
    return low + sympy.floor(UNIFORM * (high - low + 1))


def _sum_over(add: Any) -> Callable[..., Any]:
    def over(body: Callable[[int], Any], size: int, last: Any = None) -> Any:
        if last is not None and last != size:
            raise ValueError(f"the sum runs to {last}, of {size} terms")
        return functools.reduce(add, [body(i) for i in range(size)])

    return over


def _cases(*parts: Any) -> Any:
    pairs = list(zip(parts[1::2], parts[::2], strict=True))
    return sympy.Piecewise(*pairs)


def _over(reduce: Callable[..., Any]) -> Callable[..., Any]:
    return lambda body, size: reduce(np.array([body(i) for i in range(size)], dtype=object))


def _argtop(x: Any, size: int) -> Any:
    """The places of the largest entries, counted row by row."""
    entries = list(np.ravel(np.asarray(x, dtype=object)))
    return array(
        np.array(sorted(range(len(entries)), key=lambda i: -entries[i])[: int(size)], dtype=object)
    )


FUNCTIONS: dict[str, Any] = {
    "Attention": lambda Q, K, V: Q * sympy.exp(K) - V,  # any function of the three
    "LayerNorm": lambda z: sympy.exp(z) + z**3,  # any of one
    "MultiHead": lambda q, k, v: q * sympy.exp(k) - v,  # any of three
    "J": lambda theta: sympy.exp(theta) - theta**3,  # any cost that is no polynomial
    "abs": OPS.abs,
    "argmax": OPS.argmax,
    "argmin": OPS.argmin,
    "argtop": _argtop,
    "cases": _cases,
    "ceil": OPS.ceil,
    "concat": lambda *parts: array([*map(sympy.sympify, parts)]),
    "cos": OPS.cos,
    "exp": OPS.exp,
    "floor": OPS.floor,
    "g": entrywise(lambda z: sympy.exp(z) + z**2),  # any activation
    "g_prime": entrywise(lambda z: sympy.exp(z) - 2 * z),
    "indicator": entrywise(as_number),
    "inverse": OPS.linalg.inv,
    "log": OPS.log,
    **{f"{name}_over": _over(getattr(OPS, name)) for name in ("max", "min", "argmax", "argmin")},
    "max": lambda *x: OPS.max(x[0]) if len(x) == 1 else OPS.maximum(*x),
    "mean": lambda x: OPS.mean(x),
    "min": lambda *x: OPS.min(x[0]) if len(x) == 1 else OPS.minimum(*x),
    "norm": OPS.linalg.norm,
    "normal": normal,
    "outer": OPS.outer,
    "pi": lambda: sympy.pi,
    "prod": _sum_over(operator.mul),
    "sigmoid": OPS.sigmoid,
    "sin": OPS.sin,
    "softmax": OPS.softmax,
    "sqrt": OPS.sqrt,
    "sum": _sum_over(operator.add),
    "tanh": OPS.tanh,
    "transpose": OPS.transpose,
    "uniform": lambda low, high: low + (high - low) * UNIFORM,
    "uniform_integer": _uniform_integer,
}


class HyperParameters:
    """What keras-tuner's declarations draw: the rows of `dlref.conformance.tuning` compare it with this, in numbers."""

    def Float(self, name: str, low: Any, high: Any, sampling: str = "linear") -> Any:
        """Uniform, on the scale that `sampling` names."""
        if sampling == "log":
            return low * (high / low) ** UNIFORM
        if sampling == "reverse_log":
            return high + low - low * (high / low) ** UNIFORM
        return low + (high - low) * UNIFORM

    def Int(self, name: str, low: Any, high: Any, step: int = 1, sampling: str = "linear") -> Any:
        """One of the integers from `low` on in steps, by addition or on a log scale by multiplication."""
        if sampling == "log":
            return low * step ** _uniform_integer(0, sympy.log(high / low) / sympy.log(step))
        return low + step * _uniform_integer(0, (high - low) / step)
