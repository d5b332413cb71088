"""Rows of models that hold others: ensembles, 10-crop, the Siamese network."""

from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import ensembles as ours
from dlref.conformance.row import Arrays, Row
from dlref.gradients import named
from dlref.models import SiameseNetwork, TenCrop


def _drawn(rng: Any, *layers: Any) -> Any:
    """A network with drawn weights."""
    model = keras.Sequential(layers)
    model.set_weights([rng.normal(size=v.shape) for v in model.weights])
    return model


def _models() -> list[Any]:
    """Three networks of two layers, each with weights of its own."""
    rng, dense = np.random.default_rng(0), keras.layers.Dense
    return [_drawn(rng, keras.Input((3,)), dense(n, "tanh"), dense(2)) for n in (3, 4, 5)]


def _by_inputs(model: Any, seed: int, *shape: int) -> Arrays:
    """Outputs for drawn inputs, and gradients by them."""
    rng = np.random.default_rng(seed)
    state = [v.value for v in model.trainable_variables]

    def outputs(x: Any) -> Any:
        return model.stateless_call(state, [], x)[0]

    return named(outputs, {"inputs": rng.normal(size=shape)}, rng.normal(size=(shape[0], 2)))


def of_inputs(model: Any) -> Arrays:
    """Of five inputs."""
    return _by_inputs(model, 1, 5, 3)


def _average() -> Any:
    models = _models()
    inputs = keras.Input((3,))
    return keras.Model(inputs, keras.layers.Average()([model(inputs) for model in models]))


def _classifier() -> Any:
    """Of pictures of 3 × 2 pixels."""
    parts = [keras.layers.Flatten(), keras.layers.Dense(2, "sigmoid")]
    return _drawn(np.random.default_rng(2), keras.Input((3, 2, 2)), *parts)


def of_pictures(model: Any) -> Arrays:
    """Of three pictures of 6 × 7 pixels."""
    return _by_inputs(model, 3, 3, 6, 7, 2)


def _embedding() -> Any:
    """Of vectors of 3 numbers, in 4 units."""
    dense = keras.layers.Dense(4, "sigmoid")
    return _drawn(np.random.default_rng(4), keras.Input((3,)), dense)


def _siamese() -> Any:
    model = SiameseNetwork(_embedding())
    model.build([(None, 3), (None, 3)])
    return model


def _siamese_of_keras() -> Any:
    embedding, (one, other) = _embedding(), (keras.Input((3,)), keras.Input((3,)))
    difference = ops.absolute(embedding(one) - embedding(other))
    return keras.Model([one, other], keras.layers.Dense(1, "sigmoid")(difference))


def of_pairs(model: Any) -> Arrays:
    """Outputs for five pairs, and gradients by both and by the weights of the last unit."""
    rng = np.random.default_rng(5)
    variables = model.trainable_variables
    w = next(v for v in variables if v.name in ("w", "kernel") and np.prod(v.shape) == 4)
    b = next(v for v in variables if np.prod(v.shape) == 1)
    drawn = {"w": rng.normal(size=4), "b": rng.normal(size=1)}
    pairs = {name: rng.normal(size=(5, 3)) for name in ("one", "other")}

    def outputs(x: Any, y: Any, kernel: Any, bias: Any) -> Any:
        given = {id(w): ops.reshape(kernel, w.shape), id(b): ops.reshape(bias, b.shape)}
        trained = [given.get(id(v), v.value) for v in variables]
        return model.stateless_call(trained, [], [x, y])[0]

    return named(outputs, pairs | drawn, rng.normal(size=(5, 1)))


def _of_crops() -> Any:
    """What is cut off: rows above and below, columns left and right."""
    model, inputs = _classifier(), keras.Input((6, 7, 2))
    cut = [((0, 3), (0, 5)), ((0, 3), (5, 0)), ((3, 0), (0, 5)), ((3, 0), (5, 0)), ((1, 2), (2, 3))]
    crops = [keras.layers.Cropping2D(each)(inputs) for each in cut]
    outputs = [model(crop) for crop in crops + [ops.flip(crop, 2) for crop in crops]]
    return keras.Model(inputs, keras.layers.Average()(outputs))


ROWS = [
    Row(
        name="ensembles.Ensemble",
        builtin="keras.layers.Average",
        source="CS231n-7",
        ours=lambda: ours.Ensemble(_models()),
        mapped=_average,
        mapping="keras.layers.Average()([model(inputs) for model in models])",
        probe=of_inputs,
        gradients=True,
    ),
    Row(
        name="models.TenCrop",
        builtin="keras.layers.Average",
        source="Flowchart C4",
        ours=lambda: TenCrop(_classifier()),
        mapped=_of_crops,
        mapping="of model(Cropping2D(...)(inputs)), five times as it is and five times mirrored by keras.ops.flip",
        probe=of_pictures,
        gradients=True,
    ),
    Row(
        name="models.SiameseNetwork",
        builtin="keras.layers.Dense",
        source="Flowchart C4",
        ours=_siamese,
        mapped=_siamese_of_keras,
        mapping='Dense(1, "sigmoid")(keras.ops.absolute(embedding(x_1) - embedding(x_2)))',
        probe=of_pairs,
        gradients=True,
    ),
]
