"""Strategies for hostile and for valid arguments and inputs, and what an error must say."""

from decimal import Decimal
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from keras import ops

from dlref import initializers, regularizers

few = settings(deadline=None, max_examples=20, derandomize=True, database=None)


def refuses(name: str, argument: str, call: Any) -> str:
    """The message of the error that `call` raises, which must name the object and the argument and say what came."""
    with pytest.raises((TypeError, ValueError)) as raised:
        call()
    message = str(raised.value)
    assert name.rpartition(".")[2] in message
    assert f"`{argument}`" in message or f"`{argument}=" in message
    assert "Received: " in message
    return message


_NO_NUMBERS = [
    "0.9", "", b"1", None, True, False, np.bool_(True), 1j, np.complex64(1), Decimal("0.5"), [0.5], (1,), {}, {1},
    object(), np.array(0.5), np.array([1, 2]), np.str_("1"), slice(1),
]  # fmt: skip
_HUGE = [10**400, -(10**400), 10**5000]
_NO_FLOATS = [float("nan"), np.float32("nan"), np.float64("nan"), float("inf"), float("-inf")]


def _of(values: list[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def _bounds(interval: str) -> tuple[float, float]:
    low, high = interval[1:-1].split(",")
    return float(low), float(high)


def _hostile_reals(interval: str) -> st.SearchStrategy[Any]:
    low, high = _bounds(interval)
    if interval == "(-inf, inf)":
        return _of(_NO_FLOATS + _HUGE + _NO_NUMBERS)
    below = st.floats(max_value=low, exclude_max=interval[0] == "[", allow_nan=False)
    outside = below
    if high < float("inf"):
        outside |= st.floats(min_value=high, exclude_min=interval[-1] == "]", allow_nan=False)
    outside |= outside.map(np.float64) | st.integers(max_value=int(low) - 1)
    outside |= _of([n for n in _NO_FLOATS if not (np.isposinf(n) and interval[-1] == "]")] + _HUGE)
    return outside | _of(_NO_NUMBERS)


def _hostile_integers(low: int) -> st.SearchStrategy[Any]:
    no_integers = st.floats() | st.floats(width=32).map(np.float32) | _of([2.0, *_NO_NUMBERS])
    return st.integers(max_value=low - 1) | _of(_HUGE[1:2]) | no_integers


def _hostile_pairs(low: int) -> st.SearchStrategy[Any]:
    alone = _hostile_integers(low).filter(lambda value: not isinstance(value, tuple | list))
    return alone | _of([[], [2], (2, low - 1), [2, 2, 2], np.array([2, 2]), [[2, 2]], ["2", "2"], [2, None], (2, 2.0),
                        (True, True), [2, float("nan")]])  # fmt: skip


_NOTHING_OF_KERAS = ["nonsense", 0.5, 1, -1, float("nan"), object(), [1], True, 10**400, 1j, {}]
_NOT_BOOLEAN = [0, 1, "True", "", None, 1.0, [], np.bool_(True), np.array(True), object()]
_ONLY_ON_TENSORFLOW = [True] * (keras.backend.backend() != "tensorflow")
_HOSTILE: dict[str, st.SearchStrategy[Any]] = {
    "boolean": _of(_NOT_BOOLEAN),
    "synchronized": _of(_NOT_BOOLEAN + _ONLY_ON_TENSORFLOW),
    "axis": _of([n for n in _NO_NUMBERS if not isinstance(n, int)] + [0.0, -1.0, True]),
    "seed": _hostile_integers(0) | st.integers(min_value=2**32) | _of(_HUGE),
    "name": _of([1, 0.5, True, b"x", ["a"], object(), (), float("nan"), np.array(["a"])]),
    "reals": _of([0.1, None, "0.1", b"11", {}, np.array(0.1), object(), [0.1, "a"], [0.1, None], [0.1, -1],
                  [float("nan"), 0.1], [0.1], [0.1, 0.2, 0.3], [], [[0.1], [0.2]], [0.1, 10**400]]),
    "integers": _of([2, None, "2", b"2", {}, np.array(2), object(), ["2"], [None], [-1], [0], [2.0], [True], [[2]],
                     [2, 3], [], [10**400], [float("nan")]]),
    "ends": _of([2, None, "2", b"2", {}, np.array(2), object(), ["2"], [None], [-1], [12], [2.0], [True], [[2]],
                 [10**400], [float("nan")]]),
    "sizes": _of([2, "2", b"2", {}, np.array(2), object(), ["2"], [-1], (0,), (2.0,), (True,), ((2,),), (-(10**400),)]),
    "numbers": _of(["1", b"1", {}, object(), ["a"], [None], 1j, [1j], float("nan"), [float("inf")], [[0.5], [0.5, 1]],
                    [[0.5]], slice(1)]),
    "shares": _of([0.5, "0.5", b"1", {}, np.array(0.5), object(), [], [0.5], [1.0], [0.5, "0.5"], [0.5, None], [1, 0],
                   [1.5, -0.5], [float("nan"), 1], [0.5, 0.6], [0.98, 0.01, 0.01], [True], [[0.5, 0.5]], [6, 6]]),
    "ratio": _hostile_reals("[1, inf)").filter(lambda value: not isinstance(value, tuple | list | np.ndarray))
    | _of([[], [2], (1.5, 0.5), [2, 2, 2], np.array(2.0), np.array([2, 2]), [[2, 2]], ["2", "2"], [2, None],
           (2, float("nan"))]),
    "data_format": _of(["channels", "", b"channels_last", 1, True, [], {}, object()]),
    "labels": _of([1, "abcdefghijkl", b"1", {}, object(), [], [1, 2], list(range(11)), list(range(13)), [[1, 2]] * 12,
                   [1, None] * 6, [1.0, float("nan")] * 6, np.array([1, "a"] * 6, object), [object()] * 12,
                   [0] * 11 + [1]]),
    "mode": _of(["", "both", b"horizontal", 1, True, None, ["horizontal"], {}, object()]),
    "fill_mode": _of(["", "mirror", b"wrap", 1, True, None, ["wrap"], {}, object()]),
    "interpolation": _of(["", "bicubic", b"nearest", 1, True, None, ["nearest"], {}, object()]),
    "turns": _hostile_reals("[-1, 1]").filter(lambda value: not isinstance(value, tuple | list))
    | _of([[], [0.5], (-0.5, 1.5), [0.1, 0.2, 0.3], np.array([0.1, 0.2]), [[0.1, 0.2]], ["1", "1"], [0.5, None],
           (0.5, float("nan"))]),
    "mining": _of(["", "Hard", "semihard", b"hard", 1, True, None, ["hard"], object(), float("nan"), {}]),
    "thresholds": _of([0.5, "0.5", b"1", {}, np.array(0.5), object(), [], [0.0], [-0.5], [1.5], [0.5, None], ["0.5"],
                       [float("nan")], [True], [[0.5]]]),
    "weights": _of([0.5, "0.5", b"1", {}, np.array(0.5), object(), [], [0.5], [0.5, 0.5, 0.0], [1.5, -0.5],
                    [0.5, "0.5"], [0.5, None], [float("nan"), 1], [0.5, 0.6], [0.0, 0.0], [True, False], [[0.5, 0.5]]]),
    "smoothing": _of(["", "None", "add_k", b"exp", 1, True, None, ["exp"], object(), float("nan"), {}]),
    "average": _of(["", "Micro", "samples", b"micro", 1, 0.5, True, ["micro"], object(), float("nan"), {}]),
    "axes": _of(["1", b"1", {}, np.array(1), object(), ["1"], 1.0, [1.0], True, [True], [[1]], [None], float("nan")]),
    "padding": _hostile_pairs(0) | _of(["VALID", "full", b"same", "", "causal"]),
    "activation": _of(["nonsense", 0.5, 1, -1, float("nan"), [1], True, 10**400, 1j]),
    "initializer": _of(_NOTHING_OF_KERAS),
    "regularizer": _of(_NOTHING_OF_KERAS),
    "constraint": _of(_NOTHING_OF_KERAS),
}  # fmt: skip


def hostile(kind: str) -> st.SearchStrategy[Any]:
    """Values that an argument of `kind` must refuse."""
    optional, kind = kind.startswith("?"), kind.removeprefix("?")
    word, _, rest = kind.partition(" ")
    if word == "real":
        values = _hostile_reals(rest)
    elif word == "integer":
        values = _hostile_integers(int(rest.partition(" ")[0]))
    elif word == "pair":
        values = _hostile_pairs(int(rest))
    else:
        values = _HOSTILE[kind]
    return values.filter(lambda value: value is not None) if optional else values


def _valid_reals(interval: str) -> st.SearchStrategy[Any]:
    low, high = _bounds(interval)
    floats = st.floats(
        min_value=max(low, -(2.0**100)),
        max_value=min(high, 2.0**100),
        exclude_min=interval[0] == "(" and low > -float("inf"),
        exclude_max=interval[-1] == ")" and high == 1,
        allow_subnormal=False,
        width=32,
    )
    whole = [n for n in (0, 1, 3) if low <= n <= high and f"{n}" not in _excluded(interval)]
    numbers = floats | floats.map(np.float32) | floats.map(np.float64)
    return numbers | _of(whole) | _of(whole).map(np.int64) if whole else numbers


def _excluded(interval: str) -> list[str]:
    low, high = interval[1:-1].replace(" ", "").split(",")
    return [low] * (interval[0] == "(") + [high] * (interval[-1] == ")")


_VALID: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "synchronized": _of([False, keras.backend.backend() == "tensorflow"]),
    "axis": _of([0, 1, -1, -2, np.int64(1)]),
    "seed": st.integers(0, 2**32 - 1) | st.integers(0, 255).map(np.uint8),
    "name": st.text(min_size=1),
    "reals": _of([[0.1, 0.2], (1, 0), np.array([0.1, 0.2]), [np.float32(0.5), 1]]),
    "integers": _of([[1], (2**20,), np.array([3]), [np.int32(4)]]),
    "ends": _of([[], [0], (3, 1), np.array([3, 3]), [np.int32(2)]]),
    "sizes": _of([(), (1,), [None, 3], np.array([2, 1])]),
    "numbers": _of([0, 0.5, np.float32(2), [1.5], (1, 2), np.array([1, 0]), ops.ones((2,)), True]),
    "shares": _of([[0.5, 0.5], (0.5, 0.25, 0.25), np.array([0.7, 0.3]), [np.float32(0.5), 0.5]]),
    "ratio": _valid_reals("[1, inf)") | _of([(1.5, 2), [1, 1.25]]),
    "data_format": _of(["channels_last", "channels_first"]),
    "labels": _of(
        [
            [0, 1, 2] * 4,
            np.arange(12) // 4,
            list("abcd" * 3),
            np.array(list("abcc" * 3), object),
            np.arange(12)[:, None] % 3,
            ops.arange(12) % 3,
        ]
    ),
    "mode": _of(["horizontal", "vertical", "horizontal_and_vertical"]),
    "fill_mode": _of(["reflect", "wrap", "constant", "nearest"]),
    "interpolation": _of(["bilinear", "nearest"]),
    "turns": _valid_reals("[-1, 1]") | _of([(-0.5, 0.25), [0, 1], (0.5, 0.5), (0.25, -0.25)]),
    "thresholds": _of([[0.5], (0.5, 1), np.array([0.25, 0.75]), [np.float32(0.5)]]),
    "weights": _of([[0.5, 0.5], (1, 0), np.array([0.25, 0.75]), [np.float32(0.5), 0.5]]),
    "smoothing": _of(["none", "floor", "add-k", "exp"]),
    "average": _of(["micro", "macro", "weighted"]),
    "mining": _of(["semi-hard", "hard"]),
    "axes": _of([1, -1, np.int64(2), [1], (1, 2), [], np.array([1, 2])]),
    "padding": _of(["valid", "same", 0, 3, (1, 2), [np.int64(2), 0]]),
    "activation": _of(["relu", "linear", keras.activations.tanh]),
    "initializer": _of(["ones", "he_normal", "dlref>SmallNormal", initializers.SmallNormal()]),
    "regularizer": _of(["l2", regularizers.L2(0.1, 10), keras.regularizers.L1()]),
    "constraint": _of(["non_neg", keras.constraints.MaxNorm()]),
}


def valid(kind: str) -> st.SearchStrategy[Any]:
    """Values that an argument of `kind` must take."""
    optional, kind = kind.startswith("?"), kind.removeprefix("?")
    word, _, rest = kind.partition(" ")
    if word == "real":
        values = _valid_reals(rest)
    elif word == "integer":
        low, _, most = rest.partition(" ")
        values = st.integers(int(low), int(most or 2**31 - 2)) | _of([np.int64(low), np.uint8(7)])
    elif word == "pair":
        values = st.integers(int(rest), 2**20) | _of([(int(rest), 2), [np.int64(2), np.uint8(3)]])
    else:
        values = _VALID[kind]
    return values | st.none() if optional else values


EXTREME = [
    0.0,
    -0.0,
    1e4,
    -1e4,
    1e30,
    -1e30,
    1e38,
    -1e38,
    3.4e38,
    -3.4e38,
    1e-38,
    -1e-38,
    1e-45,
    88.8,
    -88.8,
    104.0,
]
LARGEST = {"float32": 3.4e38, "float64": 1.7e308}


def finite(dtype: str, share: float = 1.0, size: int = 6) -> st.SearchStrategy[np.ndarray]:
    """Arrays `(size / 3, 3)` of finite numbers up to a share of the largest."""
    high, width = share * LARGEST[dtype], 32 if dtype == "float32" else 64
    number = st.floats(-high, high, allow_nan=False) | st.sampled_from(EXTREME)
    number = number.filter(lambda x: abs(x) <= high)
    array = st.lists(number, min_size=size, max_size=size)
    return array.map(lambda xs: np.array(xs, f"float{width}").reshape(-1, 3))
