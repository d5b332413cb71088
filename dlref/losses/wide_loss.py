"""A loss that computes in float32 at least."""

from typing import Any

import keras
from keras import ops


class WideLoss(keras.losses.Loss):
    """Base of the losses; Keras' `Loss` adds `reduction`, sample weights and masks.

    Computes in float32 at least: of half precision, `dtype` is the result's alone.
    """

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss, reduced."""
        if self.dtype not in ("float16", "bfloat16"):
            return super().__call__(y_true, y_pred, sample_weight)
        # copy.copy would save it as a file and load it again.
        wide = type(self).from_config({**self.get_config(), "dtype": "float32"})
        return ops.cast(wide(y_true, y_pred, sample_weight), self.dtype)
