"""Rows of the losses of detection and of recognizing faces."""

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import losses as ours
from dlref.conformance.losses import FLOAT32_MEAN
from dlref.conformance.row import Arrays, Row
from dlref.gradients import named


def of_landmarks(loss: Any) -> Arrays:
    """Loss and gradient of 12 examples with two landmarks; a third shows nothing, and has landmarks all the same."""
    rng = np.random.default_rng(2)
    y = np.concatenate([rng.integers(0, 3, (12, 1)) > 0, rng.random((12, 4))], 1)
    y = ops.convert_to_tensor(y, keras.config.floatx())
    return named(lambda y_hat: loss(y, y_hat), {"y_pred": rng.random((12, 5))}, 1.0, "")


def _weighted_outputs(y: Any, y_hat: Any) -> Any:
    """Each output with a weight: 1 for whether something is there, and for its place whether it is."""
    weights = ops.concatenate([ops.ones_like(y[:, :1]), ops.repeat(y[:, :1], 4, 1)], 1)
    loss = keras.losses.MeanSquaredError(reduction="sum")
    return loss(y[..., None], y_hat[..., None], weights) / y.shape[0]


_WHO = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 3])  # the last has no positive


def of_embeddings(loss: Any) -> Arrays:
    """Loss and gradient of the embeddings of ten pictures of four people."""
    return named(lambda f: loss(_WHO, f), {"y_pred": _embeddings()}, 1.0, "")


def _embeddings() -> np.ndarray:
    return np.random.default_rng(2).normal(size=(10, 3))


def _of_chosen_triplets(y: Any, f: Any) -> Any:
    """Keras' hinge loss of triplets that are chosen one by one, each weighted by how many its anchor has."""
    d = np.sum((_embeddings()[:, None] - _embeddings()) ** 2, -1)
    chosen, weights = [], []
    for a, p in zip(*np.nonzero(np.equal.outer(_WHO, _WHO) & ~np.eye(10, dtype=bool)), strict=True):
        others = np.flatnonzero(_WHO != _WHO[a])
        farther = [n for n in others if d[a, n] > d[a, p]]
        n = min(farther, key=lambda n: d[a, n]) if farther else max(others, key=lambda n: d[a, n])
        chosen.append((a, p, n))
        weights.append(1 / (10 * np.sum(_WHO == _WHO[a]) - 10))
    a, p, n = (ops.take(f, ops.convert_to_tensor(i, "int32"), 0) for i in np.array(chosen).T)
    closer = ops.sum((a - n) ** 2, -1) - ops.sum((a - p) ** 2, -1)
    hinge = keras.losses.Hinge(reduction="sum")
    return 0.5 * hinge(ops.ones_like(closer)[:, None], closer[:, None] / 0.5, np.array(weights))


def of_cells(loss: Any) -> Arrays:
    """Loss and gradient of two pictures with 2 × 2 cells and two anchor boxes; in half of them is an object."""
    rng = np.random.default_rng(2)
    y = rng.normal(size=(2, 2, 2, 2, 8))
    y[..., 0] = rng.permutation(16).reshape(y.shape[:-1]) % 2
    y[..., 5:] = np.eye(3)[rng.integers(0, 3, y.shape[:-1])]
    y *= y[..., :1]
    return named(
        lambda y_hat: loss(ops.convert_to_tensor(y, y_hat.dtype), y_hat),
        {"y_pred": rng.normal(size=y.shape)},
        1.0,
    )


def _squared_where_it_is(y: Any, y_hat: Any) -> Any:
    """Each component an output of its own, with its weight."""
    there = y[..., :1]
    weights = [there + 0.5 * (1 - there), *[2 * there] * 4, *[there] * (y.shape[-1] - 5)]
    loss = keras.losses.MeanSquaredError("sum")
    return loss(y[..., None], y_hat[..., None], ops.concatenate(weights, -1)) / y.shape[0]


def _parts_where_it_is(y: Any, z: Any) -> Any:
    """Three losses of Keras, each with its weights."""
    there = y[..., 0]
    p, b, c = ((y[..., at], z[..., at]) for at in (slice(1), slice(1, 5), slice(5, None)))
    loss = _KERAS_BCE(from_logits=True, reduction="sum")(*p, there + 0.5 * (1 - there))
    loss += 4 * keras.losses.MeanSquaredError("sum")(*b, 2 * there)
    return (loss + _KERAS_CCE(from_logits=True, reduction="sum")(*c, there)) / y.shape[0]


