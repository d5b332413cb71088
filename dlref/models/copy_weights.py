"""Weights from one model into another of the same structure, layer by layer."""

import re
from typing import Any


def copy_weights(source: Any, target: Any) -> None:
    """Gives each layer of `target` that has weights those of the layer of `source` with the same name.

    Where there is none, it takes the only one whose name is this and a number: a layer that Keras itself has named is
    `normalization` in the first model and `normalization_1` in the next.

    Args:
        source: a built Keras model; layers that `target` does not have are left out.
        target: a built Keras model; it is changed only if all its layers are found.

    Raises:
        ValueError: if a layer has none of its name in `source`, or one whose weights have other shapes.

    Example:
        >>> import keras
        >>> from dlref.models import LeNet5
        >>> one, other = LeNet5(), LeNet5()
        >>> copy_weights(one, other)
        >>> x = keras.random.uniform((2, 32, 32, 1), seed=0)
        >>> bool(keras.ops.all(one(x) == other(x)))
        True
    """
    layers = {layer.name: layer for layer in source.layers}
    found = []
    for layer in target.layers:
        if not layer.weights:
            continue
        numbered = [n for n in layers if re.fullmatch(rf"{re.escape(layer.name)}_\d+", n)]
        names = [layer.name] if layer.name in layers else numbered
        if len(names) != 1:
            raise ValueError(f"copy_weights: {source.name!r} has no layer {layer.name!r}.")
        weights = layers[names[0]].get_weights()
        shapes, wanted = [w.shape for w in weights], [tuple(w.shape) for w in layer.weights]
        if shapes != wanted:
            raise ValueError(
                f"copy_weights: the weights of the layer {layer.name!r} must have the shapes {wanted}. "
                f"Received: {shapes}."
            )
        found.append((layer, weights))
    for layer, weights in found:
        layer.set_weights(weights)
        if hasattr(
            layer, "finalize_state"
        ):  # Keras' Normalization goes on with what it was built with
            layer.finalize_state()
