"""The arguments of `search`, which are those of `keras.Model.fit`, as arrays for a population."""

import inspect
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import tree

from dlref._compat import keras as keras_src
from dlref.callbacks import EarlyStopping
from dlref.tuning.populations.model.unsupported import Unsupported

CALLBACKS = (EarlyStopping, keras.callbacks.EarlyStopping, keras.callbacks.TerminateOnNaN)
# What a population takes besides the data. Anything else that differs from its default needs `fit` itself.
TAKEN = {
    "batch_size",
    "epochs",
    "verbose",
    "callbacks",
    "validation_split",
    "validation_data",
    "shuffle",
}
TAKEN |= {"validation_batch_size", "x", "y", "sample_weight", "class_weight"}


@dataclass(frozen=True)
class Fit:
    """What one epoch after the other is trained on.

    Attributes:
        train: x, y and the examples' weights or None.
        dev: the same of the development set, or None.
        epochs: how many.
        batch_size: examples in a mini-batch.
        dev_batch_size: of the development set.
        shuffle: whether the examples come in another order in each epoch.
        callbacks: `EarlyStopping` and `TerminateOnNaN`, of which each trial has copies.
    """

    train: tuple[Any, Any, Any]
    dev: tuple[Any, Any, Any] | None
    epochs: int
    batch_size: int
    dev_batch_size: int
    shuffle: bool
    callbacks: list[Any]

    @property
    def examples(self) -> int:
        """In the training set."""
        return len(tree.flatten(self.train)[0])

    def identity(self) -> list[Any]:
        """What must be the same for a training to be gone on with."""
        arrays = [a for a in tree.flatten([self.train, self.dev]) if a is not None]
        callbacks = [type(callback).__name__ for callback in self.callbacks]
        plan = [self.epochs, self.batch_size, self.shuffle, callbacks]
        return [[list(np.shape(a)) for a in arrays], plan]


def parse(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Fit:
    """Reads the arguments of `fit`.

    Raises:
        Unsupported: if only `fit` itself can follow them; the message says which.
    """
    signature = inspect.signature(keras.Model.fit)
    given = signature.bind(None, *args, **kwargs).arguments
    for name, value in list(given.items())[1:]:
        default = signature.parameters[name].default
        if name not in TAKEN and value is not default and value != default:
            raise Unsupported(f"fit has the argument {name}")
    for callback in given.get("callbacks") or []:
        if type(callback) not in CALLBACKS:
            raise Unsupported(f"fit has the callback {type(callback).__name__}")
    train = _arrays(given.get("x"), given.get("y"), given.get("sample_weight"))
    dev = given.get("validation_data")
    if dev is not None:
        if not isinstance(dev, list | tuple) or len(dev) not in (2, 3):
            raise Unsupported("validation_data is not a tuple of arrays")
        dev = _arrays(*dev)
    elif share := given.get("validation_split"):
        count = int(np.floor(len(tree.flatten(train)[0]) * (1 - share)))
        train, dev = (
            tree.map_structure(lambda a, part=part: None if a is None else a[part], train)
            for part in (slice(count), slice(count, None))
        )
    if class_weight := given.get("class_weight"):
        x, y, weight = train
        train = _weighted_by_class(x, y, weight, class_weight)
    size = int(given.get("batch_size") or 32)
    return Fit(
        train,
        dev,
        epochs=int(given.get("epochs", 1)),
        batch_size=size,
        dev_batch_size=int(given.get("validation_batch_size") or size),
        shuffle=bool(given.get("shuffle", True)),
        callbacks=list(given.get("callbacks") or []),
    )


def _arrays(x: Any, y: Any, weight: Any = None) -> tuple[Any, Any, Any]:
    data = (x, y, weight)
    leaves = [leaf for leaf in tree.flatten(data) if leaf is not None]
    if y is None or not all(hasattr(leaf, "shape") and np.ndim(leaf) for leaf in leaves):
        raise Unsupported("the data are not arrays of x and y")
    if len({len(leaf) for leaf in leaves}) > 1:
        raise Unsupported("the arrays have different lengths")  # fit says it in Keras' words
    return tree.map_structure(lambda leaf: None if leaf is None else _array(leaf), data)


def _weighted_by_class(x: Any, y: Any, weight: Any, class_weight: Any) -> tuple[Any, Any, Any]:
    """The training set with the weight of its label for each example, as `fit` computes it."""
    if keras_src.class_weight_to_sample_weights is None:
        raise Unsupported("class_weight is left to Keras")
    if weight is not None or tree.is_nested(y) or not isinstance(class_weight, dict):
        raise Unsupported(
            "class_weight is no dictionary, or not alone"
        )  # fit says it in Keras' words
    return x, y, keras_src.class_weight_to_sample_weights(y, class_weight)


def _array(leaf: Any) -> np.ndarray:
    array = keras.ops.convert_to_numpy(leaf)
    if array.dtype.kind not in "biuf":
        raise Unsupported(f"the data are of type {array.dtype}")
    return array.astype(keras.config.floatx()) if array.dtype.kind == "f" else array
