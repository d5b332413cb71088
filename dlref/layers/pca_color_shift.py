r"""PCA colour shift: move the colours of each image along the axes along which the colours of the training set vary.

Sources: CS231n-7; Flowchart C4, which names it. Its equations are those of AlexNet, by Krizhevsky and others.

`adapt` finds the principal axes of the colours, as `dlref.layers.PCA` does: the columns of $U$, and the variances $S$
along them. In training, each image is then shifted by one colour:

$$ \alpha = \sigma\, \text{randn} \tag{1} $$
$$ A = \alpha\, S \tag{2} $$
$$ s = A\, U^\top \tag{3} $$
$$ x := x + s \tag{4} $$

$x$ (`inputs`) holds images, randn one normal random number for each image and axis, and $\sigma$ (`sigma`) is `stddev`,
0.1 in AlexNet. (2) multiplies entry by entry; $A$ has a row for each image. All pixels of an image are shifted by the
same colour $s$.

Nothing in Keras equals it. $U$ and $S$ are those of `sklearn.decomposition.PCA`, but for its variances, which divide by
$m - 1$.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.layers.pca import PCA


@keras.saving.register_keras_serializable("dlref")
class PCAColorShift(PCA):
    r"""Shifts the colours of each image by $s = (\alpha\, S)\, U^\top$ in training, by what `adapt` has seen.

    Computes in float32 at least, also under mixed precision. It is the variance that is multiplied by $\alpha$, so the
    size of a shift relative to the pixels depends on their unit: the default is meant for pixels from 0 to 1.

    Args:
        stddev: $\sigma \geq 0$. Defaults to 0.1.
        seed: an integer from 0 to 4294967295, for repeatable draws. Defaults to None.
        data_format: "channels_last" or "channels_first". Defaults to `keras.config.image_data_format()`.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $x$, of shape (batch, height, width, channels) or (batch, channels, height, width), or one image without
            the batch, of any dtype. The outputs have the layer's compute dtype.
        training: whether to shift. Defaults to True.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is outside its interval, or the inputs are not of rank 3 or 4, or the number of their
            channels is unknown.

    Example:
        >>> grey = keras.ops.reshape(keras.ops.arange(4.0), (4, 1, 1, 1)) * keras.ops.ones((1, 1, 1, 3))
        >>> layer = PCAColorShift(seed=0)
        >>> layer.adapt(grey)
        >>> shift = layer(grey) - grey  # along the only axis along which they vary, from black to white
        >>> float(keras.ops.max(keras.ops.abs(shift - shift[..., :1]))) < 1e-6
        True
    """

    def __init__(
        self,
        stddev: float = 0.1,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.stddev = _checks.real(self, "stddev", stddev, "[0, inf)", "float32")
        self.seed = seed if seed is None else _checks.integer(self, "seed", seed, 0, 2**32 - 1)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.data_format = _checks.data_format(self, data_format)
        self._axis = -1 if self.data_format == "channels_last" else -3
        self.input_spec = keras.layers.InputSpec(min_ndim=3, max_ndim=4)
        self.supports_masking = False

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Makes the weights that `adapt` sets."""
        channels = input_shape[self._axis]
        super().build((None, channels))
        built_for: list[int | None] = [None] * len(input_shape)
        built_for[self._axis] = channels
        self.built_for = tuple(built_for)

    def call(self, inputs: Any, training: bool = True) -> Any:
        """Shifts the colours of each image, in training."""
        if not training:
            return ops.cast(inputs, self.compute_dtype)
        x = ops.moveaxis(ops.cast(inputs, self._precision), self._axis, -1)
        U, S = ops.convert_to_tensor(self.axes), ops.convert_to_tensor(self.variances)
        sigma = ops.convert_to_tensor(self.stddev, x.dtype)
        shape = (*ops.shape(x)[:-3], 1, 1, x.shape[-1])
        numbers = keras.random.normal(shape, dtype="float32", seed=self.seed_generator)
        randn = ops.cast(numbers, x.dtype)

        alpha = sigma * randn  # (1)
        A = alpha * S  # (2)
        s = ops.matmul(A, ops.transpose(U))  # (3)
        x = x + s  # (4)
        return ops.cast(ops.moveaxis(x, -1, self._axis), self.compute_dtype)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> Sequence[int | None]:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = {**super().get_config()}
        del config["components"]
        own = {"stddev": self.stddev, "seed": self.seed, "data_format": self.data_format}
        return {**config, **own}
