r"""Nesterov's momentum, in the variables that training sees.

Source: CS231n-7.

$$ v' = \rho v - \alpha g \tag{1} $$
$$ \tilde\theta := \tilde\theta + v' + \rho\,(v' - v) = \tilde\theta + \rho v' - \alpha g \tag{2} $$
$$ v := v' \tag{3} $$

$\tilde\theta = \theta + \rho v$ (`variable`) is the parameter where the velocity is about to take it, and $g$
(`gradient`) its gradient there; the velocity $v$ has their shape and starts at 0. $\alpha$ is `learning_rate`,
$\rho$ is `momentum`. Everything is elementwise.

Equals `keras.optimizers.SGD(momentum=..., nesterov=True)`.
"""

from typing import Any

import keras

from dlref.optimizers.momentum import _Momentum
from dlref.optimizers.optimizer import tensors


@keras.saving.register_keras_serializable("dlref")
class Nesterov(_Momentum):
    r"""Nesterov's momentum, $\tilde\theta := \tilde\theta + v' + \rho\,(v' - v)$.

    Args:
        learning_rate: $\alpha \ge 0$, a schedule, or a callable. Defaults to 0.01.
        momentum: $\rho$ in [0, 1], the friction. Defaults to 0.9.
        **kwargs: the keywords of `keras.optimizers.Optimizer`.

    Raises:
        TypeError: if a hyperparameter is not a number.
        ValueError: if it is NaN or outside its interval.

    Example:
        >>> import keras
        >>> w = keras.Variable([1.0])
        >>> Nesterov(learning_rate=0.25, momentum=0.5).apply([keras.ops.convert_to_tensor([1.0])], [w])
        >>> float(w[0])  # 1 - 0.25 - 0.5 * 0.25
        0.625
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Moves one parameter."""
        theta_tilde, (v,) = variable, self.slots(variable)
        g, alpha, rho = tensors(theta_tilde, gradient, learning_rate, self.momentum)

        v_next = rho * v - alpha * g  # (1)
        self.assign_add(theta_tilde, rho * v_next - alpha * g)  # (2)
        self.assign(v, v_next)  # (3)
