"""What TensorFlow is taught, to vectorize Keras' operations and compute with the members' scalars."""

import logging
from typing import Any

import keras
import tensorflow as tf
from keras import layers, tree

from dlref._compat import tensorflow as tensorflow_python
from dlref.tuning.populations.model.scalar_tensor import Scalar
from dlref.tuning.populations.model.unsupported import NotVectorized

# TensorFlow has no vectorized form of convolutions whose filters differ from member to member; of a loop over time it
# makes one in ten times the time, which is slower.
UNVECTORIZED = (
    *(layers.Conv1D, layers.Conv2D, layers.Conv3D, layers.DepthwiseConv1D, layers.DepthwiseConv2D),
    *(layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose),
    *(layers.SeparableConv1D, layers.SeparableConv2D, layers.RNN),
)
_failed: list[frozenset[Any]] = []  # what models were made of that could not be vectorized


def register() -> None:
    """Registers it, once."""
    tensorflow_python.teach("Bitcast", _bitcast)
    tf.register_tensor_conversion_function(Scalar, _convert)
    tf.get_logger().addFilter(_is_not_of_an_attempt)


def is_vain(model: keras.Model) -> bool:
    """Whether the members of a model without forms had better take turns."""
    return any(isinstance(layer, UNVECTORIZED) for layer in model._flatten_layers())


def parts(model: keras.Model) -> frozenset[Any]:
    """What a model is made of, however often and of whatever size."""
    loss, metrics = model._compile_loss, model._compile_metrics
    judges = tree.flatten([loss and loss._user_loss, metrics and metrics._user_metrics])
    functions = {getattr(f, "__code__", f if isinstance(f, str) else type(f)) for f in judges}
    layers = {type(layer) for layer in model._flatten_layers()}
    return frozenset({*layers, *functions, type(model.optimizer)})


def has_failed(of: frozenset[Any]) -> bool:
    """Whether what some of these parts make up could not be vectorized before."""
    return any(failed <= of for failed in _failed)


def vectorize(function: Any, stacked: Any, of: frozenset[Any]) -> Any:
    """`function` of each member's share of what is stacked.

    Raises:
        NotVectorized: if the function is traced, but TensorFlow cannot vectorize it.
    """
    if tf.nest.flatten(stacked)[0].shape[0] == 1:  # vectorizing takes half of the time of a trace
        found = function(*tf.nest.map_structure(lambda a: tf.squeeze(a, [0]), stacked))
        return tf.nest.map_structure(lambda a: tf.expand_dims(a, 0), found)
    traced = False

    def of_one(own: Any) -> Any:
        nonlocal traced
        found = function(*own)
        traced = True
        return found

    try:
        return tf.vectorized_map(of_one, stacked, fallback_to_while_loop=False)
    except Exception as error:
        if not traced:
            raise
        _failed.append(of)
        raise NotVectorized from error


def _is_not_of_an_attempt(record: logging.LogRecord) -> bool:
    """Whether a message says something new: the search tells in a note what cannot be vectorized."""
    text = record.getMessage()
    return "while pfor was converting" not in text and "\ncreated at:\n" not in text


def _bitcast(inputs: Any) -> Any:
    """`tf.bitcast`, which `keras.ops.argmax` uses, has no vectorized form in TensorFlow."""
    return tf.bitcast(inputs.stacked_input(0), inputs.get_attr("type"))


def _convert(
    value: Scalar, dtype: Any = None, name: str | None = None, as_ref: bool = False
) -> Any:
    # `tf.cast`, which names it "x", makes float32 of a Python number first; Keras' operations convert it at once.
    default = tf.float32 if name == "x" or value.single else keras.config.floatx()
    return tf.cast(value.tensor, dtype or default)
