r"""Stochastic depth: train with random residual blocks missing, test with all of them.

Sources: CS231n-7.

In training (1) and (2), at test time (3):

$$ b = \left[\, \text{rand} < p \,\right] \tag{1} $$
$$ x := x + b f \tag{2} $$
$$ x := x + p f \tag{3} $$

$x$ (`inputs`) goes past the block, and $f$ is what the block makes of it. $b$ is one number for the whole mini-batch, 1
with probability $p = 1 - \text{rate}$, from a uniform random number in [0, 1). The expected output in training is the
output at test time.

Nothing built in is stochastic depth. It equals $x + p$ times a `keras.layers.Dropout` of $f$ whose `noise_shape` is all
1, in distribution, and in value and gradient for a given mask.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref.layers.random_wrapper import RandomWrapper


@keras.saving.register_keras_serializable("dlref")
class StochasticDepth(RandomWrapper):
    r"""A residual block that is left out at random: in training $x := x + b f$, at test time $x := x + p f$.

    Args:
        layer: the block, a layer or a `keras.Sequential`, whose output has the shape of its input.
        rate: the probability of leaving it out, $1 - p$, in [0, 1].
        seed: an integer from 0 to 4294967295, for repeatable draws. Defaults to None.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $x$, of any shape.
        training: whether to leave the block out at random. Defaults to False.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if `rate` or `seed` is outside its interval, or `layer` is no layer or changes the shape.

    Example:
        >>> block = StochasticDepth(keras.layers.ReLU(), rate=0.25, seed=0)
        >>> float(block(keras.ops.ones((1, 1)))[0, 0])
        1.75
        >>> sorted({float(block(keras.ops.ones((1, 1)), training=True)[0, 0]) for _ in range(50)})
        [1.0, 2.0]
    """

    def call(self, inputs: Any, training: bool = False) -> Any:
        """The input, and with it the block's output, some of it, or none."""
        x, f = inputs, self.layer(inputs)
        if tuple(f.shape) != tuple(x.shape):
            raise ValueError(
                f"{type(self).__name__}: the output of `layer` must have the shape of its input. "
                f"Received: inputs.shape={tuple(x.shape)}, and {tuple(f.shape)} from {self.layer.name}."
            )
        p = ops.convert_to_tensor(1 - self.rate, f.dtype)
        if training:
            rand = keras.random.uniform((), dtype="float32", seed=self.seed_generator)
            b = rand < 1 - self.rate  # (1)
            return x + ops.where(b, f, 0)  # (2)
        return x + p * f  # (3)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> Sequence[int | None]:
        """The input's shape."""
        return input_shape
