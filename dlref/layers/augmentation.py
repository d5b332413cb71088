r"""Data augmentation: mirror images and cut pieces out of them at random, so that an epoch brings other examples.

Sources: CS231n-7; DLS-C2-blog; Flowchart C2 and C4.

Mirrored along an axis of $n$ pixels, pixel $j$ of an image is

$$ d = \left[\, \text{rand} \leq 0.5 \,\right] \tag{1} $$
$$ p = n - 1 - j \tag{2} $$
$$ x := d\, m + (1 - d)\, x \tag{3} $$

where $m$ is $x$ at $p$, and $d$ one number for each image and axis. Cropped to $h$ of $n$ pixels, pixel $i$ of an
image is the one at $p$:

$$ a = \left\lfloor \text{rand}\, (n - h + 1) \right\rfloor \tag{4} $$
$$ p = a + i \tag{5} $$

with $a$ one number for each axis and the whole mini-batch, or with `per_image` for each image. $x$ (`inputs`) holds
images, rand are uniform random numbers in [0, 1).

(1) to (3) equal `keras.layers.RandomFlip` along one axis, given the same numbers; along both, Keras mirrors either both
axes or none. (4) and (5) equal `keras.layers.RandomCrop` for images larger than the crop along both axes; an image as
large along one axis Keras crops in the middle of the other, and at test time it returns images as they are.
"""

from collections.abc import Sequence
from typing import Any

import keras

from dlref import _checks
from dlref.layers.augmenting import Augmenting


@keras.saving.register_keras_serializable("dlref")
class RandomFlip(Augmenting):
    r"""Mirrors each image with probability 1/2 along each axis, in training.

    Args:
        mode: "horizontal" exchanges left and right, "vertical" top and bottom, "horizontal_and_vertical" each of
            them by a draw of its own. Defaults to "horizontal_and_vertical", as in Keras.
        seed: an integer from 0 to 4294967295, for repeatable draws. Defaults to None.
        data_format: "channels_last" or "channels_first". Defaults to `keras.config.image_data_format()`.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $x$, of shape (batch, height, width, channels) or (batch, channels, height, width), or one image without
            the batch, of any dtype. The outputs have the layer's compute dtype.
        training: whether to mirror. Defaults to True.

    Raises:
        TypeError: if `seed` is not an integer.
        ValueError: if an argument is none of those allowed, or the inputs are not of rank 3 or 4.

    Example:
        >>> image = keras.ops.reshape(keras.ops.arange(3.0), (1, 3, 1))
        >>> layer = RandomFlip("horizontal", seed=0)
        >>> sorted({tuple(int(pixel) for pixel in layer(image)[0, :, 0]) for _ in range(20)})
        [(0, 1, 2), (2, 1, 0)]
    """

    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, data_format, **kwargs)
        vertical, horizontal = self._axes
        modes = {
            "horizontal": (horizontal,),
            "vertical": (vertical,),
            "horizontal_and_vertical": (horizontal, vertical),
        }
        self.mode = _checks.one_of(self, "mode", mode, tuple(modes))
        self._mirrored = modes[self.mode]

    def call(self, inputs: Any, training: bool = True) -> Any:
        """Mirrors some of the images, in training."""
        ops = self.ops
        x = ops.cast(inputs, self.compute_dtype)
        if not training:
            return x
        for axis in self._mirrored:
            n, rand = ops.shape(x)[axis], self._random((*ops.shape(x)[:-3], 1, 1, 1))
            j = ops.arange(n, dtype="int32")

            d = rand <= 0.5  # (1)
            p = n - 1 - j  # (2)
            m = ops.take(x, p, axis)
            x = ops.where(d, m, x)  # (3)
        return x

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> Sequence[int | None]:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "mode": self.mode}


@keras.saving.register_keras_serializable("dlref")
class RandomCrop(Augmenting):
    r"""Cuts a piece of `height` × `width` pixels out of the images, in training at random.

    At test time, and of images that are smaller than the piece, it is the largest piece of that shape in the middle,
    resized: `keras.layers.Resizing(height, width, crop_to_aspect_ratio=True)`.

    Args:
        height: how many pixels high the piece is, at least 1.
        width: how many pixels wide it is, at least 1.
        seed: an integer from 0 to 4294967295, for repeatable draws. Defaults to None.
        data_format: "channels_last" or "channels_first". Defaults to `keras.config.image_data_format()`.
        per_image: whether each image has a place of its own, or all of a mini-batch the same, as in Keras. Defaults to
            False.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $x$, of shape (batch, height, width, channels) or (batch, channels, height, width), or one image without
            the batch, of any dtype. The outputs have the layer's compute dtype.
        training: whether to cut at random. Defaults to True.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is outside its interval, or the inputs are not of rank 3 or 4, or their height or
            width is unknown.

    Example:
        >>> image = keras.ops.reshape(keras.ops.arange(5.0), (1, 5, 1))
        >>> layer = RandomCrop(1, 3, seed=0)
        >>> sorted({tuple(int(pixel) for pixel in layer(image)[0, :, 0]) for _ in range(20)})
        [(0, 1, 2), (1, 2, 3), (2, 3, 4)]
    """

    def __init__(
        self,
        height: int,
        width: int,
        seed: int | None = None,
        data_format: str | None = None,
        per_image: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, data_format, **kwargs)
        self.height = _checks.integer(self, "height", height, low=1)
        self.width = _checks.integer(self, "width", width, low=1)
        self.per_image = _checks.boolean(self, "per_image", per_image)
        self._sizes = (self.height, self.width)

    def call(self, inputs: Any, training: bool = True) -> Any:
        """A random piece in training, else the middle."""
        ops = self.ops
        x, shape = ops.cast(inputs, self.compute_dtype), self.compute_output_shape(inputs.shape)
        if not training or any(inputs.shape[axis] < shape[axis] for axis in self._axes):
            return self._middle(x)
        numbers = (ops.shape(x)[0], 1) if self.per_image and len(x.shape) == 4 else ()
        for axis in self._axes:
            n, h, rand = inputs.shape[axis], shape[axis], self._random(numbers)
            i = ops.arange(h, dtype="int32")

            a = ops.cast(ops.floor(rand * (n - h + 1)), "int32")  # (4)
            p = a + i  # (5)
            x = self._at(x, p, axis)
        return x

    def _at(self, x: Any, p: Any, axis: int) -> Any:
        ops = self.ops
        if len(p.shape) == 1:
            return ops.take(x, p, axis)
        shape = [1] * 4
        shape[0], shape[axis] = -1, p.shape[-1]
        return ops.take_along_axis(x, ops.reshape(p, shape), axis)

    def _middle(self, x: Any) -> Any:
        ops = self.ops
        resized = ops.image.resize(
            x, self._sizes, crop_to_aspect_ratio=True, data_format=self.data_format
        )
        return ops.cast(resized, self.compute_dtype)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> tuple[int | None, ...]:
        """The input's shape, with `height` and `width` for its own."""
        shape: list[Any] = list(input_shape)
        if any(shape[axis] is None for axis in self._axes):
            raise ValueError(
                f"{type(self).__name__}: height and width of `inputs` must be known. "
                f"Received: inputs.shape={tuple(input_shape)}."
            )
        for axis, size in zip(self._axes, self._sizes, strict=True):
            shape[axis] = size
        return tuple(shape)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            **super().get_config(),
            **{name: getattr(self, name) for name in ("height", "width", "per_image")},
        }
