"""The loss as training sees it: mini-batch by mini-batch, and what guessing would lose."""

from dataclasses import dataclass
from math import log
from typing import Any

import keras
from keras import ops

from dlref.diagnostics.guessing import classes


@dataclass(frozen=True)
class Mark:
    """A place in an epoch: the sum of the losses so far, and their number."""

    total: float = 0.0
    count: float = 0.0


class LossMeter:
    """Reads the mean that `fit` keeps of the loss: no batch is computed twice.

    Args:
        model: a compiled Keras model.

    Example:
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
        >>> model.compile("sgd", "mse")
        >>> meter = LossMeter(model)
        >>> _ = model.train_on_batch(ops.ones((1, 1)), ops.zeros((1, 1)))
        >>> meter.since(Mark())
        1.0
    """

    def __init__(self, model: keras.Model) -> None:
        found = [m for m in model.metrics if m.name == "loss" and hasattr(m, "count")]
        self.mean = found[0] if found else None  # a training step of the user's may have none

    def mark(self) -> Mark:
        """The place now; both are 0 where an epoch begins."""
        if self.mean is None:
            return Mark()
        return Mark(_number(self.mean.total), _number(self.mean.count))

    def since(self, before: Mark) -> float | None:
        """The mean loss of the batches since then."""
        now = self.mark()
        count = now.count - before.count
        return (now.total - before.total) / count if count > 0 else None


def penalty(model: keras.Model) -> float:
    """What the regularizers of the weights add to the loss."""
    prices = [v.regularizer(v) for v in model.trainable_variables if v.regularizer is not None]
    return float(sum(_number(price) for price in prices))


def guessing(model: keras.Model) -> tuple[int, float] | None:
    """The number of classes and the loss of guessing, ln C, where the model's loss is one cross-entropy.

    Example:
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(10, "softmax")])
        >>> model.compile("sgd", "sparse_categorical_crossentropy")
        >>> guessing(model)
        (10, 2.302585092994046)
    """
    shape = getattr(model, "output_shape", None)
    count = classes(model.loss, shape if isinstance(shape, tuple) else None)
    return (count, log(count)) if count else None


def _number(value: Any) -> float:
    return float(ops.convert_to_numpy(value))
