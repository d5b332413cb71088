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
_COUNTS = {"ema_overwrite_frequency": 1, "gradient_accumulation_steps": 2}
# An update divides by 1 - beta and by epsilon, in the dtype of the parameter.
_OPEN_INTERVALS = {"beta_1": "[0, 1)", "beta_2": "[0, 1)", "rho": "[0, 1)", "epsilon": "(0, inf)"}


def tensors(variable: Any, gradient: Any, *scalars: Any) -> list[Any]:
    """`gradient` and `scalars` in the dtype of `variable`: Python floats exactly, the gradient dense.

    A sparse gradient (of an embedding) may hold a row twice: its rows are summed before anything is squared.
    """
    if hasattr(gradient, "indices"):
        gradient = ops.reshape(ops.convert_to_tensor(gradient, sparse=False), variable.shape)
    return [ops.convert_to_tensor(value, variable.dtype) for value in (gradient, *scalars)]


class Optimizer(Stateless):
    """Base of dlref's optimizers: a subclass names its slots and writes `update_step`.

    A squared gradient that overflows makes its parameter NaN, which the next loss shows: divided by an infinite slot,
    no step would ever move it again. A gradient that is NaN or infinite leaves its parameter NaN or infinite too.

    Args:
        learning_rate: a number or a tensor, a `keras.optimizers.schedules.LearningRateSchedule`, or a callable
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
    _t: Any = None

    def __init__(self, learning_rate: Any, **kwargs: Any) -> None:
        if not callable(learning_rate):
            alpha = _checks.real(
                self, "learning_rate", learning_rate, "[0, inf)", keras.config.floatx()
            )
            learning_rate = (lambda: alpha) if _checks.is_tensor(alpha) else alpha
        super().__init__(learning_rate=learning_rate, **self._checked(kwargs))

    def _checked(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        for argument, value in kwargs.items():
            if argument in _INTERVALS and (value is not None or argument == "ema_momentum"):
                kwargs[argument] = _checks.real(
                    self, argument, value, _INTERVALS[argument], "float32"
                )
            elif argument in _COUNTS and value is not None:
                kwargs[argument] = _checks.integer(
                    self, argument, value, _COUNTS[argument], 2**31 - 1
                )
            elif argument == "use_ema":
                _checks.boolean(self, argument, value)
        return kwargs

    def build(self, variables: Sequence[Any]) -> None:
        """Makes the slots, each of the shape and dtype of its parameter."""
        if self.built:
            return
        for argument, interval in _OPEN_INTERVALS.items():
            for dtype in {v.dtype for v in variables if hasattr(self, argument)}:
                _checks.real(self, argument, getattr(self, argument), interval, dtype)
        super().build(variables)
        self._slots = [
            self.add_optimizer_variables(variables, name, self.slot_initializer)
            for name in self.slot_names
        ]

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        """Keras' `apply`, once there is a gradient of the right shape for each variable."""
        variables = None if trainable_variables is None else list(trainable_variables)
        if variables is not None and len(grads) != len(variables):
            raise ValueError(
                f"{type(self).__name__}: `grads` must hold one gradient per variable. "
                f"Received: {len(grads)} gradients for {len(variables)} variables."
            )
        for gradient, variable in zip(grads, variables or self._trainable_variables, strict=False):
            shape = getattr(gradient, "shape", variable.shape)
            unknown = getattr(shape, "rank", 0) is None  # of a sparse gradient, in a graph
            if not unknown and tuple(shape) != tuple(variable.shape) and None not in shape:
                raise ValueError(
                    f"{type(self).__name__}: each of `grads` must have the shape of its variable. "
                    f"Received: a gradient of shape {tuple(shape)} for {variable.path} of shape {variable.shape}."
                )
        super().apply(grads, variables)

    def _backend_update_step(self, grads: Any, parameters: Any, learning_rate: Any) -> None:
        # Both read once, not once per parameter: without XLA every read is an operation of the program.
        self._t = self.iterations + 1
        super()._backend_update_step(grads, parameters, learning_rate + 0.0)
        self._t = None

    def finalize_variable_values(self, var_list: Any) -> None:
        """Keras' own; with `use_ema` the weights are copies of the averages.

        On JAX training could not go on with arrays that are both: a compiled step is given each of them.
        """
        super().finalize_variable_values(var_list)
        for variable in var_list if self.use_ema else ():
            variable.assign(ops.copy(variable.value))

    @property
    def t(self) -> Any:
        """The number of the step: 1, 2, ..."""
        return self.iterations + 1 if self._t is None else self._t

    def overflow_to_nan(self, slot: Any) -> None:
        """Makes a slot NaN where it is infinite: a step divided by it would be 0 for ever."""
        self.assign_add(slot, 0 * slot)  # infinity times 0 is NaN; a choice takes longer

    def slots(self, variable: Any) -> list[Any]:
        """The optimizer's variables that belong to `variable`, in the order of `slot_names`."""
        i = self._get_variable_index(variable)
        return [slot[i] for slot in self._slots]
