"""`keras.ops` on SymPy expressions: `OPS` stands for it, for `numpy` and for `math` while a statement runs."""

import functools
import operator
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import sympy

from dlref.conformance.equations.arrays import array, as_number, entrywise, reduced


def _truth(value: Any) -> Any:
    return value if isinstance(value, sympy.logic.boolalg.Boolean) else sympy.Ne(value, 0)


def _where(condition: Any, a: Any, b: Any) -> Any:
    return sympy.Piecewise((a, _truth(condition)), (b, True))


def _position(best: Callable[..., Any]) -> Callable[[list[Any]], Any]:
    def find(values: list[Any]) -> Any:
        if not all(value.is_number for value in values):
            raise NotImplementedError("the place of the largest of symbols")
        return sympy.Integer(values.index(best(values)))

    return find


def _one_hot(index: Any, size: int, axis: int = -1, dtype: Any = None) -> Any:
    index = np.asarray(index, dtype=object)
    entries = [entrywise(lambda i, n=n: sympy.Integer(int(i == n)))(index) for n in range(size)]
    return array(np.stack([np.asarray(e, dtype=object) for e in entries], axis))


def _softmax(z: Any, axis: int = -1) -> Any:
    t = entrywise(sympy.exp)(z)
    return t / _add(t, axis, keepdims=True)


def _inverse(a: Any) -> Any:
    matrix = sympy.Matrix(a)
    return array(np.array(matrix.adjugate(), dtype=object)) / matrix.det()


def _all(values: list[Any]) -> Any:
    return functools.reduce(operator.mul, values, sympy.Integer(1))


def _searchsorted(x: Any, y: Any, side: str = "left") -> Any:
    """How many entries are smaller, or on the right side also equal."""
    return sum(as_number(entry <= y if side == "right" else entry < y) for entry in x)


_add = reduced(lambda values: functools.reduce(operator.add, values, sympy.Integer(0)))
_exp, _log = entrywise(sympy.exp), entrywise(sympy.log)
_max, _min = reduced(lambda v: sympy.Max(*v)), reduced(lambda v: sympy.Min(*v))
_argmax, _argmin = reduced(_position(max)), reduced(_position(min))


def _slide(reduce: Callable[..., Any], x: Any, f: int, g: int, strides: Any) -> Any:
    """What `reduce` makes of each window of `f` rows and `g` columns."""
    x, s = np.asarray(x, dtype=object), int(strides)
    height, width = x.shape[0] - f + 1, x.shape[1] - g + 1
    rows = [
        [reduce(x[i : i + f, j : j + g]) for j in range(0, width, s)] for i in range(0, height, s)
    ]
    return array(rows)


def _conv(x: Any, w: Any, strides: Any, *_: Any) -> Any:
    """Of one example and one filter, both (height, width, channels)."""
    w = np.asarray(w, dtype=object)
    f, g = w.shape[:2]
    return _slide(lambda window: _add(window * w), x, f, g, strides)


def _pool(reduce: Callable[..., Any]) -> Callable[..., Any]:
    """Of one example and one channel."""
    return lambda x, f, s, *_: _slide(reduce, x, int(f), int(f), s)


def _conv_transpose(x: Any, w: Any, strides: Any, *_: Any) -> Any:
    """Of one example and one filter: what each entry adds at its place."""
    x, w = np.asarray(x, dtype=object), np.asarray(w, dtype=object)
    s, (f, g) = int(strides), w.shape[:2]
    height, width = x.shape[:2]
    z = np.full((s * (height - 1) + f, s * (width - 1) + g), sympy.Integer(0))
    for i, j, u, v in np.ndindex(height, width, f, g):
        z[s * i + u, s * j + v] += _add(w[u, v] * x[i, j])
    return array(z)


