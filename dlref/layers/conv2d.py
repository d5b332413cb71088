r"""Convolution: one small filter, the same weights at every place of a picture.

Sources: Flowchart C4.

$$ h = \left\lfloor \frac{n + 2 p - f}{s} \right\rfloor + 1 \tag{1} $$
$$ z_{ij} = \sum_{uvc} W_{uvc} x_{s i + u, s j + v, c} + b \tag{2} $$
$$ z_{ij} = \sum_{uvc} W_{uvc} x_{s i + f - 1 - u, s j + f - 1 - v, c} + b \tag{3} $$

$n$ is the height of the inputs, $p$ the rows of zeros above and below them, $f$ the filter's height, $s$ the stride and
$h$ the height of the outputs; the width follows in the same way. $x$ (`inputs`), with its zeros, has channels $c$. Each
of the `filters` has weights $W$ and one bias $b$, and makes one channel $z$ of the outputs; the activation follows. $u$
and $v$ run over the filter, from 0. (2) is what networks compute; mathematics calls it cross-correlation, and
convolution what (3) is, with the filter mirrored in both axes.

Equals `keras.layers.Conv2D`, but for padding "same" with strides: the lecture adds $(f - 1) / 2$ zeros on each side
and Keras as few as the size of the outputs needs, the odd one on the right. (3) equals it with the kernel flipped.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.layers.windowed import Windowed


@keras.saving.register_keras_serializable("dlref")
class Conv2D(Windowed):
    r"""Convolution as networks compute it (2): the sum of the products of a filter and what lies under it.

    Args:
        filters: how many, at least 1: the channels of the outputs.
        kernel_size: $f$, a positive integer, or one for height and width.
        strides: $s$, a positive integer, or one for height and width. Defaults to 1.
        padding: "valid" for $p = 0$; "same" for $p = (f - 1) / 2$, which keeps the size where $s = 1$ (of an even $f$
            the odd zero comes last); or $p$ itself, an integer of at least 0, or one for height and width. Defaults to
            "valid".
        data_format: "channels_last" or "channels_first". Defaults to `keras.config.image_data_format()`.
        dilation_rate: how far apart the weights of a filter lie; $f$ in (1) is then the span of all. Defaults to 1.
        groups: into how many groups channels and filters are divided, each a convolution of its own. Defaults to 1.
        activation: what is applied to $z$, a function or its name. Defaults to None.
        use_bias: whether there are $b$. Defaults to True.
        kernel_initializer: where the $W$ start. Defaults to "glorot_uniform".
        bias_initializer: where the $b$ start. Defaults to "zeros".
        kernel_regularizer: regularizer of the $W$.
        bias_regularizer: regularizer of the $b$.
        kernel_constraint: constraint on the $W$.
        bias_constraint: constraint on the $b$.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $x$, of shape (batch, height, width, channels), or (batch, channels, height, width).

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed, or the filter is larger than the padded inputs.

    Example:
        >>> edge = Conv2D(1, 3, kernel_initializer="zeros")
        >>> edge.build((None, 6, 6, 1))
        >>> _ = edge.kernel.assign([[[[1.0]], [[0.0]], [[-1.0]]]] * 3)  # a vertical edge: bright to dark
        >>> z = edge(keras.ops.reshape([10.0, 10.0, 10.0, 0.0, 0.0, 0.0] * 6, (1, 6, 6, 1)))
        >>> [float(each) for each in z[0, 0, :, 0]]
        [0.0, 30.0, 30.0, 0.0]
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str | int | Sequence[int] = "valid",
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
        groups: int = 1,
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
        self.groups = _checks.integer(self, "groups", groups, low=1)
        self.activation = _checks.identified(self, "activation", activation)
        self.use_bias = _checks.boolean(self, "use_bias", use_bias)
        if self.filters % self.groups:
            self.refuse("`filters` must be a multiple of `groups`", "filters", "groups")

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Makes the filters."""
        n_c = input_shape[self.channel_axis]
        if n_c is None or n_c % self.groups:
            allowed = "the number of channels must be known, and a multiple of `groups`"
            self.refuse(allowed, "groups", **{"inputs.shape": tuple(input_shape)})
        self.compute_output_shape(input_shape)
        self.input_spec = keras.layers.InputSpec(ndim=4, axes={self.channel_axis: n_c})
        shape = (*self.kernel_size, n_c // self.groups, self.filters)
        self.kernel = self.add_named_weight("kernel", shape)
        self.bias = self.add_named_weight("bias", (self.filters,)) if self.use_bias else None

    def _size(self, n: int, f: int, s: int, before: int, after: int) -> int:
        p = Fraction(before + after, 2)
        return (n + 2 * p - f) // s + 1  # (1)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> tuple[int | None, ...]:
        """Height and width by (1), and a channel for each filter."""
        return self.output_shape(input_shape, self.filters, self._size)

    def call(self, inputs: Any) -> Any:
        """The outputs of all filters, and the activation."""
        x = _checks.floating(self, "inputs", inputs)
        b = 0 if self.bias is None else self.bias
        b = ops.reshape(b, (-1, 1, 1)) if self.use_bias and self.channel_axis == 1 else b
        x, padding = self.padded(x)
        return self.activation(self.convolve(x, self.kernel, b, padding))

    def convolve(self, x: Any, w: Any, b: Any, padding: str = "valid") -> Any:
        """One sum for each place and each filter."""
        s, dilation = self.strides, self.dilation_rate
        return ops.conv(x, w, s, padding, self.data_format, dilation) + b  # (2)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = {
            name: getattr(self, name) for name in ("filters", "dilation_rate", "groups", "use_bias")
        }
        config["activation"] = keras.activations.serialize(self.activation)
        return {**super().get_config(), **config}


@keras.saving.register_keras_serializable("dlref")
class TrueConv2D(Conv2D):
    r"""Convolution as mathematics has it (3): the filter is mirrored in both axes.

    It is associative and commutative: a filter may be convolved with another one first, and then with the picture.

    Args:
        filters: how many, at least 1: the channels of the outputs.
        kernel_size: $f$, a positive integer, or one for height and width.
        strides: $s$, a positive integer, or one for height and width. Defaults to 1.
        padding: "valid" for $p = 0$; "same" for $p = (f - 1) / 2$, which keeps the size where $s = 1$ (of an even $f$
            the odd zero comes last); or $p$ itself, an integer of at least 0, or one for height and width. Defaults to
            "valid".
        data_format: "channels_last" or "channels_first". Defaults to `keras.config.image_data_format()`.
        dilation_rate: how far apart the weights of a filter lie; $f$ in (1) is then the span of all. Defaults to 1.
        groups: into how many groups channels and filters are divided, each a convolution of its own. Defaults to 1.
        activation: what is applied to $z$, a function or its name. Defaults to None.
        use_bias: whether there are $b$. Defaults to True.
        kernel_initializer: where the $W$ start. Defaults to "glorot_uniform".
        bias_initializer: where the $b$ start. Defaults to "zeros".
        kernel_regularizer: regularizer of the $W$.
        bias_regularizer: regularizer of the $b$.
        kernel_constraint: constraint on the $W$.
        bias_constraint: constraint on the $b$.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $x$, of shape (batch, height, width, channels), or (batch, channels, height, width).

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed, or the filter is larger than the padded inputs.

    Example:
        >>> filters = keras.ops.reshape(keras.ops.arange(4.0), (2, 2, 1, 1))  # 0 1, 2 3
        >>> for layer in (TrueConv2D(1, 2, padding=1), Conv2D(1, 2, padding=1)):
        ...     layer.build((1, 1, 1, 1))
        ...     _ = layer.kernel.assign(filters)
        ...     z = layer(keras.ops.ones((1, 1, 1, 1)))  # with its padding, a 1 amid zeros
        ...     print([float(each) for each in keras.ops.reshape(z, -1)])
        [0.0, 1.0, 2.0, 3.0]
        [3.0, 2.0, 1.0, 0.0]
    """

    def convolve(self, x: Any, w: Any, b: Any, padding: str = "valid") -> Any:
        """One sum for each place and each filter, with the filter mirrored."""
        s, dilation = self.strides, self.dilation_rate
        return ops.conv(x, ops.flip(w, (0, 1)), s, padding, self.data_format, dilation) + b  # (3)
