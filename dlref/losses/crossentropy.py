"""What the cross-entropies share: their arguments, and predictions with a logarithm."""

from typing import Any

from keras import ops

from dlref import _checks
from dlref.losses.in_float32 import InFloat32, clipped


class Crossentropy(InFloat32):
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
        y, y_hat = self.same_shape(y_true, y_pred)
        axis = _checks.axis(self, self.axis, len(y_hat.shape))
        if y_hat.shape[axis] == 0:
            raise ValueError(
                f"{type(self).__name__}: `y_pred` must have at least one entry along `axis`. "
                f"Received: axis={self.axis}, y_pred.shape={tuple(y_hat.shape)}."
            )
        return y, y_hat if self.from_logits else clipped(y_hat)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = {
            "from_logits": self.from_logits,
            "label_smoothing": self.label_smoothing,
            "axis": self.axis,
        }
        return {**super().get_config(), **config}
