r"""Symmetric units: layers whose units are all the same, and which no training can tell apart.

Sources: Flowchart C1; CS231n-6.

$$ s = \max_k w_k - \min_k w_k \tag{1} $$
$$ r = \frac{\max_i s_i}{\max \lvert w \rvert} \tag{2} $$

$w$ (`w`) holds what belongs to the units $k$ of a layer: the weights from one input to each of them, or their biases.
$s$ is the spread over the units, for each input $i$, and $r$ the largest of these, relative to the largest of all $w$.
Both are computed for the weights and again for their gradient. Where both $r$ are 0, the units compute the same and a
step moves them by the same: they stay one unit for ever. The gradient is not that of a cost but of the outputs times
random numbers, so that it is another for each output, as with labels.

Equals `numpy.ptp` over the units, relative to the largest entry.
"""

from typing import Any

import keras
import numpy as np
from keras import ops, tree

from dlref.diagnostics.double_precision import double_precision, values
from dlref.diagnostics.examples import prepared
from dlref.diagnostics.symmetry_report import LayerUnits, SymmetricUnits
from dlref.gradients import value_and_gradients

_WITH_UNITS = (
    keras.layers.Dense,
    keras.layers.Conv1D,
    keras.layers.Conv2D,
    keras.layers.Conv3D,
)  # along the last axis of their weights


def symmetric_units(model: Any, x: Any) -> SymmetricUnits:
    r"""Finds the Dense and convolutional layers whose units are all equal, and get equal gradients.

    The model stays as it is; it runs in float64, as in training. One that is not built yet is built.

    Args:
        model: a Keras model, compiled or not.
        x: a few examples: an array, or arrays in a list or a dictionary.

    Returns:
        What was found, layer by layer; `print` shows it as a table.

    Raises:
        TypeError: if `model` is no Keras model.
        ValueError: if there are no examples, or NaN among them, or if the model has none of these layers.

    Example:
        >>> import keras
        >>> zeros = keras.layers.Dense(4, "tanh", kernel_initializer="zeros", name="hidden")
        >>> model = keras.Sequential([keras.Input((3,)), zeros, keras.layers.Dense(1, kernel_initializer="zeros")])
        >>> symmetric_units(model, keras.ops.ones((2, 3))).found
        ('hidden',)
    """
    x, _, _ = prepared("symmetric_units", model, x, None, None)
    layers = [
        layer
        for layer in model._flatten_layers()
        if isinstance(layer, _WITH_UNITS) and layer.trainable_variables
    ]
    if not layers:
        raise ValueError(
            "symmetric_units: the model must have a Dense or a convolutional layer that is trained. Received: "
            f"{model.name!r} with {', '.join(sorted({type(part).__name__ for part in model.layers}))}."
        )
    gradients = _gradients(model, x)
    found = []
    for layer in layers:
        units = layer.units if isinstance(layer, keras.layers.Dense) else layer.filters
        own = [v for v in layer.trainable_variables if v.shape[-1] == units]
        weights = [ops.convert_to_numpy(v.value).astype("float64") for v in own]
        moves = [gradients[id(v)] for v in own]
        found.append(LayerUnits(layer.name, units, _apart(weights), _apart(moves)))
    return SymmetricUnits(tuple(found))


def _apart(parts: list[np.ndarray]) -> float:
    """How far the units are apart, of all weights or all gradients of a layer."""
    w = np.concatenate([part.reshape(-1, part.shape[-1]) for part in parts])
    if not w.any():
        return 0.0

    s = np.max(w, axis=-1) - np.min(w, axis=-1)  # (1)
    r = np.max(s) / np.max(np.abs(w))  # (2)
    return float(r)


def _gradients(model: Any, x: Any) -> dict[int, np.ndarray]:
    """Of the outputs, times random numbers, by each parameter."""
    rng = np.random.default_rng(0)
    with double_precision():
        inputs = tree.map_structure(ops.convert_to_tensor, x)
        own = values(model.variables)

        def outputs(*parameters: Any) -> Any:
            given = zip(model.trainable_variables, parameters, strict=True)
            with keras.StatelessScope([*own, *given]):
                found = tree.flatten(model(inputs, training=True))
            return ops.concatenate([ops.reshape(ops.cast(a, "float64"), (-1,)) for a in found])

        start = [ops.convert_to_numpy(v.value) for v in model.trainable_variables]
        upstream = rng.standard_normal(outputs(*start).shape)
        _, *gradients = value_and_gradients(outputs, start, upstream)
    return {id(v): g for v, g in zip(model.trainable_variables, gradients, strict=True)}
