r"""Inverse time decay: the learning rate falls like one over the epoch.

Sources: DLS-C2-blog; Flowchart C2.

$$ \alpha = \frac{\alpha_0}{1 + \text{decay\_rate} \cdot \text{epoch}} \tag{1} $$

$\alpha_0$ is `initial_learning_rate`; epoch $= 0, 1, 2, \dots$ counts the epochs that are over,
$\lfloor \text{step} / \text{steps\_per\_epoch} \rfloor$.

Equals `keras.optimizers.schedules.InverseTimeDecay` with `decay_steps=steps_per_epoch, staircase=True`.
"""

from typing import Any

import keras

from dlref import _checks
from dlref.schedules.schedule import EpochSchedule, tensors


@keras.saving.register_keras_serializable("dlref")
class InverseTimeDecay(EpochSchedule):
    r"""Inverse time decay, $\alpha = \alpha_0 / (1 + \text{decay\_rate} \cdot \text{epoch})$.

    Args:
        initial_learning_rate: $\alpha_0 \ge 0$, the learning rate of the first epoch.
        steps_per_epoch: mini-batches in an epoch, at least 1.
        decay_rate: at least 0. Defaults to 1.0.
        name: the schedule's name.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if it is NaN or outside its interval.

    Example:
        >>> alpha = InverseTimeDecay(0.2, steps_per_epoch=10, decay_rate=1.0)
        >>> [round(float(alpha(step)), 3) for step in (0, 9, 10, 20, 30)]
        [0.2, 0.2, 0.1, 0.067, 0.05]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        steps_per_epoch: int,
        decay_rate: float = 1.0,
        name: str | None = None,
    ) -> None:
        super().__init__(steps_per_epoch, name)
        self.initial_learning_rate = _checks.real(
            self, "initial_learning_rate", initial_learning_rate, "[0, inf)", "float32"
        )
        self.decay_rate = _checks.real(self, "decay_rate", decay_rate, "[0, inf)", "float32")

    def __call__(self, step: Any) -> Any:
        """The learning rate of step `step` (0, 1, ...), a tensor of its shape."""
        alpha_0, decay_rate, epoch = tensors(
            self.initial_learning_rate, self.decay_rate, self.epoch(step)
        )

        return alpha_0 / (1 + decay_rate * epoch)  # (1)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_rate": self.decay_rate,
        }
        return {**super().get_config(), **config}
