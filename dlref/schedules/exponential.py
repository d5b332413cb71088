r"""Exponential decay: each epoch multiplies the learning rate by the same factor.

Sources: DLS-C2-blog; Flowchart C2.

$$ \alpha = \text{decay\_rate}^{\text{epoch}} \cdot \alpha_0 \tag{1} $$

$\alpha_0$ is `initial_learning_rate`; epoch $= 0, 1, 2, \dots$ counts the epochs that are over,
$\lfloor \text{step} / \text{steps\_per\_epoch} \rfloor$.

Equals `keras.optimizers.schedules.ExponentialDecay` with `decay_steps=steps_per_epoch, staircase=True`.
"""

from typing import Any

import keras

from dlref import _checks
from dlref.schedules.schedule import EpochSchedule, tensors


@keras.saving.register_keras_serializable("dlref")
class ExponentialDecay(EpochSchedule):
    r"""Exponential decay, $\alpha = \text{decay\_rate}^{\text{epoch}} \cdot \alpha_0$.

    Args:
        initial_learning_rate: $\alpha_0 \ge 0$, the learning rate of the first epoch.
        steps_per_epoch: mini-batches in an epoch, at least 1.
        decay_rate: the factor of an epoch, in (0, 1]. Defaults to 0.95.
        name: the schedule's name.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if it is NaN or outside its interval.

    Example:
        >>> alpha = ExponentialDecay(0.1, steps_per_epoch=10)
        >>> [round(float(alpha(step)), 6) for step in (0, 9, 10, 20)]
        [0.1, 0.1, 0.095, 0.09025]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        steps_per_epoch: int,
        decay_rate: float = 0.95,
        name: str | None = None,
    ) -> None:
        super().__init__(steps_per_epoch, name)
        self.initial_learning_rate = _checks.real(
            self, "initial_learning_rate", initial_learning_rate, "[0, inf)", "float32"
        )
        self.decay_rate = _checks.real(self, "decay_rate", decay_rate, "(0, 1]", "float32")

    def __call__(self, step: Any) -> Any:
        """The learning rate of step `step` (0, 1, ...), a tensor of its shape."""
        alpha_0, decay_rate, epoch = tensors(
            self.initial_learning_rate, self.decay_rate, self.epoch(step)
        )

        return decay_rate**epoch * alpha_0  # (1)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_rate": self.decay_rate,
        }
        return {**super().get_config(), **config}
