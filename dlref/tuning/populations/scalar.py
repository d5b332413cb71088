"""What stands for a number of a Keras object in a program: a tensor, of which Python knows the sign.

Keras asks `if self.momentum != 0`, which no tensor can answer when a program is traced. All members of a population
have scalars of one sign, so that the answer is the same for all.
"""

import operator
from collections.abc import Callable
from typing import Any

import keras


def asks_for_signs(holder: Any) -> bool:
    """Whether the code of what holds a scalar may compare it with 0: dlref's own takes tensors as they are."""
    return not type(holder).__module__.startswith("dlref.")


def _compare(name: str) -> Callable[[Any, Any], Any]:
    compare = getattr(operator, name)

    def method(self: Any, other: Any) -> Any:
        zero = isinstance(other, int | float) and other == 0
        return compare(self.sign if zero else self.tensor, other)

    return method


def _forward(name: str) -> Callable[..., Any]:
    def method(self: Any, *others: Any) -> Any:
        others = tuple(o.tensor if isinstance(o, Scalar) else o for o in others)
        return getattr(self.tensor, name)(*others)

    return method


class Scalar:
    """A tensor without axes whose sign is known.

    Args:
        tensor: the number.
        sign: a number of the same sign.
    """

    __hash__ = None  # as a tensor, it is no key

    def __init__(self, tensor: Any, sign: float) -> None:
        self.tensor, self.sign = tensor, sign

    def __bool__(self) -> bool:
        return self.sign != 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tensor, name)

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        return self.tensor if dtype is None else keras.ops.cast(self.tensor, dtype.name)

    def __jax_array__(self) -> Any:
        return self.tensor


for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(Scalar, f"__{_name}__", _compare(_name))
for _name in ("add", "sub", "mul", "truediv", "pow"):
    setattr(Scalar, f"__{_name}__", _forward(f"__{_name}__"))
    setattr(Scalar, f"__r{_name}__", _forward(f"__r{_name}__"))
for _name in ("neg", "abs"):
    setattr(Scalar, f"__{_name}__", _forward(f"__{_name}__"))
