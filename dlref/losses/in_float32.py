"""What all losses share: labels and predictions of one shape, and sums in float32 at least."""

from typing import Any

import keras
from keras import ops

from dlref import _checks


class InFloat32(keras.losses.Loss):
    """Keras' `Loss` adds `reduction`, sample weights and masks.

    Computes in float32 at least: of half precision, `dtype` is the result's alone.
    """

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss, reduced."""
        if self.dtype not in ("float16", "bfloat16"):
            return super().__call__(y_true, y_pred, sample_weight)
        # copy.copy would save it as a file and load it again.
        wide = type(self).from_config({**self.get_config(), "dtype": "float32"})
        return ops.cast(wide(y_true, y_pred, sample_weight), self.dtype)

    def same_shape(self, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
        """Labels and predictions in one dtype.

        Raises:
            TypeError: if predictions are no tensor of real numbers.
            ValueError: if the shapes differ.
        """
        y_hat, _ = _checks.at_least_float32(self, "y_pred", y_pred)
        y = ops.cast(y_true, y_hat.dtype)
        if len(y.shape) + 1 == len(y_hat.shape) and y_hat.shape[-1] == 1:
            y = ops.expand_dims(y, -1)  # labels (m,) for an output (m, 1), as in Keras
        if len(y.shape) != len(y_hat.shape) or any(
            a != b for a, b in zip(y.shape, y_hat.shape, strict=True) if None not in (a, b)
        ):
            raise ValueError(
                f"{type(self).__name__}: `y_true` and `y_pred` must have the same shape. "
                f"Received: y_true.shape={tuple(y.shape)}, y_pred.shape={tuple(y_hat.shape)}."
            )
        return y, y_hat


def clipped(y_hat: Any) -> Any:
    """Probabilities that have a logarithm: in $[10^{-7}, 1 - 10^{-7}]$, Keras' epsilon."""
    epsilon = keras.config.epsilon()
    # Choices: of `ops.clip`, a probability that lies on a bound has the gradient 1 on TensorFlow and 0.5 on JAX.
    low, high = (ops.convert_to_tensor(bound, y_hat.dtype) for bound in (epsilon, 1 - epsilon))
    return ops.where(y_hat < low, low, ops.where(y_hat > high, high, y_hat))
