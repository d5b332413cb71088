"""What the optimizers share: checked arguments, slot variables, exact scalars, and an update without side effects.

Clipping, weight decay, the running average of the weights (`use_ema`), gradient accumulation, loss scaling and
serialization are `keras.optimizers.Optimizer`'s own. It is extended in three places:

- `stateless_apply` works on the TensorFlow backend too (`stateless.py`), where Keras' own raises.
- Hyperparameters reach the update exactly: `ops.cast(0.9, "float64")` is 0.8999999761 on TensorFlow.
- Every number is checked when the optimizer is made.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.optimizers.stateless import Stateless

_INTERVALS = {
    "weight_decay": "[0, inf)",
    "clipnorm": "(0, inf)",
    "clipvalue": "(0, inf)",
    "global_clipnorm": "(0, inf)",
    "ema_momentum": "[0, 1]",
    "loss_scale_factor": "(0, inf)",
}


def tensors(variable: Any, gradient: Any, *scalars: Any) -> list[Any]:
    """`gradient` and `scalars` in the dtype of `variable`: Python floats exactly, the gradient dense.

    A sparse gradient (of an embedding) may hold a row twice: its rows are summed before anything is squared.
    """
    if hasattr(gradient, "indices"):
        gradient = ops.reshape(ops.convert_to_tensor(gradient, sparse=False), variable.shape)
    return [ops.convert_to_tensor(value, variable.dtype) for value in (gradient, *scalars)]


class Optimizer(Stateless, keras.optimizers.Optimizer):
    """Base of dlref's optimizers: a subclass names its slots and writes `update_step`.

    Args:
        learning_rate: a number, a `keras.optimizers.schedules.LearningRateSchedule`, or a callable
            without arguments.
        **kwargs: the keywords of `keras.optimizers.Optimizer`: `weight_decay`, `clipnorm`, `clipvalue`,
            `global_clipnorm`, `use_ema`, `ema_momentum`, `ema_overwrite_frequency`,
            `loss_scale_factor`, `gradient_accumulation_steps`, `name`.

    Raises:
        TypeError: if a hyperparameter is not a number.
        ValueError: if it is NaN or outside its interval, or if a keyword is unknown.
    """

    slot_names: tuple[str, ...] = ()
    slot_initializer: Any = "zeros"

    def __init__(self, learning_rate: Any, **kwargs: Any) -> None:
        if not callable(learning_rate):
            learning_rate = _checks.real(self, "learning_rate", learning_rate, "[0, inf)")
        for argument, interval in _INTERVALS.items():
            if kwargs.get(argument) is not None:
                kwargs[argument] = _checks.real(self, argument, kwargs[argument], interval)
        super().__init__(learning_rate=learning_rate, **kwargs)

    def build(self, variables: Sequence[Any]) -> None:
        """Makes the slots, each of the shape and dtype of its parameter."""
        if self.built:
            return
        super().build(variables)
        self._slots = [
            self.add_optimizer_variables(variables, name, self.slot_initializer)
            for name in self.slot_names
        ]

    def slots(self, variable: Any) -> list[Any]:
        """The optimizer's variables that belong to `variable`, in the order of `slot_names`."""
        i = self._get_variable_index(variable)
        return [slot[i] for slot in self._slots]
