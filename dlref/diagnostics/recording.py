"""What the layers of a model are given, and what they return."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple


class Call(NamedTuple):
    """One call of a layer."""

    layer: Any
    inputs: Any
    outputs: Any


@contextmanager
def recording(layers: Iterable[Any]) -> Iterator[list[Call]]:
    """The calls of `layers` while it lasts, in the order in which they end, whichever way the model makes them."""
    calls: list[Call] = []
    layers = list(layers)

    def recorded(layer: Any, call: Any) -> Any:
        def run(*args: Any, **kwargs: Any) -> Any:
            outputs = call(*args, **kwargs)
            calls.append(Call(layer, (args, kwargs), outputs))
            return outputs

        return run

    try:
        for layer in layers:
            object.__setattr__(layer, "call", recorded(layer, layer.call))
        yield calls
    finally:
        for layer in layers:
            vars(layer).pop("call", None)
