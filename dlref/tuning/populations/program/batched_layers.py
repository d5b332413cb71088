"""The usual layers for all members at once, with fewer operations than a backend's vectorization makes of them.

Every tensor has one axis more, the first one, of the members; its length is 1 where they are equal still, as in the
data.
"""

import types
from math import prod
from typing import Any

import keras
from keras import layers, ops, tree

from dlref._compat import keras as keras_src
from dlref.layers import ELU, AveragePooling2D, BatchNormalization, LeakyReLU, MaxPooling2D
from dlref.tuning.populations.program import batched_convolution, batched_recurrent, dropout_masks
from dlref.tuning.populations.program.batched_matmul import product

Values = dict[int, Any]  # by the id of a variable: what all members have for it
FUNCTIONS = (
    keras_src.package(keras.activations.relu),
    "dlref.activations",
)  # which treat every row alike


def column(value: Any, rank: int) -> Any:
    """`value`, with axes of length 1 after that of the members until there are `rank`."""
    count, *shape = value.shape
    return ops.reshape(value, (count, *[1] * (rank - 1 - len(shape)), *shape))


def _dense(layer: Any, x: Any, values: Values, training: bool) -> Any:
    z = product(x, column(values[id(layer.kernel)], len(x.shape)))
    return _activated(layer, z, values)


def _convolution(layer: Any, x: Any, values: Values, training: bool) -> Any:
    z = batched_convolution.LAYERS[type(layer)](layer, x, lambda variable: values[id(variable)])
    return _activated(layer, z, values)


def _activated(layer: Any, z: Any, values: Values) -> Any:
    if layer.bias is not None:
        z = z + column(values[id(layer.bias)], len(z.shape))
    return z if layer.activation is None else layer.activation(z)


def _batch_normalization(layer: Any, z: Any, values: Values, training: bool) -> Any:
    rank = len(z.shape)
    units = z.shape[0], *[1] * (rank - 2), z.shape[-1]
    gamma = ops.ones(units) if layer.gamma is None else column(values[id(layer.gamma)], rank)
    beta = ops.zeros(units) if layer.beta is None else column(values[id(layer.beta)], rank)
    averages = layer.moving_mean, layer.moving_variance
    mu, sigma2 = (column(values[id(v)], rank) for v in averages)
    epsilon = ops.cast(layer.epsilon, z.dtype)
    if not (training and layer.trainable):
        return gamma * (z - mu) * ops.rsqrt(sigma2 + epsilon) + beta
    y, *now = _normalized(z, gamma, beta, epsilon)
    rho = layer.momentum
    for variable, before, value in zip(averages, (mu, sigma2), now, strict=True):
        average = rho * before + (1 - rho) * value
        values[id(variable)] = ops.reshape(average, (average.shape[0], average.shape[-1]))
    return y


