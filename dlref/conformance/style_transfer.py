"""Rows of style transfer."""

from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import models as ours
from dlref.compiling import in_one_program
from dlref.conformance.losses import FLOAT32_MEAN
from dlref.conformance.row import Arrays, Row
from dlref.gradients import named, pulled_back


def of_two_pictures(gram: Any) -> Arrays:
    """The Gram matrices of the activations of two pictures, and gradients."""
    rng = np.random.default_rng(6)
    return named(gram, {"a": rng.normal(size=(2, 4, 5, 3))}, rng.normal(size=(2, 3, 3)))


def of_one_size(cost: Any) -> Arrays:
    """The cost of activations of the same shape, and gradients."""
    rng = np.random.default_rng(7)
    return named(cost, {name: rng.normal(size=(4, 5, 3)) for name in ("content", "generated")}, 1.0)


def of_two_sizes(cost: Any) -> Arrays:
    """The cost of activations of another height and width, and gradients."""
    rng = np.random.default_rng(8)
    parts = {"style": rng.normal(size=(3, 6, 4)), "generated": rng.normal(size=(4, 5, 4))}
    return named(cost, parts, 1.0)


STEPS, ALPHA, BETA, RATE = 3, 0.5, 20.0, 0.01
LAYERS = {"first": 0.25, "second": 0.75}


def painted(transfer: Any) -> Arrays:
    """The picture after a few steps of gradient descent, and the costs on the way."""
    rng = np.random.default_rng(9)
    inputs = x = keras.Input((None, None, 3))
    for name in LAYERS:
        x = keras.layers.Conv2D(4, 3, activation="relu", name=name)(x)
    model = keras.Model(inputs, x)
    model.set_weights([rng.normal(0, 0.3, w.shape) for w in model.weights])
    picture, costs = transfer(model, rng.random((6, 7, 3)), rng.random((8, 5, 3)))
    return {"picture": picture, **{name: np.array(values) for name, values in costs.items()}}


def _ours(model: Any, content: Any, style: Any) -> Any:
    return ours.style_transfer(
        *(model, content, style, "second", LAYERS, ALPHA, BETA),
        steps=STEPS,
        optimizer=keras.optimizers.SGD(RATE),
    )


def _by_keras(model: Any, content: Any, style: Any) -> Any:
    """Layer by layer and step by step."""
    content, style = (
        ops.convert_to_tensor(x[None], keras.config.floatx()) for x in (content, style)
    )
    network = keras.Model(model.inputs, [model.get_layer(name).output for name in LAYERS])
    wanted, styles = network(content)[-1], network(style)

    def costs(picture: Any) -> Any:
        seen = network(picture)
        parts = zip(LAYERS.values(), styles, seen, strict=True)
        of_style = sum(weight * _of_gram_matrices(s[0], g[0]) for weight, s, g in parts)
        of_content = _half_squares(wanted, seen[-1])
        return ops.stack([ALPHA * of_content + BETA * of_style, of_content, of_style])

    def with_gradient(picture: Any) -> Any:
        return pulled_back(lambda x, _: costs(*x), [picture], upstream)

    picture, optimizer = keras.Variable(content), keras.optimizers.SGD(RATE)
    upstream, found = ops.convert_to_tensor([1.0, 0.0, 0.0], content.dtype), []
    program = in_one_program(with_gradient, content)
    for step in range(STEPS + 1):
        value, gradients = program(picture.value)
        found.append(ops.convert_to_numpy(value))
        if step < STEPS:
            optimizer.apply(gradients, [picture])
            picture.assign(ops.clip(picture.value, 0, 1))
    words = "cost", "content_cost", "style_cost"
    return ops.convert_to_numpy(picture.value)[0], dict(zip(words, np.array(found).T, strict=True))


def _half_squares(a: Any, b: Any) -> Any:
    a, b = ops.reshape(a, (-1,)), ops.reshape(b, (-1,))
    return keras.losses.MeanSquaredError()(a, b) * a.shape[0] / 2


def _of_gram_matrices(style: Any, generated: Any) -> Any:
    both = (ops.einsum("ijk,ijl->kl", a, a) / (a.shape[0] * a.shape[1]) for a in (style, generated))
    return keras.losses.MeanSquaredError()(*both) / 4


_PLAIN: Any = {"source": "Flowchart C4", "dtypes": ("float64", "float32")}
_ERROR: Any = {
    "builtin": "keras.losses.MeanSquaredError",
    "computes": {"jax": "float32"},
    "gradients": True,
    **_PLAIN,
}
ROWS = [
    Row(
        name="models.content_cost",
        ours=lambda: ours.content_cost,
        mapped=lambda: _half_squares,
        mapping="times half the number of activations",
        unmapped=keras.losses.MeanSquaredError,
        sentence=f"Keras takes the mean. {FLOAT32_MEAN}",
        probe=of_one_size,
        **_ERROR,
    ),
    Row(
        name="models.gram_matrix",
        builtin="keras.ops.einsum",
        ours=lambda: ours.gram_matrix,
        mapped=lambda: lambda a: ops.einsum("mijk,mijl->mkl", a, a),
        mapping="“mijk,mijl->mkl” of the activations twice",
        probe=of_two_pictures,
        gradients=True,
        **_PLAIN,
    ),
    Row(
        name="models.style_cost",
        ours=lambda: ours.style_cost,
        mapped=lambda: _of_gram_matrices,
        mapping="of the Gram matrices, each divided by its number of places; times 1/4",
        sentence=FLOAT32_MEAN,
        probe=of_two_sizes,
        **_ERROR,
    ),
    Row(
        name="models.style_transfer",
        builtin="keras.Model",
        source="Flowchart C4",
        ours=lambda: _ours,
        mapped=lambda: _by_keras,
        mapping="a loop of its activations, MeanSquaredError, einsum and keras.optimizers.SGD",
        sentence=FLOAT32_MEAN,
        computes={"jax": "float32"},
        probe=painted,
        gradients=True,
        steps=STEPS,
        modes=("eager",),
        dtypes=("float64",),
    ),
]
