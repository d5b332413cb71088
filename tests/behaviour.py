"""What can be seen of an object: all that an argument of it may change."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref.embeddings import GloVe, SkipGram
from dlref.layers import (
    AdditiveAttention,
    DotProductAttention,
    GlobalAveragePooling1D,
    MultiHeadAttention,
    PositionalEncoding,
    TransformerDecoder,
    TransformerEncoder,
)
from dlref.losses import CTC, Dice, TripletLoss
from dlref.metrics import (
    BLEU,
    CharacterErrorRate,
    MeanAveragePrecision,
    MeanIoU,
    Perplexity,
    WordErrorRate,
)
from dlref.models import SiameseNetwork, TenCrop

_rng = np.random.default_rng(0)
X, P = _rng.normal(size=(4, 3)), _rng.uniform(0.1, 0.9, (4, 3))
MAPS = _rng.normal(size=(2, 6, 8, 6))
P[0, 0] = 1e-7  # a gradient so small that its size counts for Adam


def seen(made: Any) -> Sequence[Any]:
    """What `made` does."""
    look = next(look for kind, look in _LOOKS.items() if isinstance(made, kind))
    return [np.asarray(value) for value in look(made)]


def same(one: Sequence[Any], other: Sequence[Any]) -> bool:
    """Whether nothing tells two objects apart."""
    return len(one) == len(other) and all(map(np.array_equal, one, other))


def _optimizer(optimizer: Any) -> list[Any]:
    parameters = [keras.Variable(x, dtype="float32") for x in (X, X[0])]
    for scale in (1.0, 3.0, 0.1):
        gradients = [ops.convert_to_tensor(scale * p, "float32") for p in (P, P[0])]
        optimizer.apply(gradients, parameters)
    optimizer.finalize_variable_values(parameters)
    return parameters


def _layer(layer: Any) -> list[Any]:
    spec = layer.input_spec
    x = MAPS if spec and 4 in (spec.ndim, spec.max_ndim) else X
    if recurrent := isinstance(layer, keras.layers.RNN):
        x = MAPS[0, :, :3]
    layer.build(x.shape)
    if hasattr(layer, "adapt") and layer.weights:
        layer.adapt(x)
    start = [ops.convert_to_numpy(v) for v in layer.weights]
    for weight in layer.trainable_variables:
        other = np.linspace(0.5, 1.5, int(np.prod(weight.shape)))
        weight.assign(weight + other.reshape(weight.shape))
    # One number may decide for the mini-batch; a stateful layer goes on where it was.
    draws = 2 if recurrent else 16 if hasattr(layer, "seed_generator") else 1
    modes = [*[True] * draws, False]
    called = [layer(ops.convert_to_tensor(x, "float32"), training=mode) for mode in modes]
    outputs = keras.tree.flatten(called)
    prices, constraints = layer.losses, [v.constraint for v in layer.trainable_variables]
    bounded = [
        bound(v) for bound, v in zip(constraints, layer.trainable_variables, strict=True) if bound
    ]
    return [*start, *outputs, *layer.weights, *prices, *bounded]


def _attention(layer: Any) -> list[Any]:
    """Means of four values for two queries, sixteen times in training."""
    given = [ops.convert_to_tensor(x[None], "float32") for x in (X[:2], X)]
    layer.build([x.shape for x in given])
    _spread(layer)
    return [layer(given, training=i > 0) for i in range(17)]


def _heads(layer: Any) -> list[Any]:
    """What heads find, likewise, and where their weights begin."""
    given = [ops.convert_to_tensor(x[None], "float32") for x in (X[:2], X)]
    layer.build(*(x.shape for x in given))
    start = [ops.convert_to_numpy(v) for v in layer.weights]
    _spread(layer)
    found = [layer(*given, training=i > 0) for i in range(17)]
    bounded = [v.constraint(v) for v in layer.trainable_variables if v.constraint]
    return [*start, *found, *layer.losses, *bounded]


def _block(layer: Any) -> list[Any]:
    """What a block makes of six numbers at each of eight places, sixteen times in training, and how it begins."""
    sequences = [MAPS[0]] * (2 if isinstance(layer, TransformerDecoder) else 1)
    layer.build(*(x.shape for x in sequences))
    start = [ops.convert_to_numpy(v) for v in layer.weights]
    _spread(layer)
    return [*start, *(layer(*sequences, training=i > 0) for i in range(17))]


def _spread(layer: Any) -> None:
    """Makes no two numbers of a weight equal."""
    for i, weight in enumerate(layer.trainable_variables):
        weight.assign(np.linspace(i, 1, int(np.prod(weight.shape))).reshape(weight.shape))


def _of_word_pairs(layer: Any) -> list[Any]:
    """The weights at the start, and what they say of the first words."""
    score = layer(np.array([[0, 0]]))
    return [*layer.weights, score]


def _of_boxes(metric: Any) -> list[Any]:
    """A row of boxes that lie further and further from true ones, the first with the lowest score."""
    corner = np.arange(0.0, 40, 10)[:, None]
    boxes = np.concatenate([corner, 0 * corner, corner + 8, 0 * corner + 8], 1)[None]
    found = boxes + np.arange(4)[:, None] * [1, 0, 1, 0]
    labels = np.zeros((1, 4), "int64")
    truth = {"boxes": boxes, "labels": labels}
    pred = {"boxes": found, "labels": labels, "scores": np.array([[0.1, 0.2, 0.3, 0.4]])}
    return [metric(truth, pred), metric.name]


def _of_texts(metric: Any) -> list[Any]:
    """Three words of four, and no two in the order of the reference."""
    return [metric([["a b c d"]], ["a c b"]), metric.name]


def _of_pixels(metric: Any) -> list[Any]:
    """Class numbers and one-hot rows, the label 2 among them or not; -1 for what is refused."""
    y, y_hat = np.array([0, 1, 0, 2]), np.array([0, 1, 1, 1])
    forms = [lambda x: x, lambda x: x[:, None] == np.arange(metric.num_classes)]
    found = [metric.name]
    for pixels, of_true, of_pred in itertools.product((3, 4), forms, forms):
        metric.reset_state()
        try:
            found.append(metric(of_true(y[:pixels]), of_pred(y_hat[:pixels])))
        except ValueError:
            found.append(-1.0)
    return found


_LOOKS: dict[type, Any] = {
    MeanAveragePrecision: _of_boxes,
    SiameseNetwork: lambda model: [model([X, P])],
    TenCrop: lambda model: [model(MAPS), model.data_format],
    MeanIoU: _of_pixels,
    BLEU: _of_texts,
    Perplexity: lambda metric: [metric(np.array([2, 1, 0, 1]), P), metric.name],
    WordErrorRate: lambda metric: [metric(["a b"], ["a"]), metric.name],
    CharacterErrorRate: lambda metric: [metric(["a b"], ["a"]), metric.name],
    keras.Optimizer: _optimizer,
    DotProductAttention: _attention,
    AdditiveAttention: _attention,
    GlobalAveragePooling1D: lambda layer: [layer(X[None])],
    **dict.fromkeys((GloVe, SkipGram), _of_word_pairs),
    MultiHeadAttention: _heads,
    TransformerEncoder: _block,
    TransformerDecoder: _block,
    PositionalEncoding: lambda layer: [layer(MAPS[0])],
    keras.Layer: _layer,
    TripletLoss: lambda loss: [loss(np.arange(len(P)) // 2, 2 * P)],
    CTC: lambda loss: [loss.call(np.array([[1, 2]]), P[None])],
    Dice: lambda loss: [loss.call(X[None] > 0, P[None])],
    keras.Loss: lambda loss: [loss.call(np.tile(X > 0, 2), np.tile(P, 2))],
    keras.Metric: lambda metric: [metric(X > 0, P), metric.name, *metric.variables],
    keras.Regularizer: lambda regularizer: [regularizer(X)],
    keras.Initializer: lambda initializer: [initializer(shape) for shape in (X.shape, (2, 3, 4))],
    tuple: lambda parts: [len(parts), *parts],
    Iterator: list,
    keras.optimizers.schedules.LearningRateSchedule: lambda schedule: [
        schedule.name, *(schedule(step) for step in range(0, 200, 9)),
    ],
}  # fmt: skip
