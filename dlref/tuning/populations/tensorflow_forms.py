"""What TensorFlow is taught, to vectorize Keras' operations and compute with the members' scalars."""

import logging
from typing import Any

import keras
import tensorflow as tf
from tensorflow.python.ops.parallel_for import pfor

from dlref.tuning.populations.scalar import Scalar


def register() -> None:
    """Registers it, once."""
    _register_bitcast()
    tf.register_tensor_conversion_function(Scalar, _convert)
    tf.get_logger().addFilter(_is_not_of_an_attempt)


def _is_not_of_an_attempt(record: logging.LogRecord) -> bool:
    """Whether a message says something new: the search tells in a note what cannot be vectorized."""
    text = record.getMessage()
    return "while pfor was converting" not in text and "\ncreated at:\n" not in text


def _register_bitcast() -> None:
    """`tf.bitcast`, which `keras.ops.argmax` uses, has no vectorized form in TensorFlow."""

    def convert(pfor_input: Any) -> Any:
        bits = tf.bitcast(pfor_input.stacked_input(0), pfor_input.get_attr("type"))
        return pfor.wrap(bits, True)

    if "Bitcast" not in pfor._pfor_converter_registry:
        pfor.RegisterPFor("Bitcast")(convert)


def _convert(
    value: Scalar, dtype: Any = None, name: str | None = None, as_ref: bool = False
) -> Any:
    # `tf.cast`, which names it "x", makes float32 of a Python number first; Keras' operations convert it at once.
    default = tf.float32 if name == "x" or value.single else keras.config.floatx()
    return tf.cast(value.tensor, dtype or default)
