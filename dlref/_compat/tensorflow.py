"""TensorFlow."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from dlref._compat import Name
from dlref._compat.keras import of_variables

VARIABLES = of_variables("tensorflow")
# What a tracker of attributes does for saving, and how kernels are forgotten at every new seed.
SET_ATTRIBUTE = Name(
    "keras.src.backend.tensorflow.trackable",
    "KerasAutoTrackable.__setattr__",
    "self, name, value",
)
CLEAR_CACHES = Name("tensorflow.python.pywrap_tfe", "TFE_ContextClearCaches")

PFOR = "tensorflow.python.ops.parallel_for.pfor"
TURNS = "Members of models with `argmax` take turns"

converters = Name(PFOR, "_pfor_converter_registry").find_or(None, TURNS)
register = Name(PFOR, "RegisterPFor", "op_type").find_or(None, TURNS)
wrap = Name(PFOR, "wrap", "tensor, is_stacked, is_sparse_stacked").find_or(None, TURNS)
definition = Name("tensorflow.python.framework.op_def_registry", "get", "name").find_or(
    lambda name: None, "The products of small populations are computed one after the other"
)
context = Name("tensorflow.python.eager.context", "context", "").find_or(
    lambda: tf.zeros(()), "What is compiled is bound to a device, also where none was chosen"
)


def teach(operation: str, convert: Callable[[Any], Any]) -> None:
    """Teaches `tf.vectorized_map` an operation, unless it knows it: `convert` makes of its inputs what is stacked."""
    if None not in (converters, register, wrap) and operation not in converters:
        register(operation)(lambda inputs: wrap(convert(inputs), True))


def has_operation(name: str, attributes: set[str]) -> bool:
    """Whether TensorFlow has an operation that no public function calls, with these attributes."""
    found = definition(name)
    return found is not None and {attribute.name for attribute in found.attr} >= attributes


def device() -> str | None:
    """The device that was chosen, None if none was."""
    now = context()
    return (now.device if isinstance(now, tf.Tensor) else now.device_name) or None
