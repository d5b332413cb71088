r"""RMSProp: divide each step by the root of the averaged squared gradient.

Sources: DLS-C2-blog; CS231n-7 (equations 1 and 2); Flowchart C2 (epsilon inside the root, equations 3 and 4).

$$ s := \beta s + (1 - \beta)\, g^2 \tag{1} $$
$$ \theta := \theta - \alpha\, \frac{g}{\sqrt s + \varepsilon} \tag{2} $$

$$ s := \beta s + (1 - \beta)\, g^2 \tag{3} $$
$$ \theta := \theta - \alpha\, \frac{g}{\sqrt{s + \varepsilon}} \tag{4} $$

$\theta$ (`variable`) is a parameter, $g$ (`gradient`) its gradient on the mini-batch; $s$ has their shape and starts at
0. $\alpha$ is `learning_rate`, $\beta$ is `rho` as in Keras, $\varepsilon$ is `epsilon`. Everything is elementwise.

Differs from `keras.optimizers.RMSprop`, whose epsilon stands inside the root: `RMSPropEpsilonInside` equals it. Where a
gradient has been 0, equation (2) divides by $\varepsilon$, equation (4) by $\sqrt\varepsilon$.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.optimizers.optimizer import Optimizer, tensors


class _RMSProp(Optimizer):
    slot_names = ("s",)

    def __init__(
        self, learning_rate: Any = 0.001, rho: float = 0.9, epsilon: float = 1e-7, **kwargs: Any
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.rho = _checks.real(self, "rho", rho, "[0, 1)")
        self.epsilon = _checks.real(self, "epsilon", epsilon, "(0, inf)")

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "rho": self.rho, "epsilon": self.epsilon}


@keras.saving.register_keras_serializable("dlref")
class RMSProp(_RMSProp):
    r"""RMSProp, $\theta := \theta - \alpha\, g / (\sqrt s + \varepsilon)$, epsilon outside the root.

    Args:
        learning_rate: $\alpha \ge 0$, a schedule, or a callable. Defaults to 0.001.
        rho: $\beta$ in [0, 1), the decay of the average. Defaults to 0.9.
        epsilon: $\varepsilon > 0$. Defaults to 1e-7.
        **kwargs: the keywords of `keras.optimizers.Optimizer`.

    Raises:
        TypeError: if a hyperparameter is not a number.
        ValueError: if it is NaN or outside its interval.

    Example:
        >>> import keras
        >>> w = keras.Variable([1.0])
        >>> RMSProp(learning_rate=0.1, rho=0.75).apply([keras.ops.convert_to_tensor([4.0])], [w])
        >>> round(float(w[0]), 6)  # 1 - 0.1 * 4 / sqrt(0.25 * 16)
        0.8
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Moves one parameter."""
        theta, (s,) = variable, self.slots(variable)
        g, alpha, beta, epsilon = tensors(theta, gradient, learning_rate, self.rho, self.epsilon)

        self.assign(s, beta * s + (1 - beta) * g**2)  # (1)
        self.overflow_to_nan(s)
        self.assign_sub(theta, alpha * g / (ops.sqrt(s) + epsilon))  # (2)


@keras.saving.register_keras_serializable("dlref")
class RMSPropEpsilonInside(_RMSProp):
    r"""RMSProp, $\theta := \theta - \alpha\, g / \sqrt{s + \varepsilon}$, epsilon inside the root as in Keras.

    Args:
        learning_rate: $\alpha \ge 0$, a schedule, or a callable. Defaults to 0.001.
        rho: $\beta$ in [0, 1), the decay of the average. Defaults to 0.9.
        epsilon: $\varepsilon > 0$. Defaults to 1e-7.
        **kwargs: the keywords of `keras.optimizers.Optimizer`.

    Raises:
        TypeError: if a hyperparameter is not a number.
        ValueError: if it is NaN or outside its interval.

    Example:
        >>> import keras
        >>> w = keras.Variable([1.0])
        >>> optimizer = RMSPropEpsilonInside(learning_rate=0.1, rho=0.75, epsilon=5.0)
        >>> optimizer.apply([keras.ops.convert_to_tensor([4.0])], [w])
        >>> round(float(w[0]), 6)  # 1 - 0.1 * 4 / sqrt(0.25 * 16 + 5)
        0.866667
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Moves one parameter."""
        theta, (s,) = variable, self.slots(variable)
        g, alpha, beta, epsilon = tensors(theta, gradient, learning_rate, self.rho, self.epsilon)

        self.assign(s, beta * s + (1 - beta) * g**2)  # (3)
        self.overflow_to_nan(s)
        self.assign_sub(theta, alpha * g / ops.sqrt(s + epsilon))  # (4)
