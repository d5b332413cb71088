"""Keras."""

from contextlib import nullcontext
from typing import Any

import keras
from keras import tree

from dlref._compat import Name

STATE = "keras.src.backend.common.global_state"
IN_STATELESS_SCOPE = Name("keras.src.backend.common.stateless_scope", "in_stateless_scope", "")
TRACKER = Name(STATE, "GLOBAL_STATE_TRACKER")
# Replaced while models are built that are only read.
COMPILE = Name("keras", "Sequential.compile")  # public
REBUILD = Name("keras", "Sequential._maybe_rebuild", "self")


def of_variables(backend: str) -> tuple[Name, Name, Name]:
    """How a backend's variable takes its value: at first, from an initializer, and later."""
    module = f"keras.src.backend.{backend}.core"
    return (
        Name(module, "Variable._initialize", "self, value"),
        Name(module, "Variable._initialize_with_initializer", "self, initializer"),
        Name(module, "Variable._direct_assign", "self, value"),
    )


def package(public: Any) -> str:
    """The package where Keras defines a public class or function, as `__module__` of its neighbours begins."""
    return public.__module__.rpartition(".")[0] + "."


def _settings() -> dict[str, Any]:
    return vars(TRACKER.find())  # another one after each `clear_session`


def _call_on_zeros(function: Any, inputs: Any, **kwargs: Any) -> Any:
    def zeros(like: Any) -> Any:
        return keras.ops.zeros([size or 1 for size in like.shape], like.dtype)

    return function(tree.map_structure(zeros, inputs), **kwargs)


def _get_keras_mask(x: Any) -> Any:
    return getattr(x, "_keras_mask", None)


def _set_keras_mask(x: Any, mask: Any) -> None:
    x._keras_mask = mask


def _get_attribute(name: str, *_: Any) -> None: ...


def _set_attribute(name: str, value: Any) -> None: ...


class _DataLayer(keras.Layer):
    backend = keras.ops


in_stateless_scope = IN_STATELESS_SCOPE.find_or(
    lambda: False,
    "On TensorFlow optimizers cannot be vectorized, and trials are trained one by one",
)
compute_output_spec = Name("keras.src.backend", "compute_output_spec", "fn, args, kwargs").find_or(
    _call_on_zeros, "Models are called to learn their shapes, which is slower"
)
rnn = Name(
    "keras.src.backend",
    "rnn",
    "step_function, inputs, initial_states, go_backwards, mask, constants, unroll, input_length, time_major, "
    "zero_output_for_mask, return_all_outputs",
).find_or(None, "Recurrent layers are computed for one member of a population after the other")
class_weight_to_sample_weights = Name(
    "keras.src.trainers.data_adapters.data_adapter_utils",
    "class_weight_to_sample_weights",
    "y, class_weight",
).find_or(None, "With `class_weight` trials are trained one by one")
EpochIterator: Any = Name(
    "keras.src.trainers.epoch_iterator",
    "EpochIterator",
    "x, y, sample_weight, batch_size, steps_per_epoch, shuffle, class_weight, steps_per_execution",
).find_or(None, "On data that come in mini-batches trials are trained one by one")
get_keras_mask = Name("keras.src.backend", "get_keras_mask", "x").find_or(
    _get_keras_mask, "Masks are read from the attribute that has held them so far"
)
set_keras_mask = Name("keras.src.backend", "set_keras_mask", "x, mask").find_or(
    _set_keras_mask, "Masks are set in the attribute that has held them so far"
)
get_global_attribute = Name(STATE, "get_global_attribute", "name, default, set_to_default").find_or(
    _get_attribute,
    "The babysitter's test on a few examples moves Keras' seeds and counters of names",
)
set_global_attribute = Name(STATE, "set_global_attribute", "name, value").find_or(
    _set_attribute,
    "The babysitter's test on a few examples moves Keras' seeds and counters of names",
)
settings = (
    _settings
    if TRACKER.find_or(
        None, "Of Keras' settings only those with a public function hold from trial to trial"
    )
    else None
)
random_seed = Name("keras.src.utils.rng_utils", "GLOBAL_RANDOM_SEED").find_or(
    None, "Seeding imports TensorFlow on any backend, which is slower"
)
DataLayer: Any = Name("keras.src.layers.preprocessing.data_layer", "DataLayer").find_or(
    _DataLayer, "Layers can be mapped over a tf.data pipeline on TensorFlow alone"
)
AutocastScope: Any = Name("keras.src.backend", "AutocastScope", "dtype").find_or(
    nullcontext, "In mixed precision, decoding with a cache computes in float32"
)
narrowed_dtypes: Any = Name("keras.src.backend.common.dtypes", "BIT64_TO_BIT32_DTYPE").find_or(
    {}, "On JAX, checks in float64 compute tanh, means and others in float32"
)
