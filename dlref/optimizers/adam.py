r"""Adam: momentum and RMSProp together, with bias correction.

Sources: DLS-C2-blog; Flowchart C2; CS231n-7.

$$ m := \beta_1 m + (1 - \beta_1)\, g \tag{1} $$
$$ v := \beta_2 v + (1 - \beta_2)\, g^2 \tag{2} $$
$$ \hat m = \frac{m}{1 - \beta_1^t} \tag{3} $$
$$ \hat v = \frac{v}{1 - \beta_2^t} \tag{4} $$
$$ \theta := \theta - \alpha\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon} \tag{5} $$

$\theta$ (`variable`) is a parameter and $g$ (`gradient`) its gradient on the mini-batch; $m$ and $v$ have their
shape and start at 0. $\alpha$ is `learning_rate`, $\beta_1$, $\beta_2$ and $\varepsilon$ are `beta_1`, `beta_2`
and `epsilon`; $t = 1, 2, \dots$ is `iterations + 1`. Everything is elementwise.

Differs from `keras.optimizers.Adam`: Keras adds its $\varepsilon$ to $\sqrt v$ before the correction, which is
equation (5) with $\varepsilon / \sqrt{1 - \beta_2^t}$: at $t = 1$ and $\beta_2 = 0.999$ an epsilon 32 times larger.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.optimizers.optimizer import Optimizer, tensors


@keras.saving.register_keras_serializable("dlref")
class Adam(Optimizer):
    r"""Adam, $\theta := \theta - \alpha\, \hat m / (\sqrt{\hat v} + \varepsilon)$, epsilon outside the corrected root.

    Args:
        learning_rate: $\alpha \ge 0$, a schedule, or a callable. Defaults to 0.001.
        beta_1: $\beta_1$ in [0, 1), the decay of the average gradient. Defaults to 0.9.
        beta_2: $\beta_2$ in [0, 1), the decay of the average squared gradient. Defaults to 0.999.
        epsilon: $\varepsilon > 0$. Defaults to 1e-8, the lecture's; Keras' default is 1e-7.
        **kwargs: the keywords of `keras.optimizers.Optimizer`.

    Raises:
        TypeError: if a hyperparameter is not a number.
        ValueError: if it is NaN or outside its interval.

    Example:
        >>> import keras
        >>> w = keras.Variable([1.0])
        >>> optimizer = Adam(learning_rate=0.1)
        >>> optimizer.apply([keras.ops.convert_to_tensor([4.0])], [w])
        >>> round(float(w[0]), 6)  # the first step has length alpha, whatever the gradient
        0.9
    """

    slot_names = ("m", "v")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.beta_1 = _checks.real(self, "beta_1", beta_1, "[0, 1)")
        self.beta_2 = _checks.real(self, "beta_2", beta_2, "[0, 1)")
        self.epsilon = _checks.real(self, "epsilon", epsilon, "(0, inf)")

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Moves one parameter."""
        theta, (m, v) = variable, self.slots(variable)
        g, alpha, beta_1, beta_2, epsilon = tensors(
            theta, gradient, learning_rate, self.beta_1, self.beta_2, self.epsilon
        )
        t = ops.cast(self.t, theta.dtype)

        self.assign(m, beta_1 * m + (1 - beta_1) * g)  # (1)
        self.assign(v, beta_2 * v + (1 - beta_2) * g**2)  # (2)
        self.overflow_to_nan(v)
        m_hat = m / (1 - beta_1**t)  # (3)
        v_hat = v / (1 - beta_2**t)  # (4)
        self.assign_sub(theta, alpha * m_hat / (ops.sqrt(v_hat) + epsilon))  # (5)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return {**super().get_config(), **config}
