r"""Transfer learning: how many of a trained model's layers to train again, by how much data there is and how similar.

Sources: CS231n-7; Flowchart C3; Flowchart C4.

$$ k = \max(1, \lceil s L \rceil) \tag{1} $$
$$ t = [\, l > L - k \,] \tag{2} $$

$L$ is the number of layers with weights, and $l$ that of a layer, counted from the inputs. The last $k$ layers are
trained, and $t$ is 1 for those and 0 for the frozen ones. The share $s$ is 0 for little data: only the classifier is
trained. For much data it is 1/4 if they are similar to what the model has seen, the lecture's "a few layers", and 1/2
if they are different, "a larger number". Batch normalization is not counted: it goes with the layer before it.

Equals `layer.trainable = False` for the frozen layers and True for the others, of which it is made.
"""

import math
from typing import Any, Literal

import keras
import numpy as np

from dlref import _checks
from dlref.layers import BatchNormalization
from dlref.transfer.freeze_report import FrozenLayers, LayerState

SHARES = {
    ("little", "similar"): 0.0,
    ("little", "different"): 0.0,
    ("much", "similar"): 0.25,
    ("much", "different"): 0.5,
}
_NORMALIZING = (keras.layers.BatchNormalization, BatchNormalization)


def freeze(
    model: Any,
    data: Literal["little", "much"],
    domain: Literal["similar", "different"],
    layers: int | None = None,
) -> FrozenLayers:
    r"""Sets `trainable` of every layer as the lecture's table says: the last $k$ layers are trained, the others frozen.

    Compile the model afterwards: what is compiled and has been fitted keeps the old setting.

    Args:
        model: a Keras model that is built, the new classifier last. Models inside it are taken layer by layer; any
            other layer is one, with what is inside it.
        data: "little" or "much", next to what the model was trained on.
        domain: "similar" or "different", next to what the model was trained on.
        layers: $k$, the number of layers to train, in place of the table's. Defaults to None.

    Returns:
        Which layers are trained and which are frozen, and what to watch; `print` shows it as a table.

    Raises:
        TypeError: if `model` is no Keras model, or `layers` no integer.
        ValueError: if `data` or `domain` is another word, `layers` is below 1, or the model has no weights.

    Example:
        >>> import keras
        >>> base = keras.Sequential([keras.Input((8,)), *[keras.layers.Dense(8, "relu") for _ in range(7)]])
        >>> model = keras.Sequential([base, keras.layers.Dense(2, name="classifier")])
        >>> freeze(model, data="little", domain="similar").trained
        ('classifier',)
        >>> len(freeze(model, data="much", domain="different").trained)
        4
    """
    s = _share(data, domain)
    k = None if layers is None else _checks.integer("freeze", "layers", layers, 1)
    found = _with_weights(model)
    L = found[-1][0]

    if k is None:
        k = np.maximum(1, math.ceil(s * L))  # (1)
    states = []
    for l, layer in found:
        t = l > L - k  # (2)
        layer.trainable = bool(t)
        states.append(_state(layer))
    return FrozenLayers(tuple(states), data, domain, bool(model.compiled))


def _share(data: Any, domain: Any) -> float:
    for name, value, allowed in (
        ("data", data, ("little", "much")),
        ("domain", domain, ("similar", "different")),
    ):
        if value not in allowed:
            raise ValueError(
                f'freeze: `{name}` must be "{allowed[0]}" or "{allowed[1]}". Received: {name}={value!r}.'
            )
    return SHARES[data, domain]


def _with_weights(model: Any) -> list[tuple[int, Any]]:
    """The layers with weights, all trained now, by number: batch normalization has that of the layer before it."""
    if not isinstance(model, keras.Model):
        raise TypeError(
            "freeze: `model` must be a Keras model. "
            f"Received: model={model!r} (type {type(model).__name__})."
        )
    for layer in model._flatten_layers():
        for value in (False, True):  # on TensorFlow nothing happens where the value is the same
            layer.trainable = value
    found = [layer for layer in _parts(model) if layer.trainable_weights]
    counted = np.cumsum([not isinstance(layer, _NORMALIZING) for layer in found])
    if not np.any(counted):
        raise ValueError(
            "freeze: `model` must have weights: build it first, by model.build(...) or a call. "
            f"Received: {model.name!r}."
        )
    return list(zip(np.maximum(1, counted).tolist(), found, strict=True))


def _parts(model: Any) -> list[Any]:
    """The layers in their order, those of models inside it in their place, each once."""
    found: dict[int, Any] = {}
    for layer in model.layers:
        inside = _parts(layer) if isinstance(layer, keras.Model) else [layer]
        found |= {id(each): each for each in inside if id(each) not in found}
    return list(found.values())


def _state(layer: Any) -> LayerState:
    count = sum(math.prod(weight.shape) for weight in layer.weights)
    return LayerState(layer.name, layer.trainable, count, isinstance(layer, _NORMALIZING))
