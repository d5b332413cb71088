"""What the schedules share: the number of the epoch, and scalars of full precision."""

from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import _checks

MAX_STEPS = 2**31 - 2  # steps are counted in int32, the running one from 1


def tensors(*values: Any) -> list[Any]:
    """`values` as tensors: float64 where `keras.config.floatx()` is, else float32, even under float16."""
    dtype = "float64" if keras.config.floatx() == "float64" else "float32"
    return [
        ops.cast(v, dtype) if _checks.is_tensor(v) else ops.convert_to_tensor(v, dtype)
        for v in values
    ]


class EpochSchedule(keras.optimizers.schedules.LearningRateSchedule):
    """Base of dlref's schedules, which count epochs: a subclass writes `__call__`.

    A step is an integer, or an array or a tensor of integers of any shape, from 0 to 2147483646. Numbers and arrays
    outside are refused; a tensor, known only when the program runs, counts as the nearest step inside.

    Args:
        steps_per_epoch: mini-batches in an epoch, at least 1: `math.ceil(m / batch_size)`.
        name: the schedule's name. Defaults to the class's.

    Raises:
        TypeError: if `steps_per_epoch` is not an integer, or `name` is not a string.
        ValueError: if `steps_per_epoch` is smaller than 1 or larger than 2147483646.
    """

    def __init__(self, steps_per_epoch: int, name: str | None = None) -> None:
        super().__init__()
        self.steps_per_epoch = _checks.integer(
            self, "steps_per_epoch", steps_per_epoch, 1, MAX_STEPS
        )
        self.name = type(self).__name__ if name is None else _checks.text(self, "name", name)

    def epoch(self, step: Any) -> Any:
        """How many epochs lie behind `step` (0, 1, ...): 0 throughout the first epoch, as Keras counts."""
        return ops.floor_divide(self._steps(step), self.steps_per_epoch)

    def _steps(self, step: Any) -> Any:
        if not _checks.is_tensor(step):
            for number in step.ravel().tolist() if isinstance(step, np.ndarray) else [step]:
                _checks.integer(self, "step", number, 0, MAX_STEPS)
            return ops.convert_to_tensor(step, "int32")
        dtype = keras.backend.standardize_dtype(step.dtype)
        if "int" not in dtype:
            raise TypeError(
                f"{type(self).__name__}: `step` must be an integer, or a tensor of integers. "
                f"Received: a tensor of dtype {dtype}."
            )
        if dtype.endswith(("32", "64")):  # smaller types do not hold the bound
            step = ops.minimum(step, MAX_STEPS)
        return ops.maximum(ops.cast(step, "int32"), 0)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"steps_per_epoch": self.steps_per_epoch, "name": self.name}
