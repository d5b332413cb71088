r"""Fractional max pooling: the maximum over regions of random sizes, so that a map shrinks by less than 2.

Sources: CS231n-7.

$n$ rows become $h$ regions, and region $i$ starts at row $a_i$. With `pseudo_random=True` (1) says where; otherwise (2)
says how many rows $d_i$ it has, and it starts where the one before ends. Then (3) and (4):

$$ a_i = \left\lfloor \frac{n i + v}{h} \right\rfloor \tag{1} $$
$$ d_i = k + \left[\, r_i < n - k h \,\right] \tag{2} $$
$$ p = \min(a + j, e) \tag{3} $$
$$ b = \max_j z_j \tag{4} $$

$v$ is a random integer from 0 to $h - 1$, the same for all regions; $r$ is a random order of the numbers from 0 to
$h - 1$. $h$ is $n$ divided by `pooling_ratio`, and $k$ is $n$ divided by $h$, both rounded down. The rows $z_j$ (`z`)
of a region are those at $p$ for $j = 0, 1, \dots$, up to its last row $e$: the one before the next region, or with
`overlapping=True` the first of the next region. The columns follow in the same way, with draws of their own. All
examples and channels of a mini-batch have the same regions.

Equals `keras.layers.MaxPooling2D` where $h$ divides $n$ and regions do not overlap; then nothing is random. Nothing in
Keras has the rest. It equals `tf.nn.fractional_max_pool` given the same regions.
"""

import functools
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref import _checks


@keras.saving.register_keras_serializable("dlref")
class FractionalMaxPooling2D(keras.layers.Layer):
    r"""Max pooling over regions of random sizes, $b = \max_j z_j$ along the height, then along the width.

    Args:
        pooling_ratio: by what height and width are divided, at least 1: a number, or one for each. Between 1 and 2
            all regions are 1×1, 1×2, 2×1 or 2×2.
        pseudo_random: whether the sizes follow each other as evenly as possible (1), instead of in any order (2).
            Defaults to False.
        overlapping: whether a region shares its last row and column with the next. Defaults to False.
        data_format: "channels_last" or "channels_first". Defaults to `keras.config.image_data_format()`.
        seed: an integer from 0 to 4294967295, for repeatable regions. Defaults to None.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $z$, of shape (batch, height, width, channels), or (batch, channels, height, width). Regions are drawn
            in each call, at test time too.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is outside its interval, or the inputs are not of rank 4, or their height or width
            is unknown or smaller than `pooling_ratio`.

    Example:
        >>> layer = FractionalMaxPooling2D(1.5, seed=0)
        >>> rows = keras.ops.reshape(keras.ops.arange(6.0), (1, 6, 1, 1))  # 6 rows in 4 regions
        >>> sizes = {tuple(int(b) for b in FractionalMaxPooling2D((1.5, 1), seed=s)(rows)[0, :, 0, 0])
        ...          for s in range(50)}
        >>> sorted(sizes)
        [(0, 1, 3, 5), (0, 2, 3, 5), (0, 2, 4, 5), (1, 2, 3, 5), (1, 2, 4, 5), (1, 3, 4, 5)]
    """

    def __init__(
        self,
        pooling_ratio: float | Sequence[float],
        pseudo_random: bool = False,
        overlapping: bool = False,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._ratios = self._pair(pooling_ratio)
        self.pooling_ratio = (
            self._ratios if isinstance(pooling_ratio, Sequence) else self._ratios[0]
        )
        self.pseudo_random = _checks.boolean(self, "pseudo_random", pseudo_random)
        self.overlapping = _checks.boolean(self, "overlapping", overlapping)
        self.data_format = _checks.data_format(self, data_format)
        self.seed = seed if seed is None else _checks.integer(self, "seed", seed, 0, 2**32 - 1)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.input_spec = keras.layers.InputSpec(ndim=4)
        self._axes = (1, 2) if self.data_format == "channels_last" else (2, 3)
        self._build_at_init()

    def _pair(self, value: Any) -> tuple[float, ...]:
        pair = (
            value
            if isinstance(value, Sequence) and not isinstance(value, str | bytes)
            else (value, value)
        )
        if len(pair) != 2:
            raise ValueError(
                f"{type(self).__name__}: `pooling_ratio` must be a number or a pair of them. "
                f"Received: pooling_ratio={value!r}."
            )
        return tuple(_checks.real(self, "pooling_ratio", ratio, "[1, inf)") for ratio in pair)

    def call(self, inputs: Any) -> Any:
        """The largest value of each region."""
        z, shape = inputs, self.compute_output_shape(inputs.shape)
        for axis in self._axes:
            z = self._pooled(z, axis, inputs.shape[axis], shape[axis])
        return z

    def _starts(self, n: int, h: int) -> Any:
        if self.pseudo_random:
            i, v = (
                ops.arange(h, dtype="int32"),
                keras.random.randint((), 0, h, seed=self.seed_generator),
            )
            return (n * i + v) // h  # (1)
        r = ops.argsort(keras.random.uniform((h,), dtype="float32", seed=self.seed_generator))
        k = n // h
        d = k + ops.cast(r < n - k * h, "int32")  # (2)
        return ops.cumsum(d) - d

    def _pooled(self, x: Any, axis: int, n: Any, h: Any) -> Any:
        """The maxima along one axis, of `n` rows in `h` regions."""
        a = self._starts(n, h)
        last = ops.full((1,), n - 1, dtype="int32")
        e = ops.concatenate([a[1:] - (0 if self.overlapping else 1), last])
        z = []
        for j in range(-(-n // h) + self.overlapping):  # rows of the largest region
            p = ops.minimum(a + j, e)  # (3)
            z.append(ops.take(x, p, axis))
        return functools.reduce(ops.maximum, z)  # (4)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> tuple[int | None, ...]:
        """The input's shape, its height and width divided by `pooling_ratio` and rounded down."""
        shape: list[Any] = list(input_shape)
        sizes = [shape[axis] for axis in self._axes]
        if not all(
            n is not None and n >= ratio for n, ratio in zip(sizes, self._ratios, strict=True)
        ):
            raise ValueError(
                f"{type(self).__name__}: height and width of `inputs` must be known and at least `pooling_ratio`. "
                f"Received: inputs.shape={tuple(input_shape)}, pooling_ratio={self.pooling_ratio}."
            )
        for axis, ratio in zip(self._axes, self._ratios, strict=True):
            shape[axis] = int(shape[axis] / ratio)
        return tuple(shape)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = ("pooling_ratio", "pseudo_random", "overlapping", "data_format", "seed")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
