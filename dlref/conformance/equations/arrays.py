"""Arrays of SymPy expressions, which NumPy calculates with entry by entry."""

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy

DIGITS = 60


class Array(np.ndarray):
    """A NumPy array of SymPy expressions, which compares entry by entry."""

    def __lt__(self, other: Any) -> Any:
        return entrywise(sympy.Lt)(self, other)

    def __le__(self, other: Any) -> Any:
        return entrywise(sympy.Le)(self, other)

    def __gt__(self, other: Any) -> Any:
        return entrywise(sympy.Gt)(self, other)

    def __ge__(self, other: Any) -> Any:
        return entrywise(sympy.Ge)(self, other)


def array(values: Any) -> Any:
    """An array of expressions; a single one stays an expression."""
    values = np.asarray(values, dtype=object)
    return values.view(Array) if values.ndim else values.item()


def entrywise(function: Callable[..., Any]) -> Callable[..., Any]:
    """Applies a function of expressions to each entry."""

    def apply(*arguments: Any) -> Any:
        if not any(isinstance(a, np.ndarray) for a in arguments):
            return function(*map(sympy.sympify, arguments))
        return array(
            np.frompyfunc(lambda *a: function(*map(sympy.sympify, a)), len(arguments), 1)(
                *arguments
            )
        )

    return apply


def as_number(value: Any) -> Any:
    """A truth value as 1 or 0; everything else as it is."""
    if isinstance(value, sympy.logic.boolalg.Boolean):
        return sympy.Piecewise((sympy.Integer(1), value), (sympy.Integer(0), True))
    return value


def reduced(function: Callable[[list[Any]], Any]) -> Callable[..., Any]:
    """A function of the entries along axes, of an array."""

    def reduce(x: Any, axis: Any = None, keepdims: bool = False, where: Any = None) -> Any:
        x = np.asarray(x, dtype=object)
        if where is not None:
            x = np.where(where, x, sympy.Integer(0))
        axes = range(x.ndim) if axis is None else [range(x.ndim)[a] for a in np.ravel(axis)]
        kept = [i for i in range(x.ndim) if i not in axes]
        shape = [x.shape[i] for i in kept]
        rows = x.transpose([*kept, *axes]).reshape(*shape, -1)
        result = np.empty(shape, dtype=object)
        for place in np.ndindex(*shape):
            result[place] = function([as_number(sympy.sympify(v)) for v in rows[place]])
        if keepdims:
            result = np.expand_dims(result, tuple(axes))
        return array(result)

    return reduce