def of_masks(loss: Any) -> Arrays:
    """Loss and gradient of four pictures of 3 × 5 pixels and two classes; the last has no pixel of the second."""
    rng = np.random.default_rng(2)
    y = rng.integers(0, 2, (4, 3, 5, 2))
    y[-1, ..., 1] = 0
    y = ops.convert_to_tensor(y, keras.config.floatx())
    return named(lambda p: loss(y, p), {"y_pred": rng.random(y.shape)}, 1.0)


def _one_pixel_more(y: Any, p: Any) -> Any:
    """Each picture as a row of pixels, with one more that is found; without the epsilon of Keras."""
    y, p = (
        ops.pad(ops.reshape(x, (4, 15, 2)), [(0, 0), (0, 1), (0, 0)], constant_values=1)
        for x in (y, p)
    )
    epsilon = keras.config.epsilon()
    keras.config.set_epsilon(0.0)
    try:
        return keras.losses.Dice(axis=1)(y, p)
    finally:
        keras.config.set_epsilon(epsilon)


_KERAS_BCE, _KERAS_CCE = keras.losses.BinaryCrossentropy, keras.losses.CategoricalCrossentropy
ROWS = [
    Row(
        name="losses.TripletLoss",
        builtin="keras.losses.Hinge",
        source="Flowchart C4",
        ours=partial(ours.TripletLoss, 0.5),
        mapped=lambda: _of_chosen_triplets,
        mapping="α times the hinge loss of (d(A, N) − d(A, P)) / α and y = 1, of triplets that are chosen before",
        sentence=FLOAT32_MEAN,
        computes={"jax": "float32"},
        probe=of_embeddings,
        gradients=True,
    ),
    Row(
        name="losses.LandmarkLoss",
        builtin="keras.losses.MeanSquaredError",
        source="Flowchart C4",
        ours=ours.LandmarkLoss,
        mapped=lambda: _weighted_outputs,
        mapping="labels (m, 1 + 2n, 1), sample_weight = p for landmarks, reduction = “sum”, divided by m",
        unmapped=keras.losses.MeanSquaredError,
        sentence=f"Keras takes the mean over the outputs, and landmarks of what is not there. {FLOAT32_MEAN}",
        computes={"jax": "float32"},
        probe=of_landmarks,
        gradients=True,
    ),
    Row(
        name="losses.YoloLoss",
        builtin="keras.losses.BinaryCrossentropy",
        source="Flowchart C4",
        ours=partial(ours.YoloLoss, from_logits=True, box_weight=2.0, no_object_weight=0.5),
        mapped=lambda: _parts_where_it_is,
        mapping="of p_c alone; 4 MeanSquaredError and CategoricalCrossentropy, sample_weight = p_c; all summed",
        unmapped=partial(_KERAS_BCE, from_logits=True),
        sentence=f"Keras has no loss of this form; this one is that of p_c alone. {FLOAT32_MEAN}",
        computes={"jax": "float32"},
        probe=of_cells,
        gradients=True,
        dtypes=("float64", "float32"),
    ),
    Row(
        name="losses.YoloSquaredError",
        builtin="keras.losses.MeanSquaredError",
        source="Flowchart C4",
        ours=partial(ours.YoloSquaredError, box_weight=2.0, no_object_weight=0.5),
        mapped=lambda: _squared_where_it_is,
        mapping="components apart, sample_weight = 0 for what is not there, reduction = “sum”, divided by m",
        unmapped=keras.losses.MeanSquaredError,
        sentence=f"Keras looks at what is not there too, and takes the mean of the components. {FLOAT32_MEAN}",
        computes={"jax": "float32"},
        probe=of_cells,
        gradients=True,
        dtypes=("float64", "float32"),
    ),
    Row(
        name="losses.Dice",
        builtin="keras.losses.Dice",
        source="Milletari et al. 2016",
        ours=partial(ours.Dice, epsilon=2.0),
        mapped=lambda: _one_pixel_more,
        mapping="axis = 1 of pixels in a row, one more that is found for ε = 2, keras.config.set_epsilon(0)",
        unmapped=keras.losses.Dice,
        sentence=f"Keras takes all pictures as one, with an ε of 10⁻⁷ in the denominator alone. {FLOAT32_MEAN}",
        computes={"jax": "float32"},
        probe=of_masks,
        gradients=True,
        dtypes=("float64", "float32"),
    ),
]
