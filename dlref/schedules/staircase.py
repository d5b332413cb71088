r"""Discrete staircase: drop the learning rate by a factor every few epochs.

Sources: DLS-C2-blog (halving); Flowchart C2.

$$ \alpha = \text{factor}^{\lfloor \text{epoch} / \text{epochs\_per\_drop} \rfloor} \cdot \alpha_0 \tag{1} $$

$\alpha_0$ is `initial_learning_rate`; epoch $= 0, 1, 2, \dots$ counts the epochs that are over,
$\lfloor \text{step} / \text{steps\_per\_epoch} \rfloor$.

Equals `keras.optimizers.schedules.ExponentialDecay` with `decay_rate=factor, staircase=True` and
`decay_steps=steps_per_epoch * epochs_per_drop`.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.schedules.schedule import MAX_STEPS, EpochSchedule, tensors


@keras.saving.register_keras_serializable("dlref")
class StaircaseDecay(EpochSchedule):
    r"""Staircase decay: the learning rate times `factor` every `epochs_per_drop` epochs.

    Args:
        initial_learning_rate: $\alpha_0 \ge 0$, the learning rate of the first stair.
        steps_per_epoch: mini-batches in an epoch, at least 1.
        epochs_per_drop: epochs on one stair, at least 1. Defaults to 10.
        factor: the height of a stair relative to the one before, in (0, 1]. Defaults to 0.5, halving.
        name: the schedule's name.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if it is NaN or outside its interval.

    Example:
        >>> alpha = StaircaseDecay(0.2, steps_per_epoch=10, epochs_per_drop=2)
        >>> [round(float(alpha(step)), 3) for step in (0, 19, 20, 40)]
        [0.2, 0.2, 0.1, 0.05]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        steps_per_epoch: int,
        epochs_per_drop: int = 10,
        factor: float = 0.5,
        name: str | None = None,
    ) -> None:
        super().__init__(steps_per_epoch, name)
        self.initial_learning_rate = _checks.real(
            self, "initial_learning_rate", initial_learning_rate, "[0, inf)", "float32"
        )
        self.epochs_per_drop = _checks.integer(
            self, "epochs_per_drop", epochs_per_drop, 1, MAX_STEPS
        )
        self.factor = _checks.real(self, "factor", factor, "(0, 1]", "float32")

    def __call__(self, step: Any) -> Any:
        """The learning rate of step `step` (0, 1, ...), a tensor of its shape."""
        alpha_0, factor = tensors(self.initial_learning_rate, self.factor)
        epoch, epochs_per_drop = self.epoch(step), ops.cast(self.epochs_per_drop, "int32")

        return ops.power(factor, epoch // epochs_per_drop) * alpha_0  # (1)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = {
            "initial_learning_rate": self.initial_learning_rate,
            "epochs_per_drop": self.epochs_per_drop,
            "factor": self.factor,
        }
        return {**super().get_config(), **config}
