r"""Normalization of the inputs, by the mean and the variance of the training set.

Sources: DLS-C2W3; DLS-C2-blog, which divides by $\sigma^2$; CS231n-6 (the mean image, the mean of each channel).

`adapt` goes over the training set batch by batch. From the $n$ values that a feature takes in a batch,

$$ \mu_b = \frac{1}{n} \sum_{i=1}^n x^{(i)} \tag{1} $$
$$ \sigma^2_b = \frac{1}{n} \sum_{i=1}^n (x^{(i)} - \mu_b)^2 \tag{2} $$
$$ \sigma^2 := (1 - w)\, \sigma^2 + w\, \sigma^2_b + w (1 - w) (\mu_b - \mu)^2 \tag{3} $$
$$ \mu := \mu + w (\mu_b - \mu) \tag{4} $$

where $w$ is the batch's share of all values so far. After the last batch these are the mean $\frac{1}{m} \sum x^{(i)}$
and the variance $\frac{1}{m} \sum (x^{(i)} - \mu)^2$ of all $m$ values. Called on inputs, whichever set they are from,

$$ s = \max(\sqrt{\sigma^2}, \varepsilon) \tag{5} $$
$$ x_\text{norm} = \frac{x - \mu}{s} \tag{6} $$

or, with `invert`, the way back:

$$ x = \mu + s\, x_\text{norm} \tag{7} $$

$x$ (`inputs`) has any shape. $\mu$ (`mean`) and $\sigma^2$ (`variance`) have an entry for each place along `axis`, a
feature. $\varepsilon$ is `keras.config.epsilon()`, $10^{-7}$: $s$ is $\sigma$ for every feature that varies.

Equals `keras.layers.Normalization`, but for rounding: `adapt` computes in float64, Keras in the dtype of an array, or
for batches in that of the layer.
"""

from collections.abc import Iterator, Sequence
from numbers import Integral
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import _checks
from dlref._compat.keras import DataLayer
from dlref.layers import adapting


