"""Minimizes a cost by the pixels of a picture, which stay between black and white."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import ops

from dlref.compiling import in_one_program
from dlref.gradients import pulled_back
from dlref.optimizers.adam import Adam
from dlref.optimizers.descent import LineSearchMethod

Bounds = tuple[Any, Any]


def optimizer(owner: str, given: Any, bounds: Bounds) -> Any:
    """What is given, or else Adam with a learning rate of a fiftieth of the range."""
    low, high = bounds
    if given is None:
        return Adam(float(ops.max(high - low)) / 50)
    if isinstance(given, keras.optimizers.Optimizer | LineSearchMethod):
        return given
    raise TypeError(
        f"{owner}: `optimizer` must be one of keras.optimizers or dlref.optimizers, but for Newton. "
        f"Received: {given!r:.99}."
    )


def minimized(
    names: Sequence[str],
    costs: Callable[[Any], Any],
    first: Any,
    bounds: Bounds,
    optimizer: Any,
    steps: int,
) -> tuple[Any, dict[str, list[float]]]:
    """The picture as an array, and by their names all costs, at the start and after each step.

    The first of them is minimized. They and the gradient are one compiled program.
    """
    upstream = ops.one_hot(0, len(names), dtype=first.dtype)

    def with_gradient(picture: Any) -> Any:
        return pulled_back(lambda x, _: costs(*x), [picture], upstream)

    program = in_one_program(with_gradient, first)
    if isinstance(optimizer, LineSearchMethod):
        picture, seen = _by_line_search(optimizer, program, first)
    else:
        picture, seen = _by_steps(optimizer, program, first, bounds, steps)
    each = zip(*map(ops.convert_to_numpy, seen), strict=True)
    history = {name: [float(x) for x in xs] for name, xs in zip(names, each, strict=True)}
    return ops.convert_to_numpy(_inside(picture, *bounds)), history


def _inside(picture: Any, low: Any, high: Any) -> Any:
    return ops.minimum(ops.maximum(picture, low), high)  # ops.clip takes no bound for each channel


def _by_steps(optimizer: Any, program: Any, first: Any, bounds: Any, steps: int) -> Any:
    picture, seen = keras.Variable(first), []
    for _ in range(steps):
        costs, gradients = program(picture.value)
        seen.append(costs)
        optimizer.apply(gradients, [picture])
        picture.assign(_inside(picture.value, *bounds))
    return picture.value, [*seen, program(picture.value)[0]]


def _by_line_search(optimizer: Any, program: Any, first: Any) -> Any:
    seen = {}

    def cost(theta: Any) -> Any:
        costs, gradients = program(ops.convert_to_tensor(theta, first.dtype))
        J = float(costs[0])
        seen[J] = costs
        return J, ops.convert_to_numpy(gradients[0])

    found = optimizer.minimize(cost, ops.convert_to_numpy(first))
    return ops.convert_to_tensor(found.x, first.dtype), [seen[J] for J in found.values]