@ops.custom_gradient
def _normalized(z: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    """Gamma (z - mu) / sqrt(sigma2 + epsilon) + beta, mu and sigma2, of which only the first has a gradient.

    That one in closed form: two sums over the mini-batch, where a backend finds six, and as few operations as can be
    on all of its examples.
    """
    axes = list(range(1, len(z.shape) - 1))
    m = ops.cast(prod(ops.shape(z)[axis] for axis in axes), z.dtype)

    def total(values: Any) -> Any:
        return ops.sum(values, axes, keepdims=True)

    mu = total(z) / m  # `ops.mean` rounds float64 to float32 on JAX
    deviation = z - mu
    sigma2 = total(ops.square(deviation)) / m
    scale = ops.rsqrt(sigma2 + epsilon)
    slope = gamma * scale

    def gradient(*upstream: Any) -> Any:
        d_y = tree.flatten(upstream)[0]
        d_beta, d_gamma = total(d_y), scale * total(d_y * deviation)
        d_z = slope * d_y - (deviation * (slope * scale * d_gamma / m) + slope * d_beta / m)
        if z.shape[0] < d_z.shape[0]:  # the data, of which the members have one copy
            d_z = ops.sum(d_z, 0, keepdims=True)
        return d_z, d_gamma, d_beta, ops.zeros_like(epsilon)

    return (slope * deviation + beta, mu, sigma2), gradient


def _reshaped(layer: Any, x: Any, values: Values, training: bool) -> Any:
    return ops.reshape(x, (x.shape[0], -1, *layer.output.shape[1:]))


def _folded(layer: Any, x: Any, values: Values, training: bool) -> Any:
    y = layer.call(ops.reshape(x, (-1, *x.shape[2:])))
    return ops.reshape(y, (x.shape[0], -1, *y.shape[1:]))


def _same(layer: Any, x: Any, values: Values, training: bool) -> Any:
    return layer.call(x)


def _masked(operation: Any, x: Any, values: Values, training: bool, *numbers: Any) -> Any:
    return operation.call(x, *numbers)


def _dropped(layer: Any, x: Any, values: Values, training: bool) -> Any:
    return layer.call(x, training=training)


SCALARS = {  # whose forms take a scalar for each member
    **dict.fromkeys((*dropout_masks.KERAS, *dropout_masks.OURS), _dropped),
    **dict.fromkeys((LeakyReLU, ELU), _same),
    **dict.fromkeys((BatchNormalization, layers.BatchNormalization), _batch_normalization),
}
ELEMENTWISE = (layers.Activation, layers.ReLU, layers.LeakyReLU, layers.ELU, layers.Rescaling)
ELEMENTWISE += (layers.Masking,)
FORMS = {
    layers.Dense: _dense,
    **dict.fromkeys(batched_convolution.LAYERS, _convolution),
    **dict.fromkeys((layers.Flatten, layers.Reshape), _reshaped),
    **dict.fromkeys(ELEMENTWISE, _same),
    **dict.fromkeys((AveragePooling2D, MaxPooling2D), _folded),
    **batched_recurrent.FORMS,
    **SCALARS,
}
PLAIN = {  # what an attribute has to be, where there is one
    "activity_regularizer": None,
    "lora_enabled": False,
    "renorm": False,
    "synchronized": False,
    "groups": 1,
    "output_padding": None,
    "data_format": "channels_last",
    "stateful": False,
    "return_state": False,
    "dropout": 0.0,
    "recurrent_dropout": 0.0,
}


def batched_layer(operation: Any) -> Any:
    """How an operation is computed for all members.

    Raises:
        NotImplementedError: if no form here computes exactly what it does.
    """
    if _makes_mask(operation):
        return _masked
    form = FORMS.get(type(operation))
    if type(operation).__module__.startswith(keras_src.package(layers.MaxPooling2D)):
        form = _folded
    if form is None or not _is_plain(operation):
        raise NotImplementedError(f"there is no form of {operation.name}")
    return form


def _makes_mask(operation: Any) -> bool:
    """Whether it is `not_equal` or `any` over the last axis, by which Keras makes a mask."""
    kind = type(operation)
    of_mask = kind.__module__.startswith("keras.") and kind.__name__ in ("NotEqual", "Any")
    return of_mask and getattr(operation, "axis", [-1]) == [-1]


def _is_plain(layer: Any) -> bool:
    ways = batched_recurrent.ways(layer)
    if ways and keras_src.rnn is None:
        return False
    inner = all(type(way) in batched_recurrent.STEPS and _has_plain_attributes(way) for way in ways)
    if not inner or not _has_plain_attributes(layer) or type(layer.output) is list:
        return False
    shape = layer.output.shape
    return (
        getattr(layer, "axis", -1) in (-1, len(shape) - 1)
        and {tuple(node.output_tensors[0].shape) for node in layer._inbound_nodes} == {shape}
        and None not in shape[1:]
    )


def _has_plain_attributes(layer: Any) -> bool:
    functions = (getattr(layer, name, None) for name in ("activation", "recurrent_activation"))
    return (
        all(getattr(layer, name, value) == value for name, value in PLAIN.items())
        and all(function is None or _is_known(function) for function in functions)
        and layer.dtype_policy.name == keras.config.floatx()
    )


def _is_known(function: Any) -> bool:
    return isinstance(function, types.FunctionType) and function.__module__.startswith(FUNCTIONS)
