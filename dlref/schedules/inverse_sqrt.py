r"""Inverse square root decay, by epoch or by mini-batch.

Sources: DLS-C2-blog; Flowchart C2 (which prints $k / \text{epoch}$ without the root).

$$ \alpha = \frac{k}{\sqrt t} \tag{1} $$

$t = 1, 2, \dots$ is the number of the running epoch, $1 + \lfloor \text{step} / \text{steps\_per\_epoch} \rfloor$; with
`steps_per_epoch=1`, the default, it is the number of the mini-batch. $k$ is `initial_learning_rate`, the lecture's
$k \alpha_0$: the learning rate of $t = 1$.

Keras has no built-in of this form.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.schedules.schedule import EpochSchedule, tensors


@keras.saving.register_keras_serializable("dlref")
class InverseSqrtDecay(EpochSchedule):
    r"""Inverse square root decay, $\alpha = k / \sqrt t$.

    Args:
        initial_learning_rate: $k \ge 0$, the learning rate of $t = 1$.
        steps_per_epoch: mini-batches in an epoch; 1 makes $t$ count mini-batches. Defaults to 1.
        name: the schedule's name.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if it is NaN or outside its interval.

    Example:
        >>> alpha = InverseSqrtDecay(0.2)
        >>> [round(float(alpha(step)), 4) for step in (0, 1, 3)]
        [0.2, 0.1414, 0.1]
    """

    def __init__(
        self, initial_learning_rate: float, steps_per_epoch: int = 1, name: str | None = None
    ) -> None:
        super().__init__(steps_per_epoch, name)
        self.initial_learning_rate = _checks.real(
            self, "initial_learning_rate", initial_learning_rate, "[0, inf)", "float32"
        )

    def __call__(self, step: Any) -> Any:
        """The learning rate of step `step` (0, 1, ...), a tensor of its shape."""
        k, t = tensors(self.initial_learning_rate, self.epoch(step) + 1)

        return k / ops.sqrt(t)  # (1)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "initial_learning_rate": self.initial_learning_rate}
