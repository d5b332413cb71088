"""What stands for `self` and `super()` while a numbered statement runs on symbols."""

import inspect
from collections.abc import Mapping
from typing import Any

from dlref.conformance.equations.functions import normal


class Self:
    """Stands for `self`: `values` first, then the methods and attributes of a real object."""

    def __init__(self, instance: Any, values: Mapping[str, Any]) -> None:
        self.__dict__.update(instance=instance, values=values)

    def __getattr__(self, name: str) -> Any:
        if name in self.values:
            return self.values[name]
        found = getattr(self.instance, name)
        if inspect.ismethod(found):
            return found.__func__.__get__(self)
        return found


class Super:
    """Stands for `super()` in an initializer: the draw of the class it builds on."""

    def __init__(self, instance: Any) -> None:
        self.instance = instance

    def __call__(self, *_: Any) -> Any:
        return normal(self.instance.mean, self.instance.stddev**2)
