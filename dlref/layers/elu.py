r"""ELU: exponential linear unit, which saturates below 0.

Sources: CS231n-6.

$$ a = \begin{cases} z & z > 0 \\ \alpha\,(e^z - 1) & z \le 0 \end{cases} \tag{1} $$

$z$ (`inputs`) has any shape, $\alpha$ is `alpha`. Everything is elementwise.

Equals `keras.layers.ELU`. In half precision it is computed in float32 and rounded once.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref import _checks


@keras.saving.register_keras_serializable("dlref")
class ELU(keras.layers.Layer):
    r"""Exponential linear unit: $z$ above 0, $\alpha\,(e^z - 1)$ below; at 0 its gradient is $\alpha$.

    Args:
        alpha: $\alpha \ge 0$; the output stays above $-\alpha$. Defaults to 1.0.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $z$, of any shape.

    Raises:
        TypeError: if `alpha` is not a number.
        ValueError: if it is NaN or negative.

    Example:
        >>> a = ELU()(keras.ops.convert_to_tensor([-1.0, 3.0]))
        >>> [round(float(value), 4) for value in a]
        [-0.6321, 3.0]
    """

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = _checks.real(self, "alpha", alpha, "[0, inf)", "float32")
        self.supports_masking = True
        self._build_at_init()

    def call(self, inputs: Any) -> Any:
        """The unit's output."""
        z, _ = _checks.at_least_float32(self, "inputs", inputs)
        alpha = ops.convert_to_tensor(self.alpha, z.dtype)

        a = ops.where(z <= 0, alpha * ops.expm1(ops.where(z <= 0, z, 0)), z)  # (1)
        return ops.cast(a, self.compute_dtype)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> Sequence[int | None]:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "alpha": self.alpha}
