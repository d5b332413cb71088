"""What the optimizers share: checked arguments, slot variables, exact scalars, and an update without side effects.

Clipping, weight decay, the running average of the weights (`use_ema`), gradient accumulation, loss scaling and
serialization are `keras.optimizers.Optimizer`'s own. It is extended in three places:

- `stateless_apply` works on the TensorFlow backend too, where Keras' own raises.
- Hyperparameters reach the update exactly: `ops.cast(0.9, "float64")` is 0.8999999761 on TensorFlow.
- Every number is checked when the optimizer is made.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops
from keras.src.backend.common.stateless_scope import in_stateless_scope
from keras.src.optimizers.base_optimizer import BaseOptimizer

from dlref import _checks

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


class Optimizer(keras.optimizers.Optimizer):
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

    def _var_key(self, variable: Any) -> Any:
        # In a StatelessScope `variable.value` is the tensor that stands in for the variable, which has no key.
        if isinstance(variable, keras.Variable) and keras.backend.backend() == "tensorflow":
            variable = variable._value
        return super()._var_key(variable)

    def stateless_apply(
        self,
        optimizer_variables: Sequence[Any],
        grads: Sequence[Any],
        trainable_variables: Sequence[Any],
    ) -> tuple[list[Any], list[Any]]:
        """`apply` without side effects, on every backend.

        Args:
            optimizer_variables: tensors, one for each of `self.variables`.
            grads: gradients, one for each trainable variable.
            trainable_variables: tensors, one for each variable the optimizer was built with.

        Returns:
            The updated trainable variables and the updated optimizer variables.

        Raises:
            ValueError: if the optimizer is not built, or a list has the wrong length.
        """
        return BaseOptimizer.stateless_apply(self, optimizer_variables, grads, trainable_variables)


def _stateless_outside_distribution(name: str) -> Any:
    """In a `StatelessScope` the method of Keras' base class, else the one made for `tf.distribute`."""

    def method(self: Optimizer, *args: Any, **kwargs: Any) -> Any:
        owner = BaseOptimizer if in_stateless_scope() else keras.optimizers.Optimizer
        return getattr(owner, name)(self, *args, **kwargs)

    return method


if keras.backend.backend() == "tensorflow":
    for _name in (
        "assign",
        "assign_add",
        "assign_sub",
        "_apply_weight_decay",
        "_backend_update_step",
        "_backend_increment_gradient_accumulators",
        "_overwrite_model_variables_with_average_value",
    ):
        setattr(Optimizer, _name, _stateless_outside_distribution(_name))
