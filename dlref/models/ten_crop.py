r"""10-crop: the mean of what a classifier says of ten pieces of a picture.

Sources: Flowchart C4; Krizhevsky et al. 2012.

A piece has $h$ of the $n$ pixels that a picture has along an axis. It begins at pixel $a$, which is 0, $n - h$ or $m$,

$$ m = \left\lfloor \frac{n - h}{2} \right\rfloor \tag{1} $$

and its pixel $i$ is pixel $p$ of the picture; mirrored, it is pixel $q$ of the piece:

$$ p = a + i \tag{2} $$
$$ q = h - 1 - i \tag{3} $$
$$ \hat y = \frac{1}{c} \sum_{k=1}^c y_k \tag{4} $$

The pieces are the four corners and the middle, in this order, and then their mirror images, left for right. $y_k$ (`y`)
is what the model says of piece $k$ of $c = 10$, and $\hat y$ (`y_hat`) the mean.

Equals `keras.layers.Average` of the model's outputs for ten `keras.layers.Cropping2D`, five of them mirrored.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import keras
from keras import ops, tree

from dlref import _checks
from dlref.models.wrapping import Wrapping


@keras.saving.register_keras_serializable("dlref")
class TenCrop(Wrapping):
    r"""A model that averages what another says of the corners, the middle, and their mirror images.

    It is for test time: it needs no training, and takes ten times as long as `model`.

    Args:
        model: a Keras model for pictures of one size. It keeps its weights, and shares them.
        height: how many pixels high a piece is. Defaults to what `model.input_shape` says.
        width: how many pixels wide it is. Defaults to what `model.input_shape` says.
        data_format: "channels_last" or "channels_first". Defaults to `keras.config.image_data_format()`.
        **kwargs: the keywords of `keras.Model`.

    Call arguments:
        inputs: pictures of shape (batch, height, width, channels) or (batch, channels, height, width), at least as
            high and as wide as a piece.
        training: whether the model is called in training mode. Defaults to None.

    Raises:
        TypeError: if `model` is no Keras model, or a size no integer.
        ValueError: if a size is below 1, the model does not say it, or the pictures are too small.

    Example:
        >>> means = keras.Sequential([keras.Input((2, 2, 1)), keras.layers.GlobalAveragePooling2D()])
        >>> picture = keras.ops.reshape(keras.ops.arange(9.0), (1, 3, 3, 1))
        >>> float(TenCrop(means)(picture)[0, 0])  # the first pixel counts in 4 of 40, that in the middle in all ten
        3.6
    """

    HOLDS = "model"

    def __init__(
        self,
        model: Any,
        height: int | None = None,
        width: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._hold(model)
        self.data_format = _checks.data_format(self, data_format)
        self._axes = (1, 2) if self.data_format == "channels_last" else (2, 3)
        self.height = self._size("height", height, self._axes[0])
        self.width = self._size("width", width, self._axes[1])
        self.built = model.built

    def _size(self, argument: str, size: Any, axis: int) -> int:
        if size is None and self.model.built and len(self.model.input_shape) == 4:
            size = self.model.input_shape[axis]
        if size is None:
            raise ValueError(
                f"TenCrop: `{argument}` must be given, since `model` takes pictures of any size. Received: None."
            )
        return _checks.integer(self, argument, size, 1)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """The mean of what the model says of ten pieces."""
        x = ops.convert_to_tensor(inputs)
        pieces = list(self._pieces(x))
        pieces += [_mirrored(piece, self._axes[1]) for piece in pieces]
        outputs = self.model(ops.concatenate(pieces), training=training)
        return tree.map_structure(_mean, outputs)

    def _pieces(self, x: Any) -> Iterator[Any]:
        """The corners and the middle."""
        if len(x.shape) != 4 or any(
            n is None or n < h for n, h in zip(self._shape(x), self._sizes(), strict=True)
        ):
            raise ValueError(
                f"TenCrop: `inputs` must be pictures of at least {self.height} × {self.width} pixels. "
                f"Received: inputs.shape={tuple(x.shape)}."
            )
        rows, columns = map(_places, self._shape(x), self._sizes())
        corners = [(row, column) for row in rows[:2] for column in columns[:2]]
        for a in (*corners, (rows[2], columns[2])):
            piece = _cut(x, a[0], self.height, self._axes[0])
            yield _cut(piece, a[1], self.width, self._axes[1])

    def _sizes(self) -> tuple[int, int]:
        return self.height, self.width

    def _shape(self, x: Any) -> list[Any]:
        return [x.shape[axis] for axis in self._axes]

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        sizes = {"height": self.height, "width": self.width, "data_format": self.data_format}
        return {**super().get_config(), **sizes}


def _places(n: int, h: int) -> Sequence[int]:
    """Where pieces of h of n pixels begin: at both ends, and in the middle."""
    m = (n - h) // 2  # (1)
    return 0, n - h, m


def _cut(x: Any, a: int, h: int, axis: int) -> Any:
    """The h pixels from `a` on."""
    i = ops.arange(h, dtype="int32")
    p = a + i  # (2)
    return ops.take(x, p, axis)


def _mirrored(x: Any, axis: int) -> Any:
    """Left for right."""
    h = x.shape[axis]
    i = ops.arange(h, dtype="int32")
    q = h - 1 - i  # (3)
    return ops.take(x, q, axis)


def _mean(y: Any) -> Any:
    """Of the ten outputs for each picture."""
    c = 10
    y = ops.reshape(y, (c, -1, *y.shape[1:]))
    y_hat = ops.sum(y, 0) / c  # (4)
    return y_hat
