r"""Dropout: train with random units missing.

Sources: CS231n-7; DLS-C2-blog; Flowchart C2 (inverted dropout, equations 1 and 2); CS231n-7 (as first published,
equations 3, 4 and 5; it prints a plus sign in (5)).

Inverted dropout, in training; at test time $a$ stays as it is:

$$ d = \left[\, \text{rand} < \text{keep\_prob} \,\right] \tag{1} $$
$$ a := \frac{a\, d}{\text{keep\_prob}} \tag{2} $$

As first published, (3) and (4) in training and (5) at test time:

$$ d = \left[\, \text{rand} < p \,\right] \tag{3} $$
$$ a := a\, d \tag{4} $$
$$ a := a\, p \tag{5} $$

$a$ (`inputs`) holds activations of any shape, $d$ the mask of `noise_shape`, 1 with probability
$\text{keep\_prob} = p = 1 - \text{rate}$, from uniform random numbers in [0, 1). Either way the expected output in
training equals the output at test time.

Equals `keras.layers.Dropout` (1, 2) in distribution, and in value and gradient for a given mask; Keras draws
other masks from the same seed. Nothing built in equals (3) to (5).
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref import _checks


class _Dropout(keras.layers.Layer):
    def __init__(
        self,
        rate: float,
        noise_shape: Sequence[int | None] | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.rate = _checks.real(self, "rate", rate, "[0, 1]")
        self.noise_shape = noise_shape if noise_shape is None else self._sizes(noise_shape)
        self.seed = seed if seed is None else _checks.integer(self, "seed", seed, 0, 2**32 - 1)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.supports_masking = True
        self._build_at_init()

    def _sizes(self, noise_shape: Any) -> tuple[int | None, ...]:
        return tuple(
            n if n is None else _checks.integer(self, "noise_shape", n, low=1)
            for n in _checks.sequence(self, "noise_shape", noise_shape)
        )

    def _is(self, rate: float) -> bool:
        return not _checks.is_tensor(self.rate) and self.rate == rate

    def _random(self, a: Any) -> Any:
        """Uniform numbers in [0, 1), of `noise_shape`; in float32 whatever the dtype of `a`."""
        shape = ops.shape(a)
        if self.noise_shape is not None:
            if not _checks.broadcasts(self.noise_shape, a.shape):
                raise ValueError(
                    f"{type(self).__name__}: each entry of `noise_shape` must be None, 1 or the size of that axis. "
                    f"Received: noise_shape={self.noise_shape}, inputs.shape={tuple(a.shape)}."
                )
            shape = tuple(n or m for n, m in zip(self.noise_shape, shape, strict=True))
        return keras.random.uniform(shape, dtype="float32", seed=self.seed_generator)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> Sequence[int | None]:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = {"rate": self.rate, "noise_shape": self.noise_shape, "seed": self.seed}
        return {**super().get_config(), **config}


@keras.saving.register_keras_serializable("dlref")
class Dropout(_Dropout):
    r"""Inverted dropout: in training $a := a\, d / \text{keep\_prob}$, at test time nothing.

    Args:
        rate: the probability of dropping a unit, $1 - \text{keep\_prob}$, in [0, 1].
        noise_shape: the shape of the mask: per axis None (the input's size), 1 (shared along the axis) or the size.
            Defaults to None, a mask of the input's shape.
        seed: an integer from 0 to 4294967295, for repeatable masks. Defaults to None.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $a$, of any shape.
        training: whether to drop units. Defaults to False.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if `rate` or `seed` is outside its interval, or `noise_shape` does not fit the inputs.

    Example:
        >>> a = Dropout(rate=0.75, seed=0)(keras.ops.ones((1000,)), training=True)
        >>> sorted({float(value) for value in a})
        [0.0, 4.0]
    """

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Drops units and scales the others, in training."""
        if not training or self._is(0.0):
            return inputs
        if self._is(1.0):
            return ops.zeros_like(inputs)
        a = _checks.floating(self, "inputs", inputs)
        rand, keep_prob = self._random(a), ops.convert_to_tensor(1 - self.rate, a.dtype)
        keep_prob = ops.where(keep_prob > 0, keep_prob, 1)  # nothing is kept: 0, not 0/0

        d = rand < 1 - self.rate  # (1)
        return ops.where(d, a / keep_prob, 0)  # (2)


@keras.saving.register_keras_serializable("dlref")
class VanillaDropout(_Dropout):
    r"""Dropout as first published: in training $a := a\, d$, at test time $a := a\, p$.

    Args:
        rate: the probability of dropping a unit, $1 - p$, in [0, 1].
        noise_shape: the shape of the mask: per axis None (the input's size), 1 (shared along the axis) or the size.
            Defaults to None, a mask of the input's shape.
        seed: an integer from 0 to 4294967295, for repeatable masks. Defaults to None.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $a$, of any shape.
        training: whether to drop units, instead of scaling them. Defaults to False.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if `rate` or `seed` is outside its interval, or `noise_shape` does not fit the inputs.

    Example:
        >>> layer = VanillaDropout(rate=0.75, seed=0)
        >>> sorted({float(value) for value in layer(keras.ops.ones((1000,)), training=True)})
        [0.0, 1.0]
        >>> float(layer(keras.ops.ones((1,)))[0])
        0.25
    """

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Drops units in training, scales them at test time."""
        a = _checks.floating(self, "inputs", inputs)
        p = ops.convert_to_tensor(1 - self.rate, a.dtype)

        if training:
            rand = self._random(a)
            d = rand < 1 - self.rate  # (3)
            return ops.where(d, a, 0)  # (4)
        return a * p  # (5)