@keras.saving.register_keras_serializable("dlref")
class Normalization(DataLayer):
    r"""Normalization of the inputs, $x_\text{norm} = (x - \mu) / \sigma$, by what `adapt` has seen.

    Computes in float32 at least, also under mixed precision. Until `adapt` is called, or weights are loaded, $\mu = 0$
    and $\sigma^2 = 1$. It can be mapped over a `tf.data` or `grain` pipeline, on any backend.

    Args:
        axis: the axis, or the axes, of the features; all the rest is averaged over. None averages over everything.
            Defaults to -1.
        mean: $\mu$, a number or an array that broadcasts to the sizes along `axis`, in place of `adapt`.
        variance: $\sigma^2 \ge 0$, given together with `mean`.
        invert: whether to compute (7), the way back. Defaults to False.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $x$, of any shape; with `invert`, $x_\text{norm}$.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if only one of `mean` and `variance` is given, or one does not fit `axis`, is not finite, or the
            variance is negative; if the input has no such axis, or its size is unknown.

    Example:
        >>> layer = Normalization()
        >>> layer.adapt(np.array([[0.0, 10.0], [2.0, 30.0]]))
        >>> [round(float(v), 3) for v in layer(np.array([[3.0, 20.0]]))[0]]
        [2.0, 0.0]
    """

    def __init__(
        self,
        axis: int | Sequence[int] | None = -1,
        mean: Any = None,
        variance: Any = None,
        invert: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        listed = [] if axis is None else [axis] if isinstance(axis, Integral) else axis
        listed = _checks.sequence(self, "axis", listed)
        self.axis = tuple(_checks.integer(self, "axis", one) for one in listed)
        if (mean is None) != (variance is None):
            raise ValueError(
                f"{self._class}: both `mean` and `variance` must be set, or neither. "
                f"Received: mean={mean!r:.99}, variance={variance!r:.99}."
            )
        self.input_mean = adapting.statistic(self._class, "mean", mean, len(self.axis))
        self.input_variance = adapting.statistic(self._class, "variance", variance, len(self.axis))
        self.invert = _checks.boolean(self, "invert", invert)
        self.autocast = False  # half precision would round, or overflow, what is not normalized yet
        self._precision = "float64" if self.compute_dtype == "float64" else "float32"
        self.supports_masking = True

    @property
    def _class(self) -> str:
        return type(self).__name__

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Finds the features, and makes the weights that `adapt` sets."""
        kept = adapting.features(self._class, self.axis, input_shape)
        sizes = list(kept.values())
        self.built_for = tuple(kept.get(axis) for axis in range(len(input_shape)))
        self._shape = tuple(kept.get(axis, 1) for axis in range(len(input_shape)))
        if self.input_mean is not None:
            self._mean: Any = adapting.spread(self._class, "mean", self.input_mean, sizes)
            self._variance: Any = adapting.spread(
                self._class, "variance", self.input_variance, sizes
            )
            return
        how: dict[str, Any] = {"trainable": False, "autocast": False}
        self._mean = self.add_weight(sizes, "zeros", self._precision, name="mean", **how)
        self._variance = self.add_weight(sizes, "ones", self._precision, name="variance", **how)
        # Not used: with it, the weights of Keras' layer fit this one, and the other way round.
        self._count = self.add_weight((), "zeros", "int", name="count", **how)

    @property
    def mean(self) -> Any:
        r"""$\mu$ in the shape that broadcasts against the inputs."""
        return ops.reshape(ops.cast(self._mean, self._precision), self._shape)

    @property
    def variance(self) -> Any:
        r"""$\sigma^2$ in the shape that broadcasts against the inputs."""
        return ops.reshape(ops.cast(self._variance, self._precision), self._shape)

    def adapt(self, data: Any) -> None:
        r"""Sets $\mu$ and $\sigma^2$ to those of `data`, whatever they were before.

        Args:
            data: the training inputs: an array, or batches of them as a `tf.data.Dataset`, a `keras.utils.PyDataset`
                or any iterable, with labels and weights behind them or not.

        Raises:
            TypeError: if `data` holds no arrays of numbers.
            ValueError: if it is empty, endless, or of another shape than the layer was built for, holds NaN or infinite
                numbers, or the layer was made with a `mean`.
        """
        if self.input_mean is not None:
            raise ValueError(
                f"{self._class}: only a layer without `mean` and `variance` can adapt. "
                f"Received: mean={self.input_mean!r:.99}."
            )
        with np.errstate(invalid="ignore", over="ignore"):
            mu, sigma2 = self._statistics(adapting.values(self, data))
        found = np.reshape([mu, sigma2], (2, *self._mean.shape))
        adapting.check_finite(self._class, found, self._precision)
        self._mean.assign(found[0])
        self._variance.assign(found[1])

    def _statistics(self, data: Iterator[np.ndarray]) -> tuple[Any, Any]:
        mu = sigma2 = m = 0
        for x in data:
            n = len(x)
            m = m + n
            w = n / m
            mu_b = np.sum(x, 0) / n  # (1)
            sigma2_b = np.sum((x - mu_b) ** 2, 0) / n  # (2)
            sigma2 = (1 - w) * sigma2 + w * sigma2_b + w * (1 - w) * (mu_b - mu) ** 2  # (3)
            mu = mu + w * (mu_b - mu)  # (4)
        return mu, sigma2

    def call(self, inputs: Any) -> Any:
        """Normalizes the inputs, or with `invert` takes them back."""
        mu, sigma2, epsilon = self.mean, self.variance, keras.config.epsilon()

        s = ops.maximum(ops.sqrt(sigma2), epsilon)  # (5)
        cast = self.backend.cast  # in a tf.data pipeline TensorFlow's, whatever the backend
        x = x_norm = cast(inputs, self._precision)
        if not self.invert:
            x_norm = (x - mu) / s  # (6)
            return cast(x_norm, self.compute_dtype)
        x = mu + s * x_norm  # (7)
        return cast(x, self.compute_dtype)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> Sequence[int | None]:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        given = {"mean": self.input_mean, "variance": self.input_variance}
        return {**super().get_config(), "axis": self.axis, **given, "invert": self.invert}
