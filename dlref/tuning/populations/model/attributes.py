"""What makes an object of a Keras model what it is, without what Keras keeps in it for itself."""

from collections.abc import Iterator
from typing import Any

import keras
from keras import tree

from dlref.layers import GRU, LSTM, SimpleRNN, SimplifiedGRU
from dlref.layers.channelwise import Channelwise
from dlref.tuning.populations.model.python_code import slots

OURS = (LSTM, GRU, SimpleRNN, SimplifiedGRU)
RECURRENT = (keras.layers.LSTM, keras.layers.GRU, keras.layers.SimpleRNN, *OURS)
CELLS = (keras.layers.LSTMCell, keras.layers.GRUCell, keras.layers.SimpleRNNCell)
OUR_CELLS = tuple(layer.cell_class for layer in OURS)


def attributes(value: Any) -> Iterator[tuple[str, Any]]:
    """The names and values of what an object is made of."""
    hidden = _OPERATION if isinstance(value, keras.Operation) else frozenset[str]()
    if isinstance(value, keras.metrics.Metric):
        hidden = _METRIC
    if isinstance(value, keras.layers.Layer):
        hidden = _LAYER
        yield "trainable", value._trainable
        yield "policy", value.dtype_policy.name
    if type(value) in (*RECURRENT, *CELLS, *OUR_CELLS):
        hidden |= {"state_size", "output_size"}  # the units again
    if type(value) in OURS:
        hidden |= {"units"}  # of its cell
    if type(value) in OUR_CELLS:
        hidden |= {"arguments"}
        yield "arguments", {k: v for k, v in value.arguments.items() if k != "units"}
    if isinstance(value, Channelwise):
        hidden |= {"_channels", "_broadcast_shape"}  # of the layer before
    if isinstance(value, keras.Model):
        hidden = _MODEL
        yield "layers", list(value.layers)
        if not isinstance(value, keras.Sequential) and hasattr(value, "_operations_by_depth"):
            yield "connections", _connections(value)
            operations = [o for o in value.operations if not isinstance(o, keras.layers.Layer)]
            yield "operations", operations
    if isinstance(value, keras.layers.InputLayer):
        hidden |= {"_input_tensor", "batch_shape"}
        yield "shape", value.batch_shape[1:]
    if isinstance(value, keras.optimizers.Optimizer):
        hidden = _OPTIMIZER
        rate = value._learning_rate
        yield "learning_rate", None if isinstance(rate, keras.Variable) else rate
    for name, item in [*getattr(value, "__dict__", {}).items(), *slots(value)]:
        if name not in hidden and not name.startswith("_self_"):
            yield name, item


def undecayed(model: keras.Model) -> list[bool]:
    """Of each weight, whether the optimizer was told to exclude it from weight decay."""
    optimizer = model.optimizer
    pattern = getattr(optimizer, "_exclude_from_weight_decay_pattern", None)
    keys = getattr(optimizer, "_exclude_from_weight_decay", None)
    return [
        bool((pattern and pattern.search(v.name)) or (keys and optimizer._var_key(v) in keys))
        for v in model.trainable_variables
    ]


def _connections(model: Any) -> list[Any]:
    """How the operations of a functional model feed each other."""
    order = {id(operation): i for i, operation in enumerate(model.operations)}
    # A layer that other models share has nodes in those, too.
    own = {id(node) for nodes in model._nodes_by_depth.values() for node in nodes}
    calls = {
        id(operation): [i for i, node in enumerate(operation._inbound_nodes) if id(node) in own]
        for operation in model.operations
    }

    def source(x: Any) -> Any:
        if not isinstance(x, keras.KerasTensor):
            return repr(x) if isinstance(x, float) else x
        operation, node, tensor = x._keras_history
        place = calls.get(id(operation), [])
        return order.get(id(operation)), place.index(node) if node in place else node, tensor

    found: list[Any] = []
    for operation in model.operations:
        for i in calls[id(operation)]:
            node = operation._inbound_nodes[i]
            arguments = tree.flatten([node.arguments.args, node.arguments.kwargs])
            found.append([source(a) for a in arguments])
    ends = [source(x) for x in tree.flatten([model.inputs, model.outputs])]
    return [found, ends, [tuple(x.shape) for x in tree.flatten(model.inputs)]]


def _bare_model() -> keras.Model:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Flatten()])
    model.compile("sgd", "mse")
    return model


def _internals(*objects: Any) -> frozenset[str]:
    return frozenset(name for thing in objects for name in vars(thing))


_OPERATION = _internals(keras.Operation())
_METRIC = _internals(keras.metrics.Metric()) - {"name", "_dtype"}
_LAYER = _internals(keras.layers.Layer()) - {"activity_regularizer"}
_FUNCTION = _internals(_bare_model()._functional)
_MODEL = _LAYER | _internals(_bare_model()) | _FUNCTION
_OPTIMIZER = _internals(keras.optimizers.SGD()) - {
    *("weight_decay", "clipnorm", "global_clipnorm", "clipvalue", "use_ema", "ema_momentum"),
    *("loss_scale_factor", "gradient_accumulation_steps", "ema_overwrite_frequency"),
    *("momentum", "nesterov"),
}
# Keyed by variables, which are others in every model: see `undecayed`.
_OPTIMIZER |= {"_exclude_from_weight_decay", "_exclude_from_weight_decay_pattern"}
_OPTIMIZER |= {"_exclude_from_weight_decay_cache"}
