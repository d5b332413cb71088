"""Which axes of a model's variables are made of blocks, each of which is as wide as a layer."""

from collections.abc import Iterator
from contextlib import suppress
from math import prod
from typing import Any

import keras
from keras import layers

from dlref.tuning.populations.model.attributes import RECURRENT

Features = tuple[int, ...]  # of the last axis of what a layer is given: its blocks
FLAT = (layers.Flatten, layers.Reshape)


def read_layouts(model: keras.Model) -> list[tuple[Features, ...]]:
    """The layout of each variable, the trainable ones first; of a graph with branches all are without blocks."""
    found: dict[int, tuple[Features, ...]] = {}
    with suppress(Exception):  # of one's own layers; whether padding is right is checked later
        for layouts in _of_each(model):
            found |= layouts
    variables = [*model.trainable_variables, *model.non_trainable_variables]
    return [found.get(id(v), tuple((n,) for n in v.shape)) for v in variables]


def _of_each(model: keras.Model) -> Iterator[dict[int, tuple[Features, ...]]]:
    """The layouts of the variables of each layer, by their ids, as far as they may have blocks."""
    features: Features = ()
    for layer, given, made in _chain(model):
        if not features or prod(features) != given[-1]:
            features = (given[-1],)
        if type(layer) in FLAT and len(given) > 2 and len(made) == 2:
            features = (*given[1:-1], *features)
        elif isinstance(layer, layers.Bidirectional):
            ways = layer.forward_layer, layer.backward_layer
            yield from (_of_cell(way, features) for way in ways)
            features = (2, ways[0].cell.units) if layer.merge_mode == "concat" else ()
        elif type(layer) in RECURRENT:
            yield _of_cell(layer, features)
            features = ()
        elif hasattr(layer, "rate") or hasattr(layer, "stddev"):
            features = ()  # a unit's random numbers follow from its place, which is another among more
        else:
            yield _of_others(layer, features)


def _chain(model: Any) -> Iterator[tuple[Any, Any, Any]]:
    """The layers one after the other, with the shapes of what each is given and makes; none if there are branches."""
    if isinstance(model, keras.Sequential):
        first, *others = model._layers
        shape = first.batch_shape
        for layer in others:
            made = layer.compute_output_shape(shape)
            yield layer, shape, made
            shape = made
        return
    depths = [depth for _, depth in sorted(model._nodes_by_depth.items(), reverse=True)]
    if any(len(depth) > 1 or len(depth[0].output_tensors) > 1 for depth in depths):
        return
    shapes = [depth[0].output_tensors[0].shape for depth in depths]
    yield from zip((depth[0].operation for depth in depths[1:]), shapes, shapes[1:], strict=False)


def _of_cell(layer: Any, features: Features) -> dict[int, tuple[Features, ...]]:
    """Of a recurrent layer: its gates are side by side."""
    cell = layer.cell
    units = (cell.units,)
    gates = cell.recurrent_kernel.shape[-1] // cell.units
    columns = (gates, *units) if gates > 1 else units
    found = {id(cell.kernel): (features, columns), id(cell.recurrent_kernel): (units, columns)}
    if cell.bias is not None:
        found[id(cell.bias)] = (*((n,) for n in cell.bias.shape[:-1]), columns)
    return found


def _of_others(layer: Any, features: Features) -> dict[int, tuple[Features, ...]]:
    """Of a layer that takes features: they are the last axis of its variables, or the last but one of a kernel."""
    found: dict[int, tuple[Features, ...]] = {}
    kernel = getattr(layer, "kernel", None)
    for variable in [] if len(features) < 2 else layer.variables if kernel is None else [kernel]:
        axes: list[Features] = [(n,) for n in variable.shape]
        axis = -1 if kernel is None else -2
        if axes and axes[axis] == (prod(features),):
            axes[axis] = features
            found[id(variable)] = tuple(axes)
    return found
