"""Can the model learn a few examples by heart? If not, something in it is wrong, and no hyperparameter mends that.

A copy of the model is trained, without regularization and dropout. The model itself, its optimizer and the state of
every random generator stay as they are.
"""

import copy
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from dlref._compat import keras as keras_src
from dlref.tuning.babysitting.loss_meter import guessing
from dlref.tuning.babysitting.measurements import Subset

STEPS = 300
LEARNED = 0.1  # of the first loss


def overfit(model: keras.Model, x: Any, y: Any, steps: int = STEPS) -> Subset:
    """Trains a copy of the model on a few examples until it knows them, with Adam.

    Args:
        model: a built and compiled Keras model that can be cloned.
        x: the inputs.
        y: the labels.
        steps: updates, at most. Defaults to 300.

    Returns:
        What came of it: learned is a loss of a tenth of the first one, or an accuracy of 1.

    Raises:
        ValueError: if the model cannot be cloned.

    Example:
        >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, activation="softmax")])
        >>> model.compile("sgd", "categorical_crossentropy")
        >>> overfit(model, np.eye(4), np.eye(4)).learned
        True
    """
    with _random_state():
        clone = _copy(model)
        first = last = float("nan")
        step = 0
        for step in range(1, steps + 1):
            logs = clone.train_on_batch(x, y, return_dict=True)
            last = float(logs["loss"])
            first = last if step == 1 else first
            if last <= LEARNED * first or logs.get("accuracy", 0) == 1 or not np.isfinite(last):
                break
    learned = bool(last <= LEARNED * first or logs.get("accuracy", 0) == 1)
    return Subset(len(keras.tree.flatten(x)[0]), first, last, step, learned)


def few(data: Any, count: int) -> Any:
    """`count` examples, evenly spread: labels are often sorted."""
    size = len(keras.tree.flatten(data)[0])
    rows = np.unique(np.linspace(0, size - 1, min(count, size)).astype(int))
    return keras.tree.map_structure(lambda array: np.asarray(array)[rows], data)


def _copy(model: Any) -> Any:
    clone = keras.models.clone_model(model)
    if not clone.built:  # of a class of the user's
        clone.build_from_config(model.get_build_config())
    for ours, theirs in zip(clone.variables, model.variables, strict=True):
        ours.assign(
            np.array(keras.ops.convert_to_numpy(theirs.value))
        )  # JAX gives away what is shared
    for variable in clone.trainable_variables:
        variable.regularizer = None
    for layer in clone._flatten_layers(include_self=False):
        layer.activity_regularizer = None
        if isinstance(getattr(layer, "rate", None), float):
            layer.rate = 0.0
    clone.compile(
        keras.optimizers.Adam(0.003),
        loss=model.loss,
        metrics=["accuracy"] if guessing(model) else None,
        run_eagerly=model.run_eagerly,
    )
    return clone


@contextmanager
def _random_state() -> Iterator[None]:
    """New layers draw seeds from Python's generator, take names from Keras' counters, and may draw weights from any."""
    python, numpy = random.getstate(), np.random.get_state()
    shared = keras_src.get_global_attribute("global_seed_generator")
    seed = None if shared is None else keras.ops.convert_to_numpy(shared.state.value)
    names = copy.copy(keras_src.get_global_attribute("object_name_uids"))
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        if shared is not None:
            shared.state.assign(seed)
        keras_src.set_global_attribute("global_seed_generator", shared)
        keras_src.set_global_attribute("object_name_uids", names)
