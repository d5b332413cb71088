"""What stands for a Python number of a Keras object in a program: a tensor that behaves like the number.

Keras asks `if self.momentum != 0`, which no tensor can answer while a program is traced: all members of a population
have scalars of one sign, so that the answer is the same for all. And a number takes the type of what it is multiplied
with only then, so that `1 - beta` is computed in float64 first, where the backend has it: as for a model alone.
"""

import operator
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import keras


def asks_for_signs(holder: Any) -> bool:
    """Whether the code of what holds a scalar may compare it with 0: dlref's own takes tensors as they are."""
    return not type(holder).__module__.startswith("dlref.")


@contextmanager
def lent(owners: Iterable[tuple[Any, Any]], tensors: Iterable[Any]) -> Iterator[None]:
    """Within it the owners (an object and its attribute, or a dict and its key) hold tensors instead of numbers."""
    before = [(owner, get_scalar(owner)) for owner in owners]
    try:
        for (owner, number), tensor in zip(before, tensors, strict=True):
            set_scalar(owner, _stand_in(owner[0], tensor, float(number)))
        yield
    finally:
        for owner, number in before:
            set_scalar(owner, number)


def get_scalar(owner: tuple[Any, Any]) -> Any:
    """The number that an owner holds."""
    holder, key = owner
    return holder[key] if isinstance(holder, dict) else getattr(holder, key)


def set_scalar(owner: tuple[Any, Any], value: Any) -> None:
    """Puts a number or a tensor where a scalar is held."""
    holder, key = owner
    if isinstance(holder, dict):
        holder[key] = value
    else:
        # Keras' own __setattr__ would track a tensor as state of the layer.
        object.__setattr__(holder, key, value)


def _stand_in(holder: Any, tensor: Any, number: float) -> Any:
    if not asks_for_signs(holder):
        return keras.ops.cast(tensor, keras.config.floatx())
    single = isinstance(holder, keras.optimizers.schedules.LearningRateSchedule)
    return Scalar(tensor, number, single)


def _compare(name: str) -> Callable[[Any, Any], Any]:
    compare = getattr(operator, name)

    def method(self: Any, other: Any) -> Any:
        zero = self.sign is not None and isinstance(other, int | float) and other == 0
        return compare(self.sign, 0) if zero else compare(*self._pair(other))

    return method


def _compute(name: str, swapped: bool = False) -> Callable[[Any, Any], Any]:
    compute = getattr(operator, name)

    def method(self: Any, other: Any) -> Any:
        pair = self._pair(other)
        result = compute(*(reversed(pair) if swapped else pair))
        return Scalar(result) if isinstance(other, int | float | Scalar) else result

    return method


class Scalar:
    """A tensor without axes, instead of a number.

    Args:
        tensor: its value.
        sign: a number of its sign. Defaults to `None`: not known.
        single: whether Keras lets TensorFlow make a tensor of it, which is float32. Defaults to False.
    """

    __hash__ = None  # type: ignore[assignment]  # as a tensor, it is no key
    __array_ufunc__ = None  # NumPy leaves the arithmetic to it
    shape = ()

    def __init__(self, tensor: Any, sign: float | None = None, single: bool = False) -> None:
        self.tensor, self.sign, self.single = tensor, sign, single

    @property
    def dtype(self) -> str:
        """What Keras takes a number for."""
        return keras.config.floatx()

    def __bool__(self) -> bool:
        return bool(self.tensor) if self.sign is None else self.sign != 0

    def __neg__(self) -> "Scalar":
        return Scalar(-self.tensor, None if self.sign is None else -self.sign)

    def __jax_array__(self) -> Any:
        return self.tensor

    def _pair(self, other: Any) -> tuple[Any, Any]:
        if isinstance(other, Scalar):
            return self.tensor, other.tensor
        if isinstance(other, int | float):
            return self.tensor, other
        return keras.ops.cast(self.tensor, other.dtype), other


for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(Scalar, f"__{_name}__", _compare(_name))
for _name in ("add", "sub", "mul", "truediv", "pow"):
    setattr(Scalar, f"__{_name}__", _compute(_name))
    setattr(Scalar, f"__r{_name}__", _compute(_name, swapped=True))
