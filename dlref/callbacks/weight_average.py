r"""A running average of the weights, for the test: an ensemble of one training's models in one.

Source: CS231n-7.

$$ \bar x := \beta \bar x + (1 - \beta)\, x \tag{1} $$

$x$ (`x`) are the weights after an update, $\bar x$ (`x_bar`) their average, which starts with the weights after the
first update, and $\beta$ (`beta`) is `momentum`, 0.995 in the lecture: it reaches back about 200 updates.

Equals an optimizer of Keras with `use_ema=True` and `ema_momentum=momentum`.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks


class WeightAverage(keras.callbacks.Callback):
    r"""Averages the weights while the model trains: $\bar x := \beta \bar x + (1 - \beta) x$.

    When training ends, the model has the averages of its trainable weights. All else is as training left it, such as
    the averages of batch normalization.

    Args:
        momentum: $\beta$ in [0, 1). Defaults to 0.995.

    Raises:
        TypeError: if `momentum` is no number.
        ValueError: if it is outside its interval.

    Example:
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")])
        >>> model.compile(keras.optimizers.SGD(0.25), "mse")
        >>> average = WeightAverage(0.5)
        >>> one = keras.ops.ones((1, 1))
        >>> _ = model.fit(one, one, epochs=2, verbose=0, callbacks=[average])  # the kernel is 0.5 after each update
        >>> float(model.layers[0].kernel[0, 0])
        0.5

    `averages` holds the averages, in the order of the model's `trainable_variables`. With `steps_per_execution` they
    take in the weights once for so many updates.
    """

    def __init__(self, momentum: float = 0.995) -> None:
        super().__init__()
        self.momentum = _checks.real(self, "momentum", momentum, "[0, 1)")
        self.averages: list[Any] = []

    def on_train_begin(self, logs: Any = None) -> None:
        """A new training begins."""
        self.averages = []

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Takes the weights into the average."""
        if keras.backend.backend() == "jax":  # which keeps them to itself while an epoch lasts
            self.model.jax_state_sync()
        weights = [ops.copy(v.value) for v in self.model.trainable_variables]
        self.averages = (
            [self._next(*pair) for pair in zip(self.averages, weights, strict=True)]
            if self.averages
            else weights
        )

    def _next(self, x_bar: Any, x: Any) -> Any:
        beta = ops.convert_to_tensor(self.momentum, x.dtype)
        return beta * x_bar + (1 - beta) * x  # (1)

    def on_train_end(self, logs: Any = None) -> None:
        """Puts the averages in the place of the weights."""
        for v, average in zip(self.model.trainable_variables, self.averages, strict=False):
            # Of a copy: JAX gives away the array of a weight when training goes on.
            v.assign(ops.copy(average))
