r"""Batch normalization.

Sources: DLS-C2W3; CS231n-6; DLS-C2-blog.

In training, over the $m$ values that a channel takes in the mini-batch,

$$ \mu = \frac{1}{m} \sum_i z^{(i)} \tag{1} $$
$$ \sigma^2 = \frac{1}{m} \sum_i (z^{(i)} - \mu)^2 \tag{2} $$
$$ \mu_\text{test} := \rho\, \mu_\text{test} + (1 - \rho)\, \mu \tag{3} $$
$$ \sigma^2_\text{test} := \rho\, \sigma^2_\text{test} + (1 - \rho)\, \sigma^2 \tag{4} $$

and then, at test time with $\mu_\text{test}$ and $\sigma^2_\text{test}$ for $\mu$ and $\sigma^2$,

$$ a = \frac{\gamma}{\sqrt{\sigma^2 + \varepsilon}} \tag{5} $$
$$ \tilde z = a z + (\beta - a \mu) \tag{6} $$

which is $\tilde z = \gamma z_\text{norm} + \beta$ with $z_\text{norm} = (z - \mu) / \sqrt{\sigma^2 + \varepsilon}$, in
one multiplication and one addition per value.

$z$ (`inputs`) has any shape, with the channels along `axis`; $\gamma$, $\beta$, $\mu_\text{test}$ (`moving_mean`) and
$\sigma^2_\text{test}$ (`moving_variance`) have one entry per channel. $\rho$ is `momentum`, $\varepsilon$ is `epsilon`.
With a mask, $m$ counts the values that are not masked. The variance is the biased one, divided by $m$, in (4) too.

Equals `keras.layers.BatchNormalization`, but for a mask, where Keras divides by $m + 10^{-7}$.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.layers.channelwise import Channelwise


def _centre(mu: Any) -> Any:
    """`mu` for (2), whose derivative by it is 0, since the deviations sum to 0.

    TensorFlow differentiates that path at the cost of a fifth of a step, so its own moments cut it too; second
    derivatives there lack it.
    """
    return ops.stop_gradient(mu) if keras.backend.backend() == "tensorflow" else mu


@keras.saving.register_keras_serializable("dlref")
class BatchNormalization(Channelwise):
    r"""Batch normalization, $\tilde z = \gamma (z - \mu) / \sqrt{\sigma^2 + \varepsilon} + \beta$.

    Computes in float32 at least, also under mixed precision. Frozen (`trainable = False`), it works as at test time.

    Args:
        axis: the axis of the channels. Defaults to -1.
        momentum: $\rho$ in [0, 1], the decay of the averages (3) and (4). Defaults to 0.99.
        epsilon: $\varepsilon > 0$. Defaults to 1e-3.
        center: whether there is a $\beta$. Defaults to True.
        scale: whether there is a $\gamma$. Defaults to True.
        beta_initializer: where $\beta$ starts. Defaults to "zeros".
        gamma_initializer: where $\gamma$ starts. Defaults to "ones".
        moving_mean_initializer: where $\mu_\text{test}$ starts. Defaults to "zeros".
        moving_variance_initializer: where $\sigma^2_\text{test}$ starts. Defaults to "ones".
        beta_regularizer: regularizer of $\beta$.
        gamma_regularizer: regularizer of $\gamma$.
        beta_constraint: constraint on $\beta$.
        gamma_constraint: constraint on $\gamma$.
        synchronized: whether (1) and (2) run over all replicas of a `tf.distribute` strategy, on TensorFlow.
            Defaults to False.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $z$, of any shape with rank 2 or more.
        training: whether to use the mini-batch's statistics, and to update the averages.
        mask: booleans of the shape of `inputs` without its last axis; False leaves a value out of (1) and (2).

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a number is NaN or outside its interval, or the input has no such axis or mask.

    Example:
        >>> layer = BatchNormalization(epsilon=1e-12)
        >>> z = keras.ops.convert_to_tensor([[1.0], [3.0]])
        >>> [round(float(v), 3) for v in layer(z, training=True)[:, 0]]
        [-1.0, 1.0]
    """

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            axis,
            beta_initializer=beta_initializer,
            gamma_initializer=gamma_initializer,
            moving_mean_initializer=moving_mean_initializer,
            moving_variance_initializer=moving_variance_initializer,
            beta_regularizer=beta_regularizer,
            gamma_regularizer=gamma_regularizer,
            beta_constraint=beta_constraint,
            gamma_constraint=gamma_constraint,
            synchronized=synchronized,
            **kwargs,
        )
        self.momentum = _checks.real(self, "momentum", momentum, "[0, 1]")
        self.epsilon = _checks.real(self, "epsilon", epsilon, "(0, inf)", "float32")
        self.center = _checks.boolean(self, "center", center)
        self.scale = _checks.boolean(self, "scale", scale)

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Makes one weight of each kind per channel."""
        super().build(input_shape)
        self.gamma = self.add_channel_weight("gamma") if self.scale else None
        self.beta = self.add_channel_weight("beta") if self.center else None
        self.moving_mean = self.add_channel_weight("moving_mean", trainable=False)
        self.moving_variance = self.add_channel_weight("moving_variance", trainable=False)

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Normalizes `inputs`, channel by channel."""
        z, _ = _checks.at_least_float32(self, "inputs", inputs)
        gamma, beta = self.per_channel(z, self.gamma, 1), self.per_channel(z, self.beta, 0)
        mu = mu_test = self.per_channel(z, self.moving_mean)
        sigma2 = sigma2_test = self.per_channel(z, self.moving_variance)
        rho, epsilon = (ops.convert_to_tensor(v, z.dtype) for v in (self.momentum, self.epsilon))

        if training and self.trainable:
            mask, m = self.counted(z, mask)
            mu = self.sum(z, mask) / m  # (1)
            sigma2 = self.sum((z - _centre(mu)) ** 2, mask) / m  # (2)
            self.assign(self.moving_mean, rho * mu_test + (1 - rho) * mu)  # (3)
            self.assign(self.moving_variance, rho * sigma2_test + (1 - rho) * sigma2)  # (4)
        a = gamma / ops.sqrt(sigma2 + epsilon)  # (5)
        z_tilde = a * z + (beta - a * mu)  # (6)
        return ops.cast(z_tilde, self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = ("momentum", "epsilon", "center", "scale")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
