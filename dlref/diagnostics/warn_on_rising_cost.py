r"""A callback that says when the full-batch cost rises.

Sources: DLS-C2-blog; Flowchart C2.

$$ \delta = J - J_\text{before} \tag{1} $$

$J$ (`J`) is the cost of all examples at the parameters of one epoch, and $J_\text{before}$ (`J_before`) that of the
epoch before. A step of gradient descent on all examples makes $\delta$ negative, if the learning rate is small enough
and the gradient right.

Equals `numpy.diff` of the costs that `fit` returns, where each epoch is one step.
"""

import warnings
from typing import Any

import keras
from keras import ops

from dlref.diagnostics.examples import prepared

ROUNDING = 1e-6  # of the largest cost, in float32


class WarnOnRisingCost(keras.callbacks.Callback):
    r"""Warns once when the cost of all examples rises from one epoch to the next, and keeps all rises.

    Where `fit` takes all examples at once, it knows that cost already. Otherwise give them, and the model is evaluated
    on them after each epoch, as at test time.

    Args:
        x: all examples of the training set: an array, or arrays in a list or a dictionary. Defaults to None: `fit` has
            `batch_size` no smaller than their number.
        y: their labels, as for `fit`.
        sample_weight: their weights, as for `fit`.

    Raises:
        TypeError: if `y` or `sample_weight` comes without `x`.
        ValueError: in `fit`, if it takes several mini-batches and `x` is None, or if the examples cannot be used.

    Example:
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
        >>> model.compile(keras.optimizers.SGD(0.1), "mse")
        >>> callback = WarnOnRisingCost()
        >>> x = keras.ops.convert_to_numpy([[-1.0], [1.0]])
        >>> _ = model.fit(x, 2 * x, epochs=3, batch_size=2, verbose=0, callbacks=[callback])
        >>> callback.rises
        []

    `rises` holds, of each rise, the epoch, counted from 0, the cost before, and the cost then. A cost that becomes NaN
    is one; what is smaller than a millionth of the largest cost so far is rounding.
    """

    def __init__(self, x: Any = None, y: Any = None, sample_weight: Any = None) -> None:
        super().__init__()
        if x is None and (y is not None or sample_weight is not None):
            raise TypeError("WarnOnRisingCost: `x` must be given with `y` and `sample_weight`.")
        self.examples = x, y, sample_weight
        self.rises: list[tuple[int, float, float]] = []
        self._cost: float | None = None
        self._largest = 0.0

    def on_train_begin(self, logs: Any = None) -> None:
        """A new training begins."""
        self.rises, self._cost, self._largest = [], None, 0.0
        if self.examples[0] is not None:
            prepared(type(self).__name__, self.model, *self.examples)
        self._require_all_examples((self.params.get("steps") or 1) > 1)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """A second mini-batch of an epoch is one too many."""
        self._require_all_examples(batch > 0)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Compares the cost with the one before."""
        J_before, J = self._cost, self._cost_now(logs)
        self._cost = J
        if J_before is None:
            return
        delta = J - J_before  # (1)
        self._largest = max(self._largest, abs(J_before))
        if delta <= ROUNDING * self._largest:
            return
        if not self.rises:
            rate = float(ops.convert_to_numpy(self.model.optimizer.learning_rate))
            warnings.warn(
                f"Epoch {epoch + 1}: the full-batch cost rose from {J_before:.6g} to {J:.6g}. Lower the learning rate, "
                f"{rate:.3g} now. If the cost still rises, check the gradient with dlref.diagnostics.gradient_check.",
                stacklevel=2,
            )
        self.rises.append((epoch, J_before, J))

    def _cost_now(self, logs: Any) -> float:
        x, y, sample_weight = self.examples
        if x is None:
            return float(logs["loss"])
        found = self.model.evaluate(x, y, sample_weight=sample_weight, verbose=0, return_dict=True)
        return float(found["loss"])

    def _require_all_examples(self, several: bool) -> None:
        if several and self.examples[0] is None:
            raise ValueError(
                "WarnOnRisingCost: the cost of mini-batches rises and falls by chance. Give the callback all examples, "
                "WarnOnRisingCost(x, y), or train with batch_size=len(x)."
            )
