"""Who guesses among classes, and the losses for which that has a price that is known."""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops, tree

CATEGORICAL = ("categoricalcrossentropy", "sparsecategoricalcrossentropy")
MEAN = ("sum_over_batch_size", "mean", "mean_with_sample_weight")


@dataclass(frozen=True)
class Guess:
    """One output that a cross-entropy judges.

    Args:
        classes: among which it decides.
        weight: by which its loss is multiplied in the cost: its `loss_weights`, times the mean `sample_weight`.
    """

    classes: int
    weight: float = 1.0


def classes(loss: Any, shape: Any) -> int | None:
    """The number of classes where the loss is a cross-entropy, averaged over the examples; else None.

    Args:
        loss: a loss of Keras or dlref, by its name or as an object or function.
        shape: of the predictions.
    """
    try:
        loss = keras.losses.get(loss) if isinstance(loss, str) else loss
    except ValueError:
        return None
    if getattr(loss, "reduction", "mean") not in MEAN:
        return None
    if getattr(loss, "ignore_class", None) is not None:
        return None
    wraps = type(loss).__module__.startswith("keras.") and hasattr(loss, "fn")
    name = getattr(loss.fn if wraps else loss, "__name__", type(loss).__name__)
    name = name.replace("_", "").lower()
    if name == "binarycrossentropy":
        return 2
    return shape[getattr(loss, "axis", -1)] if name in CATEGORICAL and shape else None


def guesses(owner: str, loss: Any, y_pred: Any, data: Any) -> tuple[Guess, ...]:
    """Of each output; none where one of them is judged otherwise.

    Args:
        owner: the diagnosis, for its errors.
        loss: the `CompileLoss` of a model, built.
        y_pred: its predictions.
        data: x, y and the weights of the examples, which may be for all outputs or None.

    Raises:
        ValueError: if a label is none of the classes, which Keras on JAX counts as an example without any.
    """
    _, y, sample_weight = data
    found = []
    for path, part, weight, _ in loss._flat_losses:
        count = classes(part, _at(path, y_pred).shape)
        if count is None:
            return ()
        labels = _at(path, y) if tree.is_nested(y) else y
        if "sparse" in part.name and not 0 <= labels.min() <= labels.max() < count:
            raise ValueError(
                f"{owner}: labels must be whole numbers from 0 to {count - 1}, for {count} classes. "
                f"Received: from {labels.min()} to {labels.max()}."
            )
        weights = _at(path, sample_weight) if tree.is_nested(sample_weight) else sample_weight
        if weights is None or getattr(part, "reduction", "") == "mean_with_sample_weight":
            mean = 1.0
        else:
            mean = float(np.mean(ops.convert_to_numpy(weights)))
        found.append(Guess(count, mean * (1.0 if weight is None else float(weight))))
    return tuple(found)


def _at(path: Any, structure: Any) -> Any:
    for key in path:
        structure = structure[key]
    return structure
