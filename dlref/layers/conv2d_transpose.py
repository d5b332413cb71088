r"""Transposed convolution: each input puts a filter on the outputs, so that a map grows.

Sources: Flowchart C4.

$$ h = s (n - 1) + f - p - q \tag{1} $$
$$ z_{kl} = \sum_{ijuvc} [k = s i + u] \, [l = s j + v] \, W_{uvc} x_{ijc} \tag{2} $$

$n$ is the height of the inputs, $f$ the filter's height, $s$ the stride and $h$ the height of the outputs; the width
follows in the same way. $x$ (`inputs`) has channels $c$. Each of the `filters` has weights $W$; $u$ and $v$ run over
them, from 0. A bracket is 1 where it is true and 0 elsewhere: $x_{ij}$ lays its filter, multiplied by itself, from row
$s i$ and column $s j$ on, and what overlaps is added up. Of $z$ the first $p$ rows and the last $q$ are cut off; where
$q$ is negative, rows of zeros are added. The filter's bias and the activation follow.

Equals `keras.layers.Conv2DTranspose` for padding "valid" and filters that are no smaller than the stride. For "same"
both have $s n$ rows: the lecture cuts $(f - 1) / 2$ rows off at the top and the rest at the bottom, Keras half of what
there is to cut, the odd row at the bottom. (2) is what a convolution with the same filter passes back to its inputs.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.layers.windowed import Windowed


@keras.saving.register_keras_serializable("dlref")
class Conv2DTranspose(Windowed):
    r"""Transposed convolution (2): the sum of filters, each multiplied by an input and laid in steps of the stride.

    Args:
        filters: how many, at least 1: the channels of the outputs.
        kernel_size: $f$, a positive integer, or one for height and width.
        strides: $s$, a positive integer, or one for height and width. Defaults to 1.
        padding: "valid" for $p = 0$; "same" for $p = (f - 1) / 2$, rounded down, and the $q$ that gives $s n$ rows; or
            $p$ itself, an integer of at least 0, or one for height and width. Defaults to "valid".
        output_padding: how many rows more are kept at the end, $q = p - \text{output\_padding}$: an integer from 0 to
            $s - 1$, or one for height and width. Defaults to None, 0 but for "same".
        data_format: "channels_last" or "channels_first". Defaults to `keras.config.image_data_format()`.
        dilation_rate: how far apart the weights of a filter lie; $f$ in (1) is then the span of all. Defaults to 1.
        activation: what is applied to the outputs, a function or its name. Defaults to None.
        use_bias: whether each filter has a bias. Defaults to True.
        kernel_initializer: where the $W$ start. Defaults to "glorot_uniform".
        bias_initializer: where the biases start. Defaults to "zeros".
        kernel_regularizer: regularizer of the $W$.
        bias_regularizer: regularizer of the biases.
        kernel_constraint: constraint on the $W$.
        bias_constraint: constraint on the biases.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $x$, of shape (batch, height, width, channels), or (batch, channels, height, width).

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed, or nothing of the outputs is left.

    Example:
        >>> layer = Conv2DTranspose(1, (3, 1), (2, 1), "same")
        >>> layer.build((None, 2, 1, 1))
        >>> _ = layer.kernel.assign(keras.ops.reshape([1.0, 10.0, 100.0], (3, 1, 1, 1)))
        >>> z = layer(keras.ops.reshape([1.0, 2.0], (1, 2, 1, 1)))  # 1 10 102 20 200, without the first row
        >>> [float(each) for each in z[0, :, 0, 0]]
        [10.0, 102.0, 20.0, 200.0]
    """

    fits = "must leave some of the outputs after padding"

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str | int | Sequence[int] = "valid",
        output_padding: int | Sequence[int] | None = None,
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
        activation: Any = None,
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
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
            **kwargs,
        )
        self.filters = _checks.integer(self, "filters", filters, low=1)
        given = output_padding is not None
        self.output_padding = self._pair("output_padding", output_padding, 0) if given else None
        if any(o >= s for o, s in zip(self.output_padding or (), self.strides, strict=False)):
            allowed = "`output_padding` must be smaller than `strides`"
            self.refuse(allowed, "output_padding", "strides")
        self.activation = _checks.identified(self, "activation", activation)
        self.use_bias = _checks.boolean(self, "use_bias", use_bias)

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Makes the filters."""
        n_c = input_shape[self.channel_axis]
        if n_c is None:
            self.refuse(
                "the number of channels must be known", **{"inputs.shape": tuple(input_shape)}
            )
        self.compute_output_shape(input_shape)
        self.input_spec = keras.layers.InputSpec(ndim=4, axes={self.channel_axis: n_c})
        self.kernel = self.add_named_weight("kernel", (*self.kernel_size, self.filters, n_c))
        self.bias = self.add_named_weight("bias", (self.filters,)) if self.use_bias else None

    def borders(self) -> list[tuple[int, int]]:
        """How many rows of $z$ are cut off before and after the outputs, and columns."""
        axes = list(zip(self.spans, self.strides, strict=True))
        if self.padding == "same":
            before = [(f - 1) // 2 for f, _ in axes]
            after = [f - s - p for (f, s), p in zip(axes, before, strict=True)]
        else:
            before = after = [0, 0] if self.padding == "valid" else list(self.padding)
        if self.output_padding is not None:
            after = [p - o for p, o in zip(before, self.output_padding, strict=True)]
        return list(zip(before, after, strict=True))

    def _size(self, n: int, f: int, s: int, p: int, q: int) -> int:
        return s * (n - 1) + f - p - q  # (1)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> tuple[int | None, ...]:
        """Height and width by (1), and a channel for each filter."""
        return self.output_shape(input_shape, self.filters, self._size)

    def call(self, inputs: Any) -> Any:
        """The outputs of all filters, and the activation."""
        z = self._cut(self.spread(_checks.floating(self, "inputs", inputs), self.kernel))
        if self.bias is not None:
            z = z + ops.reshape(self.bias, (-1, 1, 1) if self.channel_axis == 1 else (-1,))
        return self.activation(z)

    def spread(self, x: Any, w: Any) -> Any:
        """All that the inputs put on the outputs, before anything is cut off."""
        s, rest = self.strides, (self.data_format, self.dilation_rate)
        return ops.conv_transpose(x, w, s, "valid", None, *rest)  # (2)

    def _cut(self, z: Any) -> Any:
        """`z` without its borders."""
        added, start, size = [(0, 0)] * 4, [0] * 4, list(ops.shape(z))
        axes = [axis for axis in (1, 2, 3) if axis != self.channel_axis]
        for axis, f, s, (p, q) in zip(axes, self.spans, self.strides, self.borders(), strict=True):
            q += max(s - f, 0)  # the backends fill the last stride, where a filter does not
            added[axis], start[axis] = (0, max(-q, 0)), p
            size[axis] -= p + q
        z = ops.pad(z, added) if any(map(any, added)) else z
        return ops.slice(z, start, size)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = ("filters", "output_padding", "dilation_rate", "use_bias")
        config = {name: getattr(self, name) for name in names}
        config["activation"] = keras.activations.serialize(self.activation)
        return {**super().get_config(), **config}
