r"""Manual decay: learning rates chosen by hand for stretches of epochs.

Sources: DLS-C2-blog; Flowchart C2.

$$ \alpha = \alpha_j, \qquad j = \#\{\, i : \text{epoch} \ge e_i \,\} \tag{1} $$

$e_1 < e_2 < \dots$ are `boundaries`, in epochs; $\alpha_0, \alpha_1, \dots$ are `values`, one more; epoch
$= 0, 1, 2, \dots$ counts the epochs that are over, $\lfloor \text{step} / \text{steps\_per\_epoch} \rfloor$.

Equals `keras.optimizers.schedules.PiecewiseConstantDecay` with boundaries $e_i \cdot \text{steps\_per\_epoch} - 1$:
Keras gives the boundary itself to the stretch before.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.schedules.schedule import MAX_STEPS, EpochSchedule, tensors


@keras.saving.register_keras_serializable("dlref")
class ManualDecay(EpochSchedule):
    r"""Manual decay: `values[j]` once `j` of the `boundaries` are reached.

    Args:
        boundaries: epochs at which the learning rate changes, increasing integers of at least 1.
        values: the learning rates, at least 0, one more than there are boundaries.
        steps_per_epoch: mini-batches in an epoch, at least 1.
        name: the schedule's name.

    Raises:
        TypeError: if an argument is not a list, or an entry not a number.
        ValueError: if it is NaN or outside its interval, the boundaries do not increase, or the lengths do not fit.

    Example:
        >>> alpha = ManualDecay([2, 3], [0.1, 0.03, 0.01], steps_per_epoch=10)
        >>> [round(float(alpha(step)), 3) for step in (0, 19, 20, 30)]
        [0.1, 0.1, 0.03, 0.01]
    """

    def __init__(
        self,
        boundaries: Sequence[int],
        values: Sequence[float],
        steps_per_epoch: int,
        name: str | None = None,
    ) -> None:
        super().__init__(steps_per_epoch, name)
        self.boundaries = [
            _checks.integer(self, "boundaries", e, 1, MAX_STEPS)
            for e in _checks.sequence(self, "boundaries", boundaries)
        ]
        self.values = [
            _checks.real(self, "values", alpha, "[0, inf)", "float32")
            for alpha in _checks.sequence(self, "values", values)
        ]
        if sorted(set(self.boundaries)) != self.boundaries:
            raise ValueError(
                f"ManualDecay: `boundaries` must increase. Received: boundaries={self.boundaries}."
            )
        if len(self.values) != len(self.boundaries) + 1:
            raise ValueError(
                "ManualDecay: `values` must have one entry more than `boundaries`. Received: "
                f"{len(self.values)} values and {len(self.boundaries)} boundaries."
            )

    def __call__(self, step: Any) -> Any:
        """The learning rate of step `step` (0, 1, ...), a tensor of its shape."""
        (alpha,) = tensors(self.values)
        epoch = ops.expand_dims(self.epoch(step), -1)
        e = ops.convert_to_tensor(self.boundaries, "int32")

        return ops.take(alpha, ops.sum(ops.cast(epoch >= e, "int32"), -1))  # (1)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "boundaries": self.boundaries, "values": self.values}
