r"""PCA, which turns inputs onto the axes along which they vary most, and whitening, which scales these to variance 1.

Sources: CS231n-6, which names both; the lecture's course notes have the equations.

`adapt` goes over the training set batch by batch. Of $n$ examples, the rows of $X$ once their mean is subtracted,

$$ \mu_b = \frac{1}{n} \sum_{i=1}^n x^{(i)} \tag{1} $$
$$ C_b = \frac{X^\top X}{n} \tag{2} $$
$$ C := (1 - w)\, C + w\, C_b + w (1 - w) (D^\top D) \tag{3} $$
$$ \mu := \mu + w (\mu_b - \mu) \tag{4} $$

where $w$ is the batch's share of all examples so far, and $D$ the row $\mu_b - \mu$. After the last batch $C$ is the
covariance of all examples, $\frac{1}{m} \sum (x^{(i)} - \mu)(x^{(i)} - \mu)^\top$. Its singular value decomposition is
$U S U^\top$: the columns of $U$ are the principal axes, and the entries of $S$, the largest first, the variances along
them. Called on inputs, with $X$ now $x - \mu$,

$$ x_\text{rot} = X U \tag{5} $$

is PCA, and whitening is

$$ x_\text{white} = \frac{x_\text{rot}}{\sqrt{S + \varepsilon}} \tag{6} $$

$x$ (`inputs`) has any shape, with the features along the last axis. $U$ (`axes`) has a column for each of `components`,
$S$ (`variances`) an entry, $\mu$ (`mean`) one for each feature. Of either direction of an axis, $U$ has the one whose
largest entry is positive.

Keras has neither. (5) equals `sklearn.decomposition.PCA`. (6) differs from its `whiten=True`, which divides by the root
of the variance with $m - 1$ for $m$, and adds no $\varepsilon$.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import _checks
from dlref.layers import adapting


@keras.saving.register_keras_serializable("dlref")
class PCA(keras.layers.Layer):
    r"""Principal component analysis, $x_\text{rot} = (x - \mu)\, U$, by what `adapt` has seen.

    Computes in float32 at least, also under mixed precision. Until `adapt` is called, or weights are loaded, it changes
    nothing but the number of features.

    Args:
        components: how many axes are kept, those of the largest variances. Defaults to None, all.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $x$, of any shape with rank 2 or more.

    Raises:
        TypeError: if `components` is not an integer.
        ValueError: if it is smaller than 1 or larger than the number of features, or the input has rank 1 or features
            of unknown number.

    Example:
        >>> layer = PCA(components=1)
        >>> layer.adapt(np.array([[1.0, 1.0], [3.0, 3.0], [5.0, 5.0]]))
        >>> [round(float(v), 3) for v in layer(np.array([[3.0, 3.0], [5.0, 5.0]]))[:, 0]]
        [0.0, 2.828]
    """

    def __init__(self, components: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if components is not None:
            components = _checks.integer(self, "components", components, low=1)
        self.components = components
        self.autocast = False  # half precision would round, or overflow, what is not centred yet
        self._precision = "float64" if self.compute_dtype == "float64" else "float32"
        self.supports_masking = True

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Makes the weights that `adapt` sets."""
        name, features = type(self).__name__, input_shape[-1] if len(input_shape) > 1 else None
        if features is None:
            raise ValueError(
                f"{name}: `inputs` must have rank 2 or more, and a last axis of known size. "
                f"Received: inputs.shape={tuple(input_shape)}."
            )
        kept = self.components or features
        if kept > features:
            raise ValueError(
                f"{name}: `components` must not be more than the features. "
                f"Received: components={kept}, inputs.shape={tuple(input_shape)}."
            )
        self.built_for = (*[None] * (len(input_shape) - 1), features)
        how: dict[str, Any] = {"trainable": False, "autocast": False, "dtype": self._precision}
        self.mean = self.add_weight((features,), "zeros", name="mean", **how)
        self.axes = self.add_weight((features, kept), "identity", name="axes", **how)
        self.variances = self.add_weight((kept,), "ones", name="variances", **how)

    def adapt(self, data: Any) -> None:
        r"""Sets $\mu$, $U$ and $S$ to those of `data`, whatever they were before.

        Args:
            data: the training inputs: an array, or batches of them as a `tf.data.Dataset`, a `keras.utils.PyDataset`
                or any iterable, with labels and weights behind them or not.

        Raises:
            TypeError: if `data` holds no arrays of numbers.
            ValueError: if it is empty, endless, or of another shape than the layer was built for, or holds NaN or
                infinite numbers.
        """
        with np.errstate(invalid="ignore", over="ignore"):
            mu, C = self._covariance(adapting.values(self, data, at_once=2**22))
        found = np.stack([mu, np.diag(C)])
        adapting.check_finite(type(self).__name__, found, self._precision)
        U, S, _ = np.linalg.svd(C)
        largest = np.argmax(np.abs(U), 0)
        U = U * np.sign(U[largest, np.arange(len(U))])
        kept = self.variances.shape[0]
        self.mean.assign(mu)
        self.axes.assign(U[:, :kept])
        self.variances.assign(S[:kept])

    def _covariance(self, columns: Iterator[np.ndarray]) -> tuple[Any, Any]:
        mu = C = m = 0
        for x in columns:
            n = len(x)
            m = m + n
            w = n / m
            mu_b = np.sum(x, 0) / n  # (1)
            X, D = x - mu_b, np.atleast_2d(mu_b - mu)
            C_b = np.matmul(X.T, X) / n  # (2)
            C = (1 - w) * C + w * C_b + w * (1 - w) * np.matmul(D.T, D)  # (3)
            mu = mu + w * (mu_b - mu)  # (4)
        return mu, C

    def rotated(self, inputs: Any) -> Any:
        """The inputs along the principal axes, in float32 at least."""
        X = ops.cast(inputs, self._precision) - self.mean
        U = self.axes
        return ops.matmul(X, U)  # (5)

    def call(self, inputs: Any) -> Any:
        """The inputs along the principal axes."""
        return ops.cast(self.rotated(inputs), self.compute_dtype)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> Sequence[int | None]:
        """The input's shape, but for the last axis."""
        return (*input_shape[:-1], self.components or input_shape[-1])

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "components": self.components}


