"""The arguments of `search`, which are those of `keras.Model.fit`, as arrays for a population."""

import inspect
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import tree

from dlref._compat import keras as keras_src
from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program.data_sets import DataSet, arrays, kind_of

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
STEPS = {
    "steps_per_epoch": "x",
    "validation_steps": "validation_data",
}  # of what comes in mini-batches


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
        callbacks: of which each trial has copies.
        train_set: what the training set is read from in each epoch, or None; `train` is the first reading.
        dev_set: the same of the development set.
    """

    train: tuple[Any, Any, Any]
    dev: tuple[Any, Any, Any] | None
    epochs: int
    batch_size: int
    dev_batch_size: int
    shuffle: bool
    callbacks: list[Any]
    train_set: DataSet | None = None
    dev_set: DataSet | None = None

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
        taken = name in TAKEN or kind_of(given.get(STEPS.get(name, "")))
        if not taken and value is not default and value != default:
            raise Unsupported(f"fit has the argument {name}")
    size = int(given.get("batch_size") or 32)
    train, train_set = _training_set(given)
    dev, dev_set = _development_set(given)
    if dev is None and (share := given.get("validation_split")):
        if train_set:
            raise Unsupported("validation_split is of arrays alone")  # fit says it in Keras' words
        count = int(np.floor(len(tree.flatten(train)[0]) * (1 - share)))
        train, dev = (
            tree.map_structure(lambda a, part=part: None if a is None else a[part], train)
            for part in (slice(count), slice(count, None))
        )
    if not train_set and (class_weight := given.get("class_weight")):
        x, y, weight = train
        train = _weighted_by_class(x, y, weight, class_weight)
    dev_size = int(given.get("validation_batch_size") or size)
    shuffle = bool(given.get("shuffle", True))
    return Fit(
        train,
        dev,
        epochs=int(given.get("epochs", 1)),
        batch_size=train_set.batch_size if train_set else size,
        dev_batch_size=dev_set.batch_size if dev_set else dev_size,
        shuffle=shuffle and (train_set is None or train_set.shuffled),
        callbacks=tree.flatten(given.get("callbacks") or []),
        train_set=train_set,
        dev_set=dev_set,
    )


def _training_set(given: dict[str, Any]) -> tuple[tuple[Any, Any, Any], DataSet | None]:
    """Its arrays, and what they are read from in each epoch."""
    x, y, weight = (given.get(name) for name in ("x", "y", "sample_weight"))
    if not (name := kind_of(x)):
        return arrays(x, y, weight), None
    if y is not None or weight is not None:
        raise Unsupported(
            f"fit has y or sample_weight beside a {name}"
        )  # fit says it in Keras' words
    data_set = DataSet(x, given.get("steps_per_epoch"), given.get("class_weight"))
    return data_set.first, data_set


def _development_set(given: dict[str, Any]) -> tuple[tuple[Any, Any, Any] | None, DataSet | None]:
    dev = given.get("validation_data")
    if kind_of(dev):
        data_set = DataSet(dev, given.get("validation_steps"), evaluated=True)
        return data_set.first, data_set
    if dev is None:
        return None, None
    if not isinstance(dev, list | tuple) or len(dev) not in (2, 3):
        raise Unsupported("validation_data is not a tuple of arrays")
    return arrays(*dev), None


def _weighted_by_class(x: Any, y: Any, weight: Any, class_weight: Any) -> tuple[Any, Any, Any]:
    """The training set with the weight of its label for each example, as `fit` computes it."""
    if keras_src.class_weight_to_sample_weights is None:
        raise Unsupported("class_weight is left to Keras")
    if weight is not None or tree.is_nested(y) or not isinstance(class_weight, dict):
        raise Unsupported(
            "class_weight is no dictionary, or not alone"
        )  # fit says it in Keras' words
    return x, y, keras_src.class_weight_to_sample_weights(y, class_weight)
