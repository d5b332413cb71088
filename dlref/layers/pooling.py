r"""Pooling: the largest value of a small window, or the average, at every place of a map.

Sources: Flowchart C4.

$$ h = \left\lfloor \frac{n + 2 p - f}{s} \right\rfloor + 1 \tag{1} $$
$$ z_{ij} = \max_{0 \le u, v < f} x_{s i + u, s j + v} \tag{2} $$
$$ z_{ij} = \frac{\sum_{0 \le u, v < f} x_{s i + u, s j + v}}{\sum_{0 \le u, v < f} m_{s i + u, s j + v}} \tag{3} $$

$n$ is the height of the inputs, $p$ the rows of padding above and below them, $f$ the window's height, $s$ the stride
and $h$ the height of the outputs; the width follows in the same way. $x$ (`inputs`) is one channel with its padding:
each is pooled on its own. Padding is never the largest, and not averaged either: $m$ is 1 where there is an input and 0
in the padding, so (3) divides by the number of inputs in the window. Nothing is learned.

Equals `keras.layers.MaxPooling2D` and `keras.layers.AveragePooling2D`, but for padding "same" with strides: the lecture
adds $(f - 1) / 2$ rows on each side and Keras as few as the size of the outputs needs, the odd one on the right.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.layers.windowed import Windowed


class _Pooling2D(Windowed):
    """Base of the two: all but what they make of a window.

    Args:
        pool_size: $f$.
        strides: $s$.
        padding: "valid", "same" or $p$.
        data_format: "channels_last" or "channels_first".
        **kwargs: the keywords of `keras.layers.Layer`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed.
    """

    size_argument = "pool_size"
    pool_size: tuple[int, int]

    def __init__(
        self,
        pool_size: int | Sequence[int] = 2,
        strides: int | Sequence[int] | None = None,
        padding: str | int | Sequence[int] = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        strides = pool_size if strides is None else strides
        super().__init__(pool_size, strides, padding, data_format, **kwargs)
        if any(p >= f for ps, f in zip(self.borders(), self.pool_size, strict=True) for p in ps):
            self.refuse("`padding` must be smaller than `pool_size`", "padding", "pool_size")
        self._build_at_init()

    def _size(self, n: int, f: int, s: int, before: int, after: int) -> int:
        p = Fraction(before + after, 2)
        return (n + 2 * p - f) // s + 1  # (1)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> tuple[int | None, ...]:
        """Height and width by (1), and as many channels as before."""
        return self.output_shape(input_shape, input_shape[self.channel_axis], self._size)


@keras.saving.register_keras_serializable("dlref")
class MaxPooling2D(_Pooling2D):
    r"""Max pooling (2): whether a feature is anywhere in the window.

    Args:
        pool_size: $f$, a positive integer, or one for height and width. Defaults to 2.
        strides: $s$, a positive integer, or one for height and width. Defaults to `pool_size`.
        padding: "valid" for $p = 0$; "same" for $p = (f - 1) / 2$ (of an even $f$ the odd row comes last); or $p$
            itself, an integer from 0 to $f - 1$, or one for height and width. Defaults to "valid".
        data_format: "channels_last" or "channels_first". Defaults to `keras.config.image_data_format()`.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $x$, of shape (batch, height, width, channels), or (batch, channels, height, width).

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed, or the window is larger than the padded inputs.

    Example:
        >>> x = keras.ops.reshape([1.0, 3, 2, 1, 2, 9, 1, 1, 1, 3, 2, 3, 5, 6, 1, 2], (1, 4, 4, 1))
        >>> keras.ops.convert_to_numpy(MaxPooling2D()(x))[0, :, :, 0].tolist()
        [[9.0, 2.0], [6.0, 3.0]]
    """

    def call(self, inputs: Any) -> Any:
        """The largest of each window."""
        x = _checks.floating(self, "inputs", inputs)
        return self.largest(*self.padded(x, float("-inf")))

    def largest(self, x: Any, padding: str = "valid") -> Any:
        """The same, of inputs with their padding."""
        f, s, rest = self.pool_size, self.strides, (padding, self.data_format)
        return ops.max_pool(x, f, s, *rest)  # (2)


@keras.saving.register_keras_serializable("dlref")
class AveragePooling2D(_Pooling2D):
    r"""Average pooling (3): how strong a feature is in the window.

    Args:
        pool_size: $f$, a positive integer, or one for height and width. Defaults to 2.
        strides: $s$, a positive integer, or one for height and width. Defaults to `pool_size`.
        padding: "valid" for $p = 0$; "same" for $p = (f - 1) / 2$ (of an even $f$ the odd row comes last); or $p$
            itself, an integer from 0 to $f - 1$, or one for height and width. Defaults to "valid".
        data_format: "channels_last" or "channels_first". Defaults to `keras.config.image_data_format()`.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $x$, of shape (batch, height, width, channels), or (batch, channels, height, width).

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed, or the window is larger than the padded inputs.

    Example:
        >>> x = keras.ops.reshape([1.0, 3, 2, 1, 2, 9, 1, 1, 1, 4, 2, 3, 5, 6, 1, 2], (1, 4, 4, 1))
        >>> keras.ops.convert_to_numpy(AveragePooling2D()(x))[0, :, :, 0].tolist()
        [[3.75, 1.25], [4.0, 2.0]]
    """

    def call(self, inputs: Any) -> Any:
        """The average of each window."""
        x = _checks.floating(self, "inputs", inputs)
        m, padding = self.padded(ops.ones_like(x[:1]))
        return self.average(self.padded(x)[0], m, padding)

    def average(self, x: Any, m: Any, padding: str = "valid") -> Any:
        """The same, of inputs with their padding, and where they are."""
        f, s, rest = self.pool_size, self.strides, (padding, self.data_format)
        return ops.average_pool(x, f, s, *rest) / ops.average_pool(m, f, s, *rest)  # (3)
