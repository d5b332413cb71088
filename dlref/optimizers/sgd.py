r"""Stochastic gradient descent.

Sources: CS231n-7; DLS-C2-blog.

$$ \theta := \theta - \alpha g \tag{1} $$

$\theta$ (`variable`) is a parameter, $g$ (`gradient`) its gradient on the mini-batch, of the same shape; $\alpha$ is
`learning_rate`. Everything is elementwise.

Equals `keras.optimizers.SGD` with `momentum=0.0`. The momentum methods are equations of their own:
`Momentum`, `CS231nMomentum`, `Nesterov`.
"""

from typing import Any

import keras

from dlref.optimizers.optimizer import Optimizer, tensors


@keras.saving.register_keras_serializable("dlref")
class SGD(Optimizer):
    r"""Stochastic gradient descent, $\theta := \theta - \alpha g$.

    Args:
        learning_rate: $\alpha \ge 0$, a schedule, or a callable. Defaults to 0.01.
        **kwargs: the keywords of `keras.optimizers.Optimizer`.

    Raises:
        TypeError: if a hyperparameter is not a number.
        ValueError: if it is NaN or outside its interval.

    Example:
        >>> import keras
        >>> w = keras.Variable([1.0])
        >>> SGD(learning_rate=0.5).apply([keras.ops.convert_to_tensor([1.0])], [w])
        >>> float(w[0])
        0.5
    """

    def __init__(self, learning_rate: Any = 0.01, **kwargs: Any) -> None:
        super().__init__(learning_rate, **kwargs)

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Moves one parameter."""
        theta = variable
        g, alpha = tensors(theta, gradient, learning_rate)

        self.assign_sub(theta, alpha * g)  # (1)
