r"""AdaGrad: each parameter's step shrinks with the squared gradients it has seen.

Source: CS231n-7.

$$ s := s + g^2 \tag{1} $$
$$ \theta := \theta - \alpha\, \frac{g}{\sqrt s + \varepsilon} \tag{2} $$

$\theta$ (`variable`) is a parameter, $g$ (`gradient`) its gradient on the mini-batch; $s$ has their shape and starts at
`initial_accumulator_value`, 0 in the lecture. $\alpha$ is `learning_rate`, $\varepsilon$ is `epsilon`. Everything is
elementwise.

Differs from `keras.optimizers.Adagrad`: Keras starts $s$ at 0.1 and adds $\varepsilon$ inside the root,
$\sqrt{s + \varepsilon}$.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.optimizers.optimizer import Optimizer, tensors


@keras.saving.register_keras_serializable("dlref")
class AdaGrad(Optimizer):
    r"""AdaGrad, $\theta := \theta - \alpha\, g / (\sqrt s + \varepsilon)$, $s$ the sum of squared gradients.

    Args:
        learning_rate: $\alpha \ge 0$, a schedule, or a callable. Defaults to 0.01.
        initial_accumulator_value: where $s$ starts, at least 0. Defaults to 0.0; Keras' default is 0.1.
        epsilon: $\varepsilon > 0$. Defaults to 1e-7.
        **kwargs: the keywords of `keras.optimizers.Optimizer`.

    Raises:
        TypeError: if a hyperparameter is not a number.
        ValueError: if it is NaN or outside its interval.

    Example:
        >>> import keras
        >>> w = keras.Variable([1.0])
        >>> AdaGrad(learning_rate=0.5).apply([keras.ops.convert_to_tensor([4.0])], [w])
        >>> round(float(w[0]), 6)  # the first step has length alpha, whatever the gradient
        0.5
    """

    slot_names = ("s",)

    def __init__(
        self,
        learning_rate: Any = 0.01,
        initial_accumulator_value: float = 0.0,
        epsilon: float = 1e-7,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.initial_accumulator_value = _checks.real(
            self, "initial_accumulator_value", initial_accumulator_value, "[0, inf)"
        )
        self.epsilon = _checks.real(self, "epsilon", epsilon, "(0, inf)")

    def slot_initializer(self, shape: Any, dtype: Any = None) -> Any:
        """Where $s$ starts; `keras.initializers.Constant` would pass the number through float32."""
        return ops.broadcast_to(ops.convert_to_tensor(self.initial_accumulator_value, dtype), shape)

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Moves one parameter."""
        theta, (s,) = variable, self.slots(variable)
        g, alpha, epsilon = tensors(theta, gradient, learning_rate, self.epsilon)

        self.assign_add(s, g**2)  # (1)
        self.overflow_to_nan(s)
        self.assign_sub(theta, alpha * g / (ops.sqrt(s) + epsilon))  # (2)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = {
            "initial_accumulator_value": self.initial_accumulator_value,
            "epsilon": self.epsilon,
        }
        return {**super().get_config(), **config}