OPS = SimpleNamespace(
    abs=entrywise(sympy.Abs),
    absolute=entrywise(sympy.Abs),
    add=operator.add,
    argmax=_argmax,
    argmin=_argmin,
    average_pool=_pool(lambda window: _add(window) / np.size(window)),
    broadcast_to=lambda x, shape: array(np.broadcast_to(x, shape)),
    cast=lambda x, dtype=None: entrywise(as_number)(x),
    ceil=entrywise(sympy.ceiling),
    conv=_conv,
    conv_transpose=_conv_transpose,
    cos=entrywise(sympy.cos),
    cumsum=lambda x: array(np.cumsum(np.asarray(x, dtype=object))),
    convert_to_tensor=lambda x, dtype=None: array(x) if np.ndim(x) else x,
    divide=operator.truediv,
    divide_no_nan=operator.truediv,  # which it is but where it divides by 0
    dot=lambda a, b: array(np.dot(a, b)),
    einsum=lambda indices, *x: array(np.einsum(indices, *(np.asarray(a, object) for a in x))),
    exp=_exp,
    expand_dims=lambda x, axis: array(np.expand_dims(np.asarray(x, dtype=object), axis)),
    expm1=entrywise(lambda x: sympy.exp(x) - 1),
    flip=lambda x, axis: array(np.flip(np.asarray(x, dtype=object), axis)),
    floor=entrywise(sympy.floor),
    floor_divide=entrywise(lambda a, b: sympy.floor(a / b)),
    full=lambda shape, value, dtype=None: array(np.full(shape, value, dtype=object)),
    imag=entrywise(sympy.im),
    linalg=SimpleNamespace(
        inv=_inverse,
        norm=lambda x: sympy.sqrt(_add(x * x)),
        solve=lambda a, b: array(np.matmul(_inverse(a), b)),
    ),
    log=_log,
    logaddexp=lambda a, b: _log(_exp(a) + _exp(b)),
    log1p=entrywise(lambda x: sympy.log(1 + x)),
    log_softmax=lambda z, axis=-1: z - _log(_add(_exp(z), axis, keepdims=True)),
    logical_xor=entrywise(lambda a, b: sympy.Xor(_truth(a), _truth(b))),
    matmul=lambda a, b: array(np.matmul(a, b)),
    max=_max,
    max_pool=_pool(_max),
    maximum=entrywise(sympy.Max),
    mean=lambda x, axis=None, keepdims=False: (
        _add(x, axis, keepdims) / (np.size(x) // max(np.size(_add(x, axis)), 1))
    ),
    min=_min,
    minimum=entrywise(sympy.Min),
    multiply=operator.mul,
    negative=operator.neg,
    one_hot=_one_hot,
    ones_like=entrywise(lambda x: sympy.Integer(1)),
    outer=lambda a, b: array(np.outer(a, b)),
    pi=sympy.pi,
    power=entrywise(lambda a, b: a**b),
    prod=reduced(_all),
    real=entrywise(sympy.re),
    reciprocal=entrywise(lambda x: 1 / x),
    reshape=lambda x, shape: array(np.reshape(x, shape)),
    rsqrt=entrywise(lambda x: 1 / sympy.sqrt(x)),
    searchsorted=_searchsorted,
    shape=np.shape,
    relu=entrywise(lambda x: sympy.Max(0, x)),
    sigmoid=entrywise(lambda x: 1 / (1 + sympy.exp(-x))),
    sign=entrywise(sympy.sign),
    sin=entrywise(sympy.sin),
    softmax=_softmax,
    softplus=entrywise(lambda x: sympy.log(1 + sympy.exp(x))),
    sqrt=entrywise(sympy.sqrt),
    square=entrywise(lambda x: x**2),
    stop_gradient=lambda x: x,
    subtract=operator.sub,
    sum=_add,
    take=lambda x, index, axis=0: array(np.take(x, np.asarray(index, dtype=int), axis)),
    tanh=entrywise(sympy.tanh),
    transpose=lambda x: array(np.transpose(x)),
    where=entrywise(_where),
    zeros_like=entrywise(lambda x: sympy.Integer(0)),
)
