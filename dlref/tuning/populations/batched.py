"""The usual layers for all members at once, with fewer operations than a backend's vectorization makes of them.

Every tensor has one axis more, the first one, of the members; its length is 1 where they are equal still, as in the
data. A model with anything else than these layers is left to the backend.
"""

import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import prod
from typing import Any

import keras
from keras import layers, ops, tree
from keras.src.models.functional import Functional

from dlref.layers import BatchNormalization
from dlref.tuning.populations import convolution, noise
from dlref.tuning.populations.anatomy import Path, set_scalar
from dlref.tuning.populations.scalar import stand_in

Values = dict[int, Any]  # by the id of a variable: what all members have for it
FUNCTIONS = ("keras.src.activations", "dlref.activations")  # which treat every row alike


class Batched:
    """A model of usual layers.

    Args:
        model: a built model.
        owners: where the scalars are held that the members differ in.

    Raises:
        NotImplementedError: if it has other layers.
    """

    def __init__(self, model: Any, owners: dict[Path, tuple[Any, Any]]) -> None:
        self._graph = getattr(model, "_functional", None) or model
        nodes = [
            node for same in getattr(self._graph, "_nodes_by_depth", {}).values() for node in same
        ]
        called = [node for node in nodes if not isinstance(node.operation, layers.InputLayer)]
        self._forms = {id(node.operation): _form(node.operation) for node in called}
        single = all(
            len(n.arguments.args) == 1 and not any(n.arguments.kwargs.values()) for n in called
        )
        varied = [o for o, _ in owners.values() if isinstance(o, keras.Operation)]
        subclassed = type(model) not in (keras.Sequential, Functional)
        if subclassed or not called or not single or any(type(o) not in SCALARS for o in varied):
            raise NotImplementedError("there is no form of this model")
        self._owners = [
            (i, owner) for i, owner in enumerate(owners.values()) if id(owner[0]) in self._forms
        ]

    def __call__(self, x: Any, values: Values, scalars: list[Any], training: bool) -> Any:
        """What the model puts out; `values` become what the layers make of them."""

        def computed(operation: Any) -> Callable[[Any], Any]:
            form = self._forms[id(operation)]
            return lambda inputs, **defaults: form(operation, inputs, values, training)

        with self._lent(scalars):
            inputs = self._graph._standardize_inputs(x)
            return self._graph._run_through_graph([ops.expand_dims(a, 0) for a in inputs], computed)

    @contextmanager
    def _lent(self, scalars: list[Any]) -> Iterator[None]:
        before = [getattr(*owner) for _, owner in self._owners]
        try:
            for (i, owner), number in zip(self._owners, before, strict=True):
                value = column(scalars[i], 1 + len(owner[0].output.shape))
                set_scalar(owner, stand_in(owner[0], value, number))
            yield
        finally:
            for (_, owner), value in zip(self._owners, before, strict=True):
                set_scalar(owner, value)


def column(value: Any, rank: int) -> Any:
    """`value`, with axes of length 1 after that of the members until there are `rank`."""
    count, *shape = value.shape
    return ops.reshape(value, (count, *[1] * (rank - 1 - len(shape)), *shape))


def _dense(layer: Any, x: Any, values: Values, training: bool) -> Any:
    z = ops.matmul(x, column(values[id(layer.kernel)], len(x.shape)))
    return _activated(layer, z, values)


def _convolution(layer: Any, x: Any, values: Values, training: bool) -> Any:
    kernel, found = values[id(layer.kernel)], convolution.patches(layer, x)
    rows = ops.reshape(found, (found.shape[0], -1, found.shape[-1]))
    z = ops.matmul(rows, ops.reshape(kernel, (kernel.shape[0], -1, kernel.shape[-1])))
    return _activated(layer, ops.reshape(z, (kernel.shape[0], -1, *layer.output.shape[1:])), values)


def _activated(layer: Any, z: Any, values: Values) -> Any:
    if layer.bias is not None:
        z = z + column(values[id(layer.bias)], len(z.shape))
    return z if layer.activation is None else layer.activation(z)


