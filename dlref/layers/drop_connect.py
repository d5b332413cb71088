r"""DropConnect: train with random weights missing.

Sources: CS231n-7.

$$ m = \left[\, \text{rand} < \text{keep\_prob} \,\right] \tag{1} $$
$$ w := \frac{w m}{\text{keep\_prob}} \tag{2} $$

$w$ (`kernel`) holds the weights of a layer, $m$ the mask, an entry for each weight, which is 1 with probability
$\text{keep\_prob} = 1 - \text{rate}$, from uniform random numbers in [0, 1). All examples of a mini-batch have the same
mask. At test time $w$ stays as it is, and so it does for the optimizer: (2) lasts for one call.

Nothing built in is DropConnect. It equals a `keras.layers.Dense` whose kernel has gone through `keras.layers.Dropout`,
in distribution, and in value and gradient for a given mask.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref.layers.random_wrapper import RandomWrapper


@keras.saving.register_keras_serializable("dlref")
class DropConnect(RandomWrapper):
    r"""Drops weights of a layer in training, $w := w m / \text{keep\_prob}$; at test time the layer is as without it.

    Args:
        layer: a layer with a `kernel`, such as `keras.layers.Dense` or `keras.layers.Conv2D`; its biases are kept.
        rate: the probability of dropping a weight, $1 - \text{keep\_prob}$, in [0, 1).
        seed: an integer from 0 to 4294967295, for repeatable masks. Defaults to None.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: what the layer takes.
        training: whether to drop weights. Defaults to False.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if `rate` or `seed` is outside its interval, or `layer` is no layer with a kernel.

    Example:
        >>> dense = keras.layers.Dense(1000, kernel_initializer="ones", use_bias=False)
        >>> a = DropConnect(dense, rate=0.75, seed=0)(keras.ops.ones((1, 1)), training=True)
        >>> sorted({float(value) for value in a[0]})
        [0.0, 4.0]
    """

    interval = "[0, 1)"

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Builds the layer, which then has a kernel."""
        super().build(input_shape)
        if not isinstance(getattr(self.layer, "kernel", None), keras.Variable):
            raise ValueError(
                f"{type(self).__name__}: `layer` must have a `kernel`, as keras.layers.Dense and Conv2D have. "
                f"Received: {type(self.layer).__name__}."
            )

    def call(self, inputs: Any, training: bool = False) -> Any:
        """What the layer does with the weights that are left."""
        if not training:
            return self.layer(inputs)
        w = ops.convert_to_tensor(self.layer.kernel)
        rand = keras.random.uniform(ops.shape(w), dtype="float32", seed=self.seed_generator)
        keep_prob = ops.convert_to_tensor(1 - self.rate, w.dtype)

        m = rand < 1 - self.rate  # (1)
        w = ops.where(m, w / keep_prob, 0)  # (2)
        return self._with_kernel(w, inputs)

    def _with_kernel(self, kernel: Any, inputs: Any) -> Any:
        values = {id(v): (v, v.value) for v in self.layer.variables}
        values[id(self.layer.kernel)] = self.layer.kernel, kernel
        with keras.StatelessScope(list(values.values()), collect_losses=True) as scope:
            outputs = self.layer(inputs)
        for loss in scope.losses:
            self.layer.add_loss(loss)
        return outputs

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> Sequence[int | None]:
        """The layer's."""
        return self.layer.compute_output_shape(input_shape)
