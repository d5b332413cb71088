"""The layers of a functional network, and the filters in them."""

from collections.abc import Iterator
from typing import Any

import keras

from dlref import layers as ours

Filters = tuple[tuple[int, ...], int, int, int]  # window, channels, bias, how many
_CONVOLUTIONS = (keras.layers.Conv1D, keras.layers.Conv2D, keras.layers.Conv3D)
CONVOLUTIONS = (*_CONVOLUTIONS, ours.Conv2D, ours.TrueConv2D)
DEPTHWISE = (keras.layers.DepthwiseConv1D, keras.layers.DepthwiseConv2D)


def leaves(owner: str, model: Any) -> list[Any]:
    """The layers of a model and of the models in it, but for its inputs."""
    if not isinstance(model, keras.Model):
        raise TypeError(f"{owner}: `model` must be a keras.Model. Received: model={model!r}.")
    layers = list(_leaves(model))
    if not layers or not all(layer._inbound_nodes for layer in layers):
        raise ValueError(
            f"{owner}: the model must be Sequential or functional, and built. "
            f"Received: {model.name!r}, a {type(model).__name__}."
        )
    return layers


def _leaves(model: Any) -> Iterator[Any]:
    for each in model.layers:
        if isinstance(each, keras.Model):
            yield from _leaves(each)
        elif not isinstance(each, keras.layers.InputLayer):
            yield each


def calls(owner: str, model: Any) -> list[tuple[Any, Any]]:
    """The layers of a model and of the models in it, each as often as it is called, with the node of the call."""
    leaves(owner, model)
    return list(_calls(model))


def _calls(model: Any) -> Iterator[tuple[Any, Any]]:
    nodes = getattr(model, "_functional", model)._nodes_by_depth
    for node in (node for depth in sorted(nodes, reverse=True) for node in nodes[depth]):
        if isinstance(node.operation, keras.Model):
            yield from _calls(node.operation)
        elif isinstance(node.operation, keras.Layer) and not node.is_input:
            yield node.operation, node


def filters(layer: Any) -> Filters | None:
    """A filter's window, how many channels it reaches over, whether it has a bias, and how many filters there are."""
    if type(layer) is keras.layers.Dense:
        return (), layer.kernel.shape[0], int(layer.use_bias), layer.units
    if type(layer) in CONVOLUTIONS:
        *window, n_c, m = layer.kernel.shape
        return tuple(window), n_c, int(layer.use_bias), m
    if type(layer) in DEPTHWISE:
        *window, n_c, multiplier = layer.kernel.shape
        return tuple(window), 1, int(layer.use_bias), n_c * multiplier
    return None
