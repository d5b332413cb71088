r"""Random rotation: turn each image by an angle of its own, so that a tilted example is no surprise at test time.

Sources: CS231n-7; Flowchart C4. They name it; the equations are those of a rotation and of bilinear interpolation.

An image of $H$ rows and $W$ columns is turned counter-clockwise by $\theta$. What comes to row $i$ and column $j$ was
at row $p$ and column $q$ before:

$$ \theta = \theta_0 + \text{rand}\, (\theta_1 - \theta_0) \tag{1} $$
$$ u = i - \frac{H - 1}{2} \tag{2} $$
$$ v = j - \frac{W - 1}{2} \tag{3} $$
$$ p = u \cos(\theta) + v \sin(\theta) + \frac{H - 1}{2} \tag{4} $$
$$ q = v \cos(\theta) - u \sin(\theta) + \frac{W - 1}{2} \tag{5} $$

There is no pixel between the pixels: its value is that of the four around it, the nearer the more:

$$ r = \left\lfloor p \right\rfloor \tag{6} $$
$$ c = \left\lfloor q \right\rfloor \tag{7} $$
$$ a = p - r \tag{8} $$
$$ b = q - c \tag{9} $$
$$ x := (1 - a) ((1 - b)\, x_{tl} + b\, x_{tr}) + a ((1 - b)\, x_{bl} + b\, x_{br}) \tag{10} $$

$x$ (`inputs`) holds images, rand is one uniform random number in [0, 1) for each of them, and $\theta_0$ and $\theta_1$
are the two numbers of `factor`, in turns of $2\pi$. $u$ and $v$ are counted from the middle of the image, down and to
the right. The pixels around $(p, q)$ are $x_{tl}$, top left, in row $r$ and column $c$; $x_{tr}$ in column $c + 1$;
$x_{bl}$ in row $r + 1$; and $x_{br}$ in both. What they are beyond the edges of the image, `fill_mode` says.

Equals `keras.layers.RandomRotation` given the same angles, but for `fill_mode="wrap"` on TensorFlow: there a pixel
between the last row and the first is one of the two, and not their mean.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import keras

from dlref import _checks
from dlref.layers.augmenting import Augmenting

_FILL_MODES = ("reflect", "wrap", "constant", "nearest")
_INTERPOLATIONS = ("bilinear", "nearest")


@keras.saving.register_keras_serializable("dlref")
class RandomRotation(Augmenting):
    r"""Turns each image by a random angle $\theta$ about its middle, in training.

    Args:
        factor: $\theta_0$ and $\theta_1$ in turns, from -1 to 1: (-0.1, 0.2) is from 36° clockwise to 72°
            counter-clockwise. One number means from minus that to that.
        fill_mode: what is beyond the edges: "reflect", the image mirrored there, `d c b a | a b c d | d c b a`;
            "wrap", the image again, `a b c d | a b c d | a b c d`; "nearest", the pixel at the edge,
            `a a a a | a b c d | d d d d`; or "constant", `fill_value`. Defaults to "reflect".
        interpolation: "bilinear", or "nearest" for the nearest pixel, which makes no new values. Defaults to
            "bilinear".
        seed: an integer from 0 to 4294967295, for repeatable draws. Defaults to None.
        fill_value: the value of pixels beyond the edges with `fill_mode="constant"`. Defaults to 0.0.
        data_format: "channels_last" or "channels_first". Defaults to `keras.config.image_data_format()`.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $x$, of shape (batch, height, width, channels) or (batch, channels, height, width), or one image without
            the batch, of any dtype. The outputs have the layer's compute dtype.
        training: whether to turn. Defaults to True.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is none of those allowed, or the inputs are not of rank 3 or 4.

    Example:
        >>> quarter = RandomRotation((0.25, 0.25))  # always 90°
        >>> image = keras.ops.reshape([1.0, 2.0, 3.0, 4.0], (2, 2, 1))
        >>> [[float(round(float(x), 3)) for x in row] for row in quarter(image)[..., 0]]
        [[2.0, 4.0], [1.0, 3.0]]
    """

    def __init__(
        self,
        factor: float | Sequence[float],
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, data_format, **kwargs)
        self.lower, self.upper = self._interval(factor)
        self.fill_mode = _checks.one_of(self, "fill_mode", fill_mode, _FILL_MODES)
        self.interpolation = _checks.one_of(self, "interpolation", interpolation, _INTERPOLATIONS)
        self.fill_value = _checks.real(self, "fill_value", fill_value, "(-inf, inf)")

    @property
    def factor(self) -> tuple[float, float]:
        r"""$\theta_0$ and $\theta_1$ in turns."""
        return self.lower, self.upper

    def call(self, inputs: Any, training: bool = True) -> Any:
        """Turns the images, in training."""
        ops = self.ops
        x = ops.cast(inputs, self.compute_dtype)
        if not training:
            return x
        images, first = ops.reshape(x, (-1, *ops.shape(x)[-3:])), self._axes == (-2, -1)
        images = ops.transpose(images, (0, 2, 3, 1)) if first else images
        turned = self._turned(images)
        turned = ops.transpose(turned, (0, 3, 1, 2)) if first else turned
        return ops.cast(ops.reshape(turned, ops.shape(x)), self.compute_dtype)

    def _turned(self, images: Any) -> Any:
        """Images of shape (batch, height, width, channels), in float32 at least."""
        ops = self.ops
        precision = "float64" if self.compute_dtype == "float64" else "float32"
        images = ops.cast(images, precision)
        batch, height, width, _ = ops.shape(images)
        H, W = ops.cast(height, precision), ops.cast(width, precision)
        i = ops.arange(height, dtype=precision)[:, None, None]
        j = ops.arange(width, dtype=precision)[:, None]
        rand = ops.cast(self._random((batch, 1, 1, 1)), precision)
        theta_0, theta_1 = (
            ops.convert_to_tensor(2 * math.pi * turns, precision) for turns in self.factor
        )

        theta = theta_0 + rand * (theta_1 - theta_0)  # (1)
        u = i - (H - 1) / 2  # (2)
        v = j - (W - 1) / 2  # (3)
        # On JAX, `ops.cos` of float64 is float32, and an exponential is not.
        turn = ops.exp(1j * ops.cast(theta, f"complex{2 * int(precision[5:])}"))
        cos, sin = ops.real(turn), ops.imag(turn)
        p = u * cos + v * sin + (H - 1) / 2  # (4)
        q = v * cos - u * sin + (W - 1) / 2  # (5)
        if self.interpolation == "nearest":
            p, q = ops.floor(p + 0.5), ops.floor(q + 0.5)
        return self._interpolated(images, p, q)

    def _interpolated(self, images: Any, p: Any, q: Any) -> Any:
        ops = self.ops

        r = ops.floor(p)  # (6)
        c = ops.floor(q)  # (7)
        a = p - r  # (8)
        b = q - c  # (9)
        x_tl, x_tr, x_bl, x_br = self._around(images, r, c)
        return (1 - a) * ((1 - b) * x_tl + b * x_tr) + a * ((1 - b) * x_bl + b * x_br)  # (10)

    def _around(self, images: Any, r: Any, c: Any) -> Iterator[Any]:
        """The pixels of each image in rows r and r + 1 and columns c and c + 1."""
        ops = self.ops
        batch, height, width, channels = ops.shape(images)
        first = ops.arange(batch, dtype="int32")[:, None, None, None] * (height * width)
        pixels, columns = ops.reshape(images, (-1, channels)), list(self._both(c, width))
        for row, is_row in self._both(r, height):
            for column, is_column in columns:
                found = ops.take(pixels, first + row * width + column, 0)
                found = ops.reshape(found, ops.shape(images))  # of none, JAX takes another shape
                constant = self.fill_mode == "constant"
                yield ops.where(is_row & is_column, found, self.fill_value) if constant else found

    def _both(self, index: Any, n: Any) -> Iterator[tuple[Any, Any]]:
        """For the index and the next, the one whose pixel stands there, and whether it is the same."""
        ops = self.ops
        for wanted in (ops.cast(index, "int32"), ops.cast(index, "int32") + 1):
            inside = ops.clip(wanted, 0, n - 1)
            if self.fill_mode == "wrap":
                inside = wanted % n
            if self.fill_mode == "reflect":
                there_and_back = wanted % (2 * n)
                inside = ops.minimum(there_and_back, 2 * n - 1 - there_and_back)
            yield inside, inside == wanted

    def _interval(self, factor: Any) -> tuple[float, float]:
        pair = isinstance(factor, Sequence) and not isinstance(factor, str | bytes)
        values = factor if pair else (factor, factor)
        if len(values) != 2:
            raise ValueError(
                f"{type(self).__name__}: `factor` must be a number or two. Received: factor={factor!r}."
            )
        low, high = sorted(_checks.real(self, "factor", turns, "[-1, 1]") for turns in values)
        return (low, high) if pair else (-abs(low), abs(low))

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> Sequence[int | None]:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = ("factor", "fill_mode", "interpolation", "fill_value")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
