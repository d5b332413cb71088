"""What a layer needs that has weights: an initializer, a regularizer and a constraint for each."""

from collections.abc import Sequence
from typing import Any

import keras

from dlref import _checks

KINDS = ("initializer", "regularizer", "constraint")


class Weighted(keras.layers.Layer):
    """Base of the layers with weights.

    Args:
        **kwargs: `NAME_initializer`, `NAME_regularizer` and `NAME_constraint` for each weight `NAME`, and the keywords
            of `keras.layers.Layer`.

    Raises:
        ValueError: if Keras knows no such initializer, regularizer or constraint.
    """

    def __init__(self, **kwargs: Any) -> None:
        objects = {name: kwargs.pop(name) for name in list(kwargs) if name.endswith(KINDS)}
        super().__init__(**kwargs)
        self._objects = list(objects)
        for name, value in objects.items():
            setattr(self, name, _checks.identified(self, name, value))

    def add_named_weight(self, role: str, shape: Sequence[int], **kwargs: Any) -> Any:
        """A weight with the initializer, regularizer and constraint of its role, which is its name if none is given."""
        parts = {kind: getattr(self, f"{role}_{kind}", None) for kind in KINDS}
        return self.add_weight(**{"name": role, "shape": shape, **parts, **kwargs})

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments of this kind."""
        config = {}
        for name in self._objects:
            serialize = getattr(keras, f"{name.rpartition('_')[2]}s").serialize
            config[name] = serialize(getattr(self, name))
        return {**super().get_config(), **config}


def fresh(initializer: Any) -> Any:
    """The same initializer anew: one object draws equal weights for equal shapes."""
    if not isinstance(initializer, keras.Initializer):
        return initializer
    return type(initializer).from_config(initializer.get_config())
