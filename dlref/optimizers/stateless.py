"""`stateless_apply` on TensorFlow, where Keras' own raises: the optimizer as a function, to be vectorized over models.

Keras' TensorFlow optimizer goes through `tf.distribute`, which needs variables. Inside a `StatelessScope`, where
tensors stand in for the variables, the methods here take the paths of Keras' base class instead; outside it they change
nothing. They stand between an optimizer and Keras' TensorFlow optimizer, so that what an optimizer overrides (Nadam its
update, Muon its weight decay) stays in force.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref._compat import keras as keras_src

# The last class that has it: before it comes that of the backend.
BaseOptimizer: Any = [
    kind for kind in keras.optimizers.Optimizer.__mro__ if "stateless_apply" in vars(kind)
][-1]


def _by_scope(name: str) -> Any:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        owner = BaseOptimizer if keras_src.in_stateless_scope() else keras.optimizers.Optimizer
        return getattr(owner, name)(self, *args, **kwargs)

    return method


class _StatelessOnTensorFlow(keras.optimizers.Optimizer):
    stateless_apply = BaseOptimizer.stateless_apply
    assign = _by_scope("assign")
    assign_add = _by_scope("assign_add")
    assign_sub = _by_scope("assign_sub")
    _apply_weight_decay = _by_scope("_apply_weight_decay")
    _backend_update_step = _by_scope("_backend_update_step")

    def _var_key(self: Any, variable: Any) -> Any:
        # `variable.value` may be a tensor that stands in for the variable, and has no key.
        value = variable._value if isinstance(variable, keras.Variable) else variable
        return keras.optimizers.Optimizer._var_key(self, value)

    def _backend_apply_gradients(self: Any, grads: list[Any], parameters: list[Any]) -> None:
        if not keras_src.in_stateless_scope():
            return keras.optimizers.Optimizer._backend_apply_gradients(self, grads, parameters)
        # A branch of `ops.cond` cannot assign to a stand-in: both are run, and each result is selected.
        steps = self.gradient_accumulation_steps or 1
        now = (self._iterations + 1) % steps == 0
        if steps > 1:
            accumulators = [
                self._accumulated_gradients[self._get_variable_index(p)] for p in parameters
            ]
            sums = [g + a for g, a in zip(grads, accumulators, strict=True)]
            grads = [g / steps for g in sums]
        variables = [*parameters, *self.variables]
        before = [v.value for v in variables]
        grads = self._clip_gradients(grads)
        self._apply_weight_decay(parameters)
        self._backend_update_step(grads, parameters, self.learning_rate)
        if steps > 1:
            _select(now, variables, [v.value for v in variables], before)
            _select(now, accumulators, [ops.zeros_like(s) for s in sums], sums)
        if self.use_ema:
            self._average_parameters()

    def _average_parameters(self: Any) -> None:
        parameters = self._trainable_variables
        self._update_model_variables_moving_average(parameters)
        if self.ema_overwrite_frequency:
            now = (self.iterations + 1) % self.ema_overwrite_frequency == 0
            averages = [a.value for a in self._model_variables_moving_average]
            _select(now, parameters, averages, [p.value for p in parameters])


def _select(
    condition: Any, variables: Sequence[Any], if_true: Sequence[Any], if_false: Sequence[Any]
) -> None:
    for variable, true, false in zip(variables, if_true, if_false, strict=True):
        variable.assign(ops.where(condition, true, false))


Stateless: Any = (
    _StatelessOnTensorFlow
    if keras.backend.backend() == "tensorflow"
    else keras.optimizers.Optimizer
)


def make_stateless(optimizer: Any) -> None:
    """Gives a built-in optimizer on TensorFlow a `stateless_apply` too."""
    kind = type(optimizer)
    if not issubclass(kind, Stateless):
        optimizer.__class__ = type(
            kind.__name__, (kind, Stateless), {"__module__": kind.__module__}
        )
