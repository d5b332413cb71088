r"""Global average pooling: a sequence becomes the mean of its steps, whatever their order.

Sources: Flowchart C5 (sentiment: the mean of the words' embeddings).

$$ n = \max\left(1, \sum_i m_i\right) \tag{1} $$
$$ a_u = \frac{1}{n} \sum_i m_i x_{iu} \tag{2} $$

$x_i$ is what `inputs` has at step $i$, the embedding of a word; $m_i$ is 1 where the mask has a step and 0 where it has
padding, and $n$ the number of steps that count. $a$ is the mean of these. Without a mask all steps count. Padding may
hold anything, NaN too. Of a sequence that is padding throughout the mean is 0.

Equals `keras.layers.GlobalAveragePooling1D`, which gives NaN for a sequence that is padding throughout.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref import _checks


@keras.saving.register_keras_serializable("dlref")
class GlobalAveragePooling1D(keras.layers.Layer):
    r"""The mean of a sequence's steps, $a = \frac{1}{n} \sum_i m_i x_i$.

    Args:
        data_format: "channels_last" or "channels_first". Defaults to `keras.config.image_data_format()`.
        keepdims: whether the axis of the steps stays, with length 1. Defaults to False.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $x$, of shape (batch, steps, features), or (batch, features, steps).
        mask: booleans of shape (batch, steps), False where a step is padding. Defaults to None: all steps count.

    Returns:
        $a$, of shape (batch, features), without a mask.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed, or the inputs have no three axes.

    Example:
        >>> inputs = keras.ops.array([[[1.0, 2.0], [3.0, 4.0], [99.0, 99.0]]])
        >>> mask = keras.ops.array([[True, True, False]])
        >>> keras.ops.convert_to_numpy(GlobalAveragePooling1D()(inputs, mask=mask)).tolist()
        [[2.0, 3.0]]
    """

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.data_format = _checks.data_format(self, data_format)
        self.keepdims = _checks.boolean(self, "keepdims", keepdims)
        self.input_spec = keras.layers.InputSpec(ndim=3)
        self.supports_masking = True
        self.axis = 1 if self.data_format == "channels_last" else 2
        self._build_at_init()

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """The mean of the steps that the mask leaves."""
        x, dtype = _checks.at_least_float32(self, "inputs", inputs)
        x = x if self.axis == 1 else ops.swapaxes(x, 1, 2)
        if mask is None:
            m = ops.ones_like(x[..., 0])
        else:
            m = ops.cast(mask, x.dtype)
            x = ops.where(ops.expand_dims(m, 2) > 0, x, 0)  # 0 times NaN would be NaN
        a = ops.cast(_mean(x, m), dtype)
        return ops.expand_dims(a, self.axis) if self.keepdims else a

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """None: there are no steps any more."""

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> tuple[int | None, ...]:
        """The inputs' shape without the axis of the steps, or with 1 there."""
        kept = [1] if self.keepdims else []
        return (*input_shape[: self.axis], *kept, *input_shape[self.axis + 1 :])

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "data_format": self.data_format,
            "keepdims": self.keepdims,
        }


def _mean(x: Any, m: Any) -> Any:
    n = ops.maximum(1, ops.sum(m, -1, keepdims=True))  # (1)
    return 1 / n * ops.sum(m[..., None] * x, -2)  # (2)