@keras.saving.register_keras_serializable("dlref")
class Whitening(PCA):
    r"""PCA and a division, $x_\text{white} = x_\text{rot} / \sqrt{S + \varepsilon}$: uncorrelated, of variance 1.

    Args:
        components: how many axes are kept, those of the largest variances. Defaults to None, all.
        epsilon: $\varepsilon > 0$, which keeps axes of hardly any variance from being blown up. Defaults to 1e-5.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $x$, of any shape with rank 2 or more.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if a number is outside its interval, `components` is larger than the number of features, or the
            input has rank 1 or features of unknown number.

    Example:
        >>> layer = Whitening(components=1)
        >>> layer.adapt(np.array([[1.0, 1.0], [3.0, 3.0], [5.0, 5.0]]))
        >>> [round(float(v), 3) for v in layer(np.array([[1.0, 1.0], [5.0, 5.0]]))[:, 0]]
        [-1.225, 1.225]
    """

    def __init__(self, components: int | None = None, epsilon: float = 1e-5, **kwargs: Any) -> None:
        super().__init__(components, **kwargs)
        self.epsilon = _checks.real(self, "epsilon", epsilon, "(0, inf)", "float32")

    def call(self, inputs: Any) -> Any:
        """The inputs along the principal axes, each divided by its standard deviation."""
        x_rot, S = self.rotated(inputs), ops.convert_to_tensor(self.variances)
        epsilon = ops.cast(self.epsilon, S.dtype)

        x_white = x_rot / ops.sqrt(S + epsilon)  # (6)
        return ops.cast(x_white, self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "epsilon": self.epsilon}
