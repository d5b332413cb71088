r"""Positional encoding: sines and cosines that say where in a sequence a vector stands.

Sources: Flowchart C5 (transformer); Vaswani et al. 2017.

$$ a_{ti} = \frac{t}{\lambda^{2 i / d}} \tag{1} $$
$$ s_{ti} = \sin a_{ti} \tag{2} $$
$$ c_{ti} = \cos a_{ti} \tag{3} $$
$$ y = x + p \tag{4} $$

$t = 0, 1, \dots$ is the place of a vector $x_t$ of $d$ numbers, $i = 0, 1, \dots$ counts pairs of them, $\lambda$ is
`max_wavelength`, and $a$ are angles. The sines are the even entries of $p$ and the cosines the odd ones:
$p_{t,2i} = s_{ti}$ and $p_{t,2i+1} = c_{ti}$. Where $d$ is odd, the last sine has no cosine. There is no weight, and no
longest sequence.

Nothing built in is a positional encoding. It equals `keras.layers.Embedding` of the places with $p$ for its weights,
added to the vectors.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks


def _waves(t: Any, i: Any, d: int, lambda_: Any) -> tuple[Any, Any]:
    r"""The sines and the cosines.

    Args:
        t: places.
        i: pairs of entries.
        d: entries.
        lambda_: $\lambda > 0$.
    """
    a = t[:, None] / lambda_ ** (2 * i / d)  # (1)
    # On JAX, `ops.sin` of float64 is float32, and an exponential is not.
    turn = ops.exp(1j * ops.cast(a, "complex128" if a.dtype == "float64" else "complex64"))
    s = ops.imag(turn)  # (2)
    c = ops.real(turn)  # (3)
    return s, c


@keras.saving.register_keras_serializable("dlref")
class PositionalEncoding(keras.layers.Layer):
    r"""Adds the encoding of its place to each vector, $y = x + p$.

    Args:
        max_wavelength: $\lambda > 0$. The wavelengths go from $2 \pi$ towards $2 \pi \lambda$. Defaults to 10000.0.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $x$, of shape (batch, places, size).
        start_index: $t$ of the first place, a whole number or a tensor of one. Defaults to 0.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if `max_wavelength` is not above 0, or the inputs have not three axes.

    Example:
        >>> y = PositionalEncoding()(keras.ops.zeros((1, 2, 4)))
        >>> [[round(float(value), 3) for value in place] for place in y[0]]
        [[0.0, 1.0, 0.0, 1.0], [0.841, 0.54, 0.01, 1.0]]
    """

    def __init__(self, max_wavelength: float = 10000.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_wavelength = _checks.real(self, "max_wavelength", max_wavelength, "(0, inf)")
        self.supports_masking = True

    def call(self, inputs: Any, start_index: Any = 0) -> Any:
        """The vectors, each with its place."""
        x = _checks.floating(self, "inputs", inputs)
        self._three_axes(x.shape)
        places, d = ops.shape(x)[1], x.shape[2]
        # In half precision places beyond 2048 or 256 would be rounded.
        dtype = "float64" if keras.backend.standardize_dtype(x.dtype) == "float64" else "float32"
        t = ops.cast(ops.arange(places, dtype="int32") + ops.cast(start_index, "int32"), dtype)
        i = ops.arange((d + 1) // 2, dtype=dtype)
        p = ops.stack(_waves(t, i, d, ops.convert_to_tensor(self.max_wavelength, dtype)), -1)
        p = ops.cast(ops.reshape(p, (places, d + d % 2))[:, :d], x.dtype)
        return x + p  # (4)

    def _three_axes(self, shape: Any) -> None:
        if len(shape) != 3 or shape[2] is None:
            raise ValueError(
                f"{type(self).__name__}: `inputs` must have shape (batch, places, size), with a size that is known. "
                f"Received: inputs.shape={tuple(shape)}."
            )

    def compute_output_spec(self, inputs: Any, start_index: Any = 0) -> Any:
        """As the vectors."""
        self._three_axes(inputs.shape)
        return keras.KerasTensor(inputs.shape, self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "max_wavelength": self.max_wavelength}
