r"""Maxout: the largest of several linear pieces, all learned.

Sources: CS231n-6.

$$ z_j = w_j^\top x + b_j \tag{1} $$
$$ a = \max_j z_j \tag{2} $$

$x$ (`inputs`) is an example, along the last axis; $a$ is the output of one of `units`, and $j$ runs over its `pieces`,
two in the lecture. `kernel` has one column $w_j$ for each piece of each unit, a unit's pieces side by side, and `bias`
one $b_j$. Where several pieces are the largest, they share the gradient equally.

Nothing built in is maxout. It equals a `keras.layers.Dense` of `units * pieces` units with the maximum over each unit's
pieces.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.layers.weighted import Weighted


@keras.saving.register_keras_serializable("dlref")
class Maxout(Weighted):
    r"""Maxout, $a = \max_j (w_j^\top x + b_j)$: a dense layer and its activation in one.

    Args:
        units: how many outputs, at least 1.
        pieces: how many linear pieces each has, at least 1. Defaults to 2.
        use_bias: whether there are $b_j$. Defaults to True.
        kernel_initializer: where the $w_j$ start. Defaults to "glorot_uniform".
        bias_initializer: where the $b_j$ start. Defaults to "zeros".
        kernel_regularizer: regularizer of the $w_j$.
        bias_regularizer: regularizer of the $b_j$.
        kernel_constraint: constraint on the $w_j$.
        bias_constraint: constraint on the $b_j$.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $x$, of any shape with rank 2 or more.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a number is too small, or the input has rank 1 or a last axis of unknown size.

    Example:
        >>> layer = Maxout(1, use_bias=False)
        >>> layer.build((None, 1))
        >>> _ = layer.kernel.assign([[1.0, -1.0]])  # the pieces x and -x: the absolute value
        >>> [float(a) for a in layer(keras.ops.convert_to_tensor([[-2.0], [3.0]]))[:, 0]]
        [2.0, 3.0]
    """

    def __init__(
        self,
        units: int,
        pieces: int = 2,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
            **kwargs,
        )
        self.units = _checks.integer(self, "units", units, low=1)
        self.pieces = _checks.integer(self, "pieces", pieces, low=1)
        self.use_bias = _checks.boolean(self, "use_bias", use_bias)
        self.supports_masking = True

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Makes the pieces."""
        rank = len(input_shape)
        if rank < 2 or input_shape[-1] is None:
            raise ValueError(
                f"{type(self).__name__}: `inputs` must have rank 2 or more, and the size of its last axis must be "
                f"known. Received: inputs.shape={tuple(input_shape)}."
            )
        n, columns = input_shape[-1], self.units * self.pieces
        self.input_spec = keras.layers.InputSpec(min_ndim=2, axes={-1: n})
        self.kernel = self.add_named_weight("kernel", (n, columns))
        self.bias = self.add_named_weight("bias", (columns,)) if self.use_bias else None

    def call(self, inputs: Any) -> Any:
        """The largest piece of each unit."""
        x = _checks.floating(self, "inputs", inputs)
        w, b = self.kernel, 0 if self.bias is None else self.bias

        z = ops.matmul(x, w) + b  # (1)
        z = ops.reshape(z, (*ops.shape(x)[:-1], self.units, self.pieces))
        if 0 in z.shape:
            return z[..., 0]
        return ops.max(z, -1)  # (2)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> Sequence[int | None]:
        """The input's shape, but for the last axis: `units`."""
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = ("units", "pieces", "use_bias")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
