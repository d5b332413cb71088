"""The linear layers that are to collapse, what they put out, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref.by_hand.inputs import numbers
from dlref.diagnostics.double_precision import double_precision, values

UNIT = 2.0**-53
Pairs = list[tuple[np.ndarray, np.ndarray]]
ONLY = (
    "linear_collapse: only Dense layers without an activation, one after another, collapse into one"
)


@dataclass(frozen=True)
class LinearCollapse:
    """One linear layer that does what several did.

    Args:
        W: its weights, of shape (outputs, inputs); `kernel` of a Dense layer is `W.T`.
        b: its bias, a column; `bias` of a Dense layer is `b[:, 0]`.
        layers: how many layers it stands for.
        examples: for how many inputs both were compared.
        difference: the largest distance of two outputs.
        rounding: the distance that rounding can make there.
    """

    W: np.ndarray
    b: np.ndarray
    layers: int
    examples: int
    difference: float
    rounding: float

    def __str__(self) -> str:
        """Two lines: the layer, and how it was compared."""
        outputs, inputs = self.W.shape
        return (
            f"{self.layers} linear layers are one: W' is {outputs}×{inputs}, b' {outputs}×1.\n"
            f"For {self.examples} inputs the outputs differ by {self.difference:.1e}; rounding explains "
            f"{self.rounding:.1e}."
        )


def read(layers: Any) -> tuple[Pairs, Callable[[np.ndarray], np.ndarray]]:
    """The layers' weights as the lecture writes them, and the function from columns to columns that they are.

    Raises:
        TypeError: if `layers` is no model and no list.
        ValueError: if a layer is not linear, has no weights yet, or does not fit the one before.
    """
    if isinstance(layers, keras.Model):
        pairs, function = [_of(layer) for layer in _flat(layers)], partial(_called, layers)
        shapes = [getattr(layers, name, None) for name in ("input_shape", "output_shape")]
        if not all(isinstance(shape, tuple) and len(shape) == 2 for shape in shapes):
            raise ValueError(
                f"{ONLY}, in a functional or sequential model from (None, n) to (None, n). Received: {layers.name!r} "
                f"from {shapes[0]} to {shapes[1]}."
            )
    elif isinstance(layers, list | tuple):
        pairs = [_pair(f"layers[{i}]", entry) for i, entry in enumerate(layers)]
        function = partial(_one_by_one, pairs)
    else:
        raise TypeError(
            "linear_collapse: `layers` must be a keras.Model or a list of pairs (W, b). "
            f"Received: layers={layers!r} (type {type(layers).__name__})."
        )
    if not pairs:
        raise ValueError(f"{ONLY}. Received: no layer.")
    for number, ((below, _), (above, _)) in enumerate(pairwise(pairs), 1):
        if above.shape[1] != len(below):
            raise ValueError(
                f"{ONLY}. Received: layer {number} with {len(below)} outputs, and layer {number + 1} for "
                f"{above.shape[1]} inputs."
            )
    return pairs, function


def rounding(pairs: Pairs, X: np.ndarray) -> np.ndarray:
    """How far rounding can bring each output from what it is exactly, both ways of computing it together.

    A sum of n products is off by at most n + 1 units of its terms' sizes (Higham 2002, section 3.1), and so by layers.
    """
    sizes = np.abs(X)
    for W, b in pairs:
        sizes = np.abs(W) @ sizes + np.abs(b)
    return 2 * UNIT * sum(W.shape[1] + 2 for W, _ in pairs) * sizes


def _flat(model: Any) -> list[Any]:
    """The layers of a model, and of models inside it; a functional one may have operations besides, `x + y`."""
    own = getattr(model, "operations", model.layers)
    parts = [_flat(part) if isinstance(part, keras.Model) else [part] for part in own]
    return [part for part in sum(parts, []) if not isinstance(part, keras.layers.InputLayer)]


def _of(layer: Any) -> tuple[np.ndarray, np.ndarray]:
    kind = f"{layer.name!r} of the kind {type(layer).__name__}"
    if not isinstance(layer, keras.layers.Dense):
        raise ValueError(f"{ONLY}. Received: {kind}.")
    if layer.activation is not keras.activations.linear:
        name = getattr(layer.activation, "__name__", layer.activation)
        raise ValueError(f"{ONLY}. Received: {kind} with the activation {name}.")
    if not layer.built:
        raise ValueError(
            f"{ONLY}. Received: {kind}, which has no weights yet: give the model a keras.Input."
        )
    W = ops.convert_to_numpy(layer.kernel).T
    b = np.zeros(len(W)) if layer.bias is None else ops.convert_to_numpy(layer.bias)
    return _pair(layer.name, (W, b[:, None]))


def _pair(name: str, entry: Any) -> tuple[np.ndarray, np.ndarray]:
    if not isinstance(entry, list | tuple) or len(entry) != 2:
        raise ValueError(f"linear_collapse: `{name}` must be a pair (W, b). Received: {entry!r}.")
    W, b = (
        numbers("linear_collapse", f"{part} of {name}", value)
        for part, value in zip("Wb", entry, strict=True)
    )
    if W.ndim != 2 or b.shape != (len(W), 1) or not W.size:
        raise ValueError(
            f"linear_collapse: `{name}` must have W of shape (outputs, inputs) and b of shape (outputs, 1). "
            f"Received: W.shape={W.shape}, b.shape={b.shape}."
        )
    return W, b


def _one_by_one(pairs: Pairs, X: np.ndarray) -> np.ndarray:
    for W, b in pairs:
        X = W @ X + b
    return X


def _called(model: Any, X: np.ndarray) -> np.ndarray:
    """What a Keras model puts out, in float64, and its examples as columns."""
    with double_precision():
        with keras.StatelessScope(values(model.weights)):
            outputs = model(ops.convert_to_tensor(X.T), training=False)
        return ops.convert_to_numpy(outputs).T
