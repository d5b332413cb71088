"""What the cross-entropies share: their arguments, and predictions with a logarithm."""

from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.losses.wide_loss import WideLoss


class Crossentropy(WideLoss):
    """Base of the cross-entropies."""

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.from_logits = _checks.boolean(self, "from_logits", from_logits)
        self.label_smoothing = _checks.real(self, "label_smoothing", label_smoothing, "[0, 1]")
        self.axis = _checks.integer(self, "axis", axis)

    def size(self, y: Any) -> Any:
        """The number of entries along `axis`, as a number that divides tensors like `y`."""
        return ops.cast(ops.shape(y)[self.axis], y.dtype)

    def tensors(self, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
        """Labels and predictions in one dtype and shape; probabilities clipped as Keras clips them."""
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
        axis = _checks.axis(self, self.axis, len(y_hat.shape))
        if y_hat.shape[axis] == 0:
            raise ValueError(
                f"{type(self).__name__}: `y_pred` must have at least one entry along `axis`. "
                f"Received: axis={self.axis}, y_pred.shape={tuple(y_hat.shape)}."
            )
        return y, y_hat if self.from_logits else _clipped(y_hat, keras.config.epsilon())

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = {
            "from_logits": self.from_logits,
            "label_smoothing": self.label_smoothing,
            "axis": self.axis,
        }
        return {**super().get_config(), **config}


def _clipped(y_hat: Any, epsilon: float) -> Any:
    # Choices: of `ops.clip`, a probability that lies on a bound has the gradient 1 on TensorFlow and 0.5 on JAX.
    low, high = (ops.convert_to_tensor(bound, y_hat.dtype) for bound in (epsilon, 1 - epsilon))
    return ops.where(y_hat < low, low, ops.where(y_hat > high, high, y_hat))