def _batch_normalization(layer: Any, z: Any, values: Values, training: bool) -> Any:
    rank = len(z.shape)
    gamma = 1.0 if layer.gamma is None else column(values[id(layer.gamma)], rank)
    beta = 0.0 if layer.beta is None else column(values[id(layer.beta)], rank)
    averages = layer.moving_mean, layer.moving_variance
    mu, sigma2 = (column(values[id(v)], rank) for v in averages)
    epsilon = ops.cast(layer.epsilon, z.dtype)
    if not (training and layer.trainable):
        return gamma * (z - mu) * ops.rsqrt(sigma2 + epsilon) + beta
    z_norm, *now = _normalized(z, epsilon)
    rho = layer.momentum
    for variable, before, value in zip(averages, (mu, sigma2), now, strict=True):
        average = rho * before + (1 - rho) * value
        values[id(variable)] = ops.reshape(average, (average.shape[0], average.shape[-1]))
    return gamma * z_norm + beta


@ops.custom_gradient
def _normalized(z: Any, epsilon: Any) -> Any:
    """(z - mu) / sqrt(sigma2 + epsilon), mu and sigma2, of which only the first has a gradient, and only by z.

    That one in closed form, with half the operations that a backend finds.
    """
    axes = list(range(1, len(z.shape) - 1))
    m = ops.cast(prod(ops.shape(z)[axis] for axis in axes), z.dtype)

    def mean(values: Any) -> Any:  # `ops.mean` rounds float64 to float32 on JAX
        return ops.sum(values, axes, keepdims=True) / m

    deviation = z - (mu := mean(z))
    sigma2 = mean(ops.square(deviation))
    scale = ops.rsqrt(sigma2 + epsilon)
    z_norm = deviation * scale

    def gradient(*upstream: Any) -> Any:
        d_norm = tree.flatten(upstream)[0]
        d_z = scale * (d_norm - mean(d_norm) - z_norm * mean(d_norm * z_norm))
        return d_z, ops.zeros_like(epsilon)

    return (z_norm, mu, sigma2), gradient


def _reshaped(layer: Any, x: Any, values: Values, training: bool) -> Any:
    return ops.reshape(x, (x.shape[0], -1, *layer.output.shape[1:]))


def _folded(layer: Any, x: Any, values: Values, training: bool) -> Any:
    y = layer.call(ops.reshape(x, (-1, *x.shape[2:])))
    return ops.reshape(y, (x.shape[0], -1, *y.shape[1:]))


def _same(layer: Any, x: Any, values: Values, training: bool) -> Any:
    return layer.call(x)


def _dropped(layer: Any, x: Any, values: Values, training: bool) -> Any:
    return layer.call(x, training=training)


DROPOUTS = dict.fromkeys((*noise.KERAS, *noise.OURS), _dropped)
NORMALIZATIONS = dict.fromkeys(
    (BatchNormalization, layers.BatchNormalization), _batch_normalization
)
SCALARS = {**DROPOUTS, **NORMALIZATIONS}  # whose forms take a scalar for each member
ELEMENTWISE = (layers.Activation, layers.ReLU, layers.LeakyReLU, layers.ELU, layers.Rescaling)
FORMS = {
    layers.Dense: _dense,
    **dict.fromkeys(convolution.LAYERS, _convolution),
    layers.Flatten: _reshaped,
    layers.Reshape: _reshaped,
    **dict.fromkeys(ELEMENTWISE, _same),
    **SCALARS,
}
PLAIN = {
    **{"activity_regularizer": None, "lora_enabled": False, "renorm": False, "synchronized": False},
    **{"groups": 1, "data_format": "channels_last"},
}


def _form(operation: Any) -> Any:
    """How an operation is computed for all members.

    Raises:
        NotImplementedError: if no form here computes exactly what it does.
    """
    form = FORMS.get(type(operation))
    if type(operation).__module__.startswith("keras.src.layers.pooling"):
        form = _folded
    if form is None or not _is_plain(operation):
        raise NotImplementedError(f"there is no form of {operation.name}")
    return form


def _is_plain(layer: Any) -> bool:
    shape, function = layer.output.shape, getattr(layer, "activation", None)
    known = isinstance(function, types.FunctionType) and function.__module__.startswith(FUNCTIONS)
    return (
        all(getattr(layer, name, value) == value for name, value in PLAIN.items())
        and (function is None or known)
        and getattr(layer, "axis", -1) in (-1, len(shape) - 1)
        and layer.dtype_policy.name == keras.config.floatx()
        and None not in shape[1:]
    )
