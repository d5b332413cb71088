r"""Leaky ReLU: a small slope below 0 instead of none.

Sources: CS231n-6; Flowchart C1.

$$ a = \max(\alpha z, z) \tag{1} $$

$z$ (`inputs`) has any shape, $\alpha$ (`negative_slope`) is the slope below 0. Everything is elementwise.

Equals `keras.layers.LeakyReLU`, but for the default slope, 0.3 there and 0.01 in the lecture.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref import _checks


@keras.saving.register_keras_serializable("dlref")
class LeakyReLU(keras.layers.Layer):
    r"""Leaky ReLU, $a = \max(\alpha z, z)$; at 0 its gradient is $\alpha$.

    Args:
        negative_slope: $\alpha$ in [0, 1]. Defaults to 0.01, the lecture's; Keras' default is 0.3.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $z$, of any shape.

    Raises:
        TypeError: if `negative_slope` is not a number.
        ValueError: if it is NaN or outside [0, 1], where $\max(\alpha z, z)$ is no leaky ReLU.

    Example:
        >>> a = LeakyReLU()(keras.ops.convert_to_tensor([-2.0, 3.0]))
        >>> [round(float(value), 2) for value in a]
        [-0.02, 3.0]
    """

    def __init__(self, negative_slope: float = 0.01, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.negative_slope = _checks.real(self, "negative_slope", negative_slope, "[0, 1]")
        self.supports_masking = True
        self._build_at_init()

    def call(self, inputs: Any) -> Any:
        """The larger of the two."""
        z, _ = _checks.at_least_float32(self, "inputs", inputs)
        alpha = ops.convert_to_tensor(self.negative_slope, z.dtype)

        a = ops.where(z <= 0, alpha * z, z)  # (1)
        return ops.cast(a, self.compute_dtype)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> Sequence[int | None]:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "negative_slope": self.negative_slope}
