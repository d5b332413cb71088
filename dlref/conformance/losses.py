"""Rows of the losses."""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import losses as ours
from dlref.conformance.row import Arrays, Row
from dlref.gradients import named


def of_predictions(loss: Any, probabilities: Callable[[Any], Any] | None = None) -> Arrays:
    """Losses and gradients by the predictions: 12 examples, 4 classes, labels soft and one-hot."""
    rng = np.random.default_rng(0)
    y_hat = rng.normal(0, 3, (12, 4))
    if probabilities is not None:
        with_rows = probabilities(ops.convert_to_tensor(y_hat, keras.config.floatx()))
        y_hat = ops.convert_to_numpy(with_rows)
    one_hot, soft = np.eye(4)[rng.integers(0, 4, 12)], rng.dirichlet(np.ones(4), 12)
    seen = {}
    for labels, y in {"one-hot labels": one_hot, "soft labels": soft}.items():
        y = ops.convert_to_tensor(y, keras.config.floatx())
        predicted = {"y_pred": y_hat}
        seen |= named(lambda y_hat, y=y: loss(y, y_hat), predicted, 1.0, f", {labels}")
    return seen


def of_tasks(loss: Any) -> Arrays:
    """Loss and gradient of 12 examples with 4 tasks; a third of the labels is -1."""
    rng = np.random.default_rng(1)
    y = ops.convert_to_tensor(rng.integers(-1, 2, (12, 4)), keras.config.floatx())
    return named(lambda z: loss(y, z), {"y_pred": rng.normal(0, 3, (12, 4))}, 1.0, "")


def _weighted_tasks(y: Any, z: Any) -> Any:
    """Each task an output of its own, with a weight of 0 where the label is missing."""
    known = y >= 0
    weights = ops.cast(known, y.dtype)
    arguments = (ops.where(known, y, 0)[..., None], z[..., None], weights)
    loss = _KERAS_BCE(from_logits=True, label_smoothing=0.125, reduction="sum")
    return loss(*arguments) / y.shape[0]


_BCE, _CCE = ours.BinaryCrossentropy, ours.CategoricalCrossentropy
_KERAS_BCE, _KERAS_CCE = keras.losses.BinaryCrossentropy, keras.losses.CategoricalCrossentropy
FLOAT32_MEAN = "On JAX, Keras takes the mean over the last axis in float32."
_BACK_TO_Z = (
    "On TensorFlow, Keras goes back to z where ŷ comes straight from its own {}, and clips nothing."
)
ROWS = [
    Row(
        name="losses.BinaryCrossentropy",
        builtin="keras.losses.BinaryCrossentropy",
        source="Flowchart C1; DLS-C2W3",
        ours=_BCE,
        mapped=_KERAS_BCE,
        sentence=f"{_BACK_TO_Z.format('sigmoid')} {FLOAT32_MEAN}",
        computes={"jax": "float32"},
        probe=partial(of_predictions, probabilities=keras.activations.sigmoid),
        gradients=True,
        dtypes=("float64", "float32", "float16"),  # in bfloat16 Keras' bound 1 − 10⁻⁷ is 1: log 0
    ),
    Row(
        name="losses.BinaryCrossentropy",
        builtin="keras.losses.BinaryCrossentropy",
        source="Flowchart C1; DLS-C2W3",
        ours=partial(_BCE, from_logits=True, label_smoothing=0.125),
        mapped=partial(_KERAS_BCE, from_logits=True, label_smoothing=0.125),
        mapping="from_logits = True, label_smoothing",
        sentence=FLOAT32_MEAN,
        computes={"jax": "float32"},
        probe=of_predictions,
        gradients=True,
    ),
    Row(
        name="losses.MultiTaskCrossentropy",
        builtin="keras.losses.BinaryCrossentropy",
        source="Flowchart C3",
        ours=partial(ours.MultiTaskCrossentropy, from_logits=True, label_smoothing=0.125),
        mapped=lambda: _weighted_tasks,
        mapping="labels (m, n, 1), sample_weight = 0 where one is missing, reduction = “sum”, divided by m",
        unmapped=partial(_KERAS_BCE, from_logits=True, label_smoothing=0.125),
        sentence=f"Keras takes the mean over the tasks, and −1 for a label. {FLOAT32_MEAN}",
        computes={"jax": "float32"},
        probe=of_tasks,
        gradients=True,
    ),
    Row(
        name="losses.CategoricalCrossentropy",
        builtin="keras.losses.CategoricalCrossentropy",
        source="DLS-C2W3",
        ours=partial(_CCE, from_logits=True, label_smoothing=0.125),
        mapped=partial(_KERAS_CCE, from_logits=True, label_smoothing=0.125),
        mapping="from_logits = True, label_smoothing",
        probe=of_predictions,
        gradients=True,
    ),
    Row(
        name="losses.CategoricalCrossentropy",
        builtin="keras.losses.CategoricalCrossentropy",
        source="DLS-C2W3",
        ours=_CCE,
        mapped=lambda: (
            lambda y, y_hat: (
                _KERAS_CCE()(y, y_hat)
                - ops.sum(ops.sum(y, -1) * ops.log(ops.sum(y_hat, -1))) / y.shape[0]
            )
        ),
        mapping="minus log Σŷ, which is 0 where a row of ŷ sums to 1",
        unmapped=_KERAS_CCE,
        sentence=f"Keras first divides each row of ŷ by its sum. {_BACK_TO_Z.format('softmax')}",
        probe=partial(of_predictions, probabilities=keras.activations.sigmoid),
        gradients=True,
    ),
]
