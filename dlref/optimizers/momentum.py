r"""Momentum: step along the averaged gradient.

Sources: DLS-C2-blog; Flowchart C2 (averaged form, equations 1 and 2); CS231n-7 (equations 3 and 4).

$$ v := \beta v + (1 - \beta)\, g \tag{1} $$
$$ \theta := \theta - \alpha v \tag{2} $$

$$ v := \rho v + g \tag{3} $$
$$ \theta := \theta - \alpha v \tag{4} $$

$\theta$ (`variable`) is a parameter, $g$ (`gradient`) its gradient on the mini-batch; the velocity $v$ has their shape
and starts at 0. $\alpha$ is `learning_rate`; $\beta$ and $\rho$ are `momentum`. Everything is elementwise.

Differs from `keras.optimizers.SGD(momentum=...)`: Keras folds $\alpha$ into the velocity, $v := \rho v - \alpha g$,
$\theta := \theta + v$. At a constant $\alpha$ that is equations (3), (4), and with $\alpha (1 - \beta)$ for $\alpha$
equations (1), (2); under a schedule it is neither, for past gradients keep the learning rate of their own step.
"""

from typing import Any

import keras

from dlref import _checks
from dlref.optimizers.optimizer import Optimizer, tensors


class _Momentum(Optimizer):
    slot_names = ("v",)

    def __init__(self, learning_rate: Any = 0.01, momentum: float = 0.9, **kwargs: Any) -> None:
        super().__init__(learning_rate, **kwargs)
        self.momentum = _checks.real(self, "momentum", momentum, "[0, 1]")

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "momentum": self.momentum}


@keras.saving.register_keras_serializable("dlref")
class Momentum(_Momentum):
    r"""Momentum with an exponentially weighted average, $v := \beta v + (1 - \beta) g$.

    Args:
        learning_rate: $\alpha \ge 0$, a schedule, or a callable. Defaults to 0.01.
        momentum: $\beta$ in [0, 1]; the average reaches back about $1/(1-\beta)$ steps. Defaults to 0.9.
        **kwargs: the keywords of `keras.optimizers.Optimizer`.

    Raises:
        TypeError: if a hyperparameter is not a number.
        ValueError: if it is NaN or outside its interval.

    Example:
        >>> import keras
        >>> w = keras.Variable([1.0])
        >>> Momentum(learning_rate=1.0, momentum=0.75).apply([keras.ops.convert_to_tensor([1.0])], [w])
        >>> float(w[0])
        0.75
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Moves one parameter."""
        theta, (v,) = variable, self.slots(variable)
        g, alpha, beta = tensors(theta, gradient, learning_rate, self.momentum)

        self.assign(v, beta * v + (1 - beta) * g)  # (1)
        self.assign_sub(theta, alpha * v)  # (2)


@keras.saving.register_keras_serializable("dlref")
class CS231nMomentum(_Momentum):
    r"""Momentum with an accumulated velocity, $v := \rho v + g$, as CS231n and PyTorch have it.

    Args:
        learning_rate: $\alpha \ge 0$, a schedule, or a callable. Defaults to 0.01.
        momentum: $\rho$ in [0, 1], the friction: 0.9 or 0.99. Defaults to 0.9.
        **kwargs: the keywords of `keras.optimizers.Optimizer`.

    Raises:
        TypeError: if a hyperparameter is not a number.
        ValueError: if it is NaN or outside its interval.

    Example:
        >>> import keras
        >>> w = keras.Variable([1.0])
        >>> CS231nMomentum(learning_rate=0.5).apply([keras.ops.convert_to_tensor([1.0])], [w])
        >>> float(w[0])
        0.5
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Moves one parameter."""
        theta, (v,) = variable, self.slots(variable)
        g, alpha, rho = tensors(theta, gradient, learning_rate, self.momentum)

        self.assign(v, rho * v + g)  # (3)
        self.assign_sub(theta, alpha * v)  # (4)
