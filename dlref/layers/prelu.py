r"""PReLU: leaky ReLU with a slope that is learned.

Sources: CS231n-6.

$$ a = \max(\alpha z, z) \tag{1} $$

$z$ (`inputs`) has any shape; $\alpha$ has an entry for each place of an example, one for all along each of
`shared_axes`, and is learned like a weight. Everything is elementwise.

Equals `keras.layers.PReLU` for $\alpha \le 1$. For $\alpha > 1$ it differs: Keras' layer is $\alpha z$ below 0 and $z$
above, which is then the smaller of the two, $\min(\alpha z, z)$. At $z = 0$ the gradient is the slope below it,
$\min(\alpha, 1)$; Keras' is 0.
"""

from collections.abc import Sequence
from numbers import Integral
from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.layers.weighted import Weighted


@keras.saving.register_keras_serializable("dlref")
class PReLU(Weighted):
    r"""Parametric ReLU, $a = \max(\alpha z, z)$.

    Computes in float32 at least, also under mixed precision.

    Args:
        alpha_initializer: where $\alpha$ starts. Defaults to "zeros", ReLU.
        alpha_regularizer: regularizer of $\alpha$.
        alpha_constraint: constraint on $\alpha$.
        shared_axes: an axis or a list of axes along which one $\alpha$ serves all, counted from the mini-batch's, which
            is 0, or from the end: `[1, 2]` leaves one for each channel of an image. Defaults to None.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $z$, of any shape.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if the input has no such axis, or the size of an axis that is not shared is unknown.

    Example:
        >>> layer = PReLU(alpha_initializer=keras.initializers.Constant(0.25))
        >>> [float(a) for a in layer(keras.ops.convert_to_tensor([[-2.0, 3.0]]))[0]]
        [-0.5, 3.0]
    """

    def __init__(
        self,
        alpha_initializer: Any = "zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: int | Sequence[int] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            alpha_initializer=alpha_initializer,
            alpha_regularizer=alpha_regularizer,
            alpha_constraint=alpha_constraint,
            **kwargs,
        )
        self.shared_axes = shared_axes if shared_axes is None else self._axes(shared_axes)
        self.supports_masking = True

    def _axes(self, shared_axes: Any) -> list[int]:
        listed = [shared_axes] if isinstance(shared_axes, Integral) else shared_axes
        listed = _checks.sequence(self, "shared_axes", listed)
        return [_checks.integer(self, "shared_axes", axis) for axis in listed]

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Makes the slopes."""
        axes, rank = self.shared_axes or [], len(input_shape)
        known = all(axis != 0 and -rank < axis < rank for axis in axes)
        shared = {axis % rank for axis in axes if known}
        own = {axis: n for axis, n in enumerate(input_shape) if axis not in shared | {0}}
        if not known or None in own.values():
            raise ValueError(
                f"{type(self).__name__}: `shared_axes` must be axes of `inputs`, the mini-batch's left out, with "
                f"those of unknown size among them. Received: shared_axes={self.shared_axes}, "
                f"inputs.shape={tuple(input_shape)}."
            )
        self.input_spec = keras.layers.InputSpec(ndim=rank, axes=own)
        shape = [own.get(axis) or 1 for axis in range(1, rank)]
        self.alpha = self.add_named_weight("alpha", shape, autocast=False)

    def call(self, inputs: Any) -> Any:
        """The larger of the two."""
        z, _ = _checks.at_least_float32(self, "inputs", inputs)
        alpha = ops.cast(self.alpha, z.dtype)
        larger = ops.logical_xor(z > 0, alpha <= 1)

        a = ops.where(larger, alpha * z, z)  # (1)
        return ops.cast(a, self.compute_dtype)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> Sequence[int | None]:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "shared_axes": self.shared_axes}
