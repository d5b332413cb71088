"""The model and the examples that a diagnosis is made on; what cannot be used is named."""

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops, tree


def prepared(
    owner: str, model: Any, x: Any, y: Any = None, sample_weight: Any = None
) -> tuple[Any, Any, Any]:
    """x, y and the weights as arrays, numbers with a fraction in float64; a model that is not built yet is built.

    Raises:
        TypeError: if the model is no Keras model.
        ValueError: if there are no examples, not as many labels, or NaN among them.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(
            f"{owner}: `model` must be a keras.Model. Received: {type(model).__name__}."
        )
    counts: dict[str, int] = {}

    def counted(name: str, value: Any) -> Any:
        array = _array(owner, name, value)
        counts[name] = len(array)
        return array

    given = {"x": x, "y": y, "sample_weight": sample_weight}
    data = {
        name: None if value is None else tree.map_structure(partial(counted, name), value)
        for name, value in given.items()
    }
    if len(set(counts.values())) > 1:
        raise ValueError(
            f"{owner}: x, y and sample_weight must have as many examples each. Received: "
            f"{', '.join(f'{count} in {name}' for name, count in counts.items())}."
        )
    if not model.built:
        model(data["x"], training=False)
    return data["x"], data["y"], data["sample_weight"]


def require_trainable(owner: str, model: Any) -> None:
    """Raises a ValueError if the model has no weights that training changes."""
    if not model.trainable_variables:
        raise ValueError(
            f"{owner}: the model must have weights that can be trained. Received: {model.name!r}, which has "
            f"{len(model.weights)} weights, none of them trainable. Set `trainable = True` where they are frozen."
        )


def _array(owner: str, name: str, value: Any) -> np.ndarray:
    try:
        array = ops.convert_to_numpy(value) if ops.is_tensor(value) else np.asarray(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{owner}: `{name}` must be an array of numbers. {error}") from error
    if array.ndim == 0 or not array.size:
        kind = f"shape {array.shape}" if array.dtype != object else type(value).__name__
        raise ValueError(
            f"{owner}: `{name}` must be an array with at least one example along its first axis, or such arrays in a "
            f"list or a dictionary. Received: {kind}. Of a list of numbers, make one: np.array({name})."
        )
    fractions = array.dtype.kind == "f" or array.dtype.name == "bfloat16"
    if not fractions and array.dtype.kind not in "biu":
        raise ValueError(f"{owner}: `{name}` must hold real numbers. Received: {array.dtype}.")
    if fractions:
        array = array.astype("float64")
        if not np.isfinite(array).all():
            count = int((~np.isfinite(array)).sum())
            raise ValueError(
                f"{owner}: `{name}` must hold finite numbers. Received: {count} of {array.size} are NaN or infinite. "
                f"Leave these examples out: {name}[np.isfinite({name}).reshape(len({name}), -1).all(1)]."
            )
    return array
