"""All that `fit` reports in its history, name by name: with weights or without, however the data are cut."""

from itertools import product

import keras
import numpy as np
import pytest

from tests.populations.searching import arguments, fit, flowers, search, tolerance

EXAMPLES, DEV = 100, 50  # in mini-batches of 32, of which the last is smaller


def one_output(hp):
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    accuracy = keras.metrics.SparseCategoricalAccuracy
    top = keras.metrics.SparseTopKCategoricalAccuracy(2, name="top")
    model.compile(
        rate(hp), loss, metrics=["accuracy", top], weighted_metrics=[accuracy("weighted")]
    )
    return model


def two_outputs(hp):
    inputs = keras.Input((6,))
    outputs = {"cls": keras.layers.Dense(3, name="cls")(inputs)}
    outputs["reg"] = keras.layers.Dense(1, name="reg")(inputs)
    model = keras.Model(inputs, outputs)
    losses = {"cls": keras.losses.SparseCategoricalCrossentropy(from_logits=True), "reg": "mse"}
    metrics = {"cls": ["accuracy"], "reg": ["mae", keras.metrics.RootMeanSquaredError()]}
    weighted = {"reg": ["mse"]}
    weights = {"cls": 1.0, "reg": 0.1}
    model.compile(rate(hp), losses, weights, metrics=metrics, weighted_metrics=weighted)
    return model


def rate(hp):
    return keras.optimizers.SGD(hp.Float("learning_rate", 0.01, 0.05))


def labels(examples):
    x, y = flowers(examples)
    return x, y


def both(examples):
    x, y = flowers(examples)
    return x, {"cls": y, "reg": x.sum(1, keepdims=True)}


MODELS = {"one output": (one_output, labels), "two outputs": (two_outputs, both)}


def weights(examples):
    return np.linspace(0.1, 2.0, examples, dtype="float32")


def check_history(build, directory, **options):
    tuner, heard = search(build, directory, 2, arguments(shuffle=False, epochs=2, **options))
    assert [line.partition(",")[0] for line in heard.populations] == ["2 trials"], heard.notes
    # Compiled, as by default: eagerly Keras takes another mean of the loss of one of several outputs.
    history = fit(build, tuner, 1, epochs=2, eagerly=False, **options)
    found = heard.results[1].curves
    assert found.keys() == history.keys()
    for name, curve in history.items():
        assert found[name] == pytest.approx(curve, rel=tolerance()), name


CUTS = ("validation_data", "validation_split")
WEIGHTED = ("neither set", "training set", "development set", "both sets")


@pytest.mark.parametrize(
    ("model", "cut", "weighted"),
    [
        each
        for each in product(MODELS, CUTS, WEIGHTED)
        if each[1] == "validation_data" or each[2] in ("neither set", "both sets")
    ],
)
def test_history(tmp_path, model, cut, weighted):
    build, of = MODELS[model]
    (x, y), dev = of(EXAMPLES), of(DEV)
    options = {"x": x, "y": y}
    if weighted in ("training set", "both sets"):
        options["sample_weight"] = weights(EXAMPLES)
    if cut == "validation_split":
        options |= {"validation_data": None, "validation_split": 0.45}
    elif weighted in ("development set", "both sets"):
        options["validation_data"] = (*dev, weights(DEV))
    else:
        options["validation_data"] = dev
    check_history(build, tmp_path, **options)


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("labels_of", ["numbers", "columns", "one-hot"])
def test_history_with_class_weight(tmp_path, cut, labels_of):
    """One of three classes is left out: its weight is 1. The development set has no weights."""
    of = {"numbers": labels, "columns": in_columns, "one-hot": one_hot}[labels_of]
    build = with_loss("mse", metrics=["mae"], weighted_metrics=["mse"])
    if labels_of != "one-hot":
        loss = "sparse_categorical_crossentropy"
        build = with_loss(loss, metrics=["accuracy"], weighted_metrics=[loss])
    (x, y), dev = of(EXAMPLES), of(DEV)
    cuts = {"validation_data": dev}
    if cut == "validation_split":
        cuts = {"validation_data": None, "validation_split": 0.45}
    check_history(build, tmp_path, x=x, y=y, class_weight={0: 3.0, 2: 0.25}, **cuts)


def test_class_weight_beside_sample_weight_is_refused_as_in_keras(tmp_path):
    both_weights = {"class_weight": {0: 2.0}, "sample_weight": weights(EXAMPLES)}
    _, heard = search(one_output, tmp_path, 1, arguments(**both_weights))
    assert heard.states == ["failed"] and "at the same time" in heard.results[0].message


def masked(hp):
    layers = [keras.Input((6,)), keras.layers.Reshape((6, 1)), keras.layers.Masking(0.0)]
    model = keras.Sequential([*layers, keras.layers.Dense(1)])
    model.compile(rate(hp), "mse", metrics=["mae"], weighted_metrics=["mse"])
    return model


def with_loss(loss, classes=3, **options):
    def build(hp):
        model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(classes, "softmax")])
        model.compile(rate(hp), loss, **options)
        return model

    return build


def some_masked(examples):
    x, _ = flowers(examples)
    return x * (np.arange(examples)[:, None] > x), x[..., None]


def in_columns(examples):
    x, y = flowers(examples)
    return x, y[:, None]


def one_hot(examples):
    x, y = flowers(examples)
    return x, np.eye(3, dtype="float32")[y]


def root_mean_square(y, y_pred):
    return keras.ops.sqrt(keras.ops.mean(keras.ops.square(y - y_pred)))


IN_MINI_BATCHES = {  # what depends on how the examples are cut into mini-batches
    "steps that are masked": (masked, some_masked),
    "classes that are ignored": (
        with_loss(keras.losses.SparseCategoricalCrossentropy(ignore_class=1)),
        labels,
    ),
    "Dice": (with_loss("dice"), one_hot),
    "Dice along the examples": (with_loss(keras.losses.Dice(axis=0)), one_hot),
    "cosine along the examples": (with_loss(keras.losses.CosineSimilarity(axis=0)), one_hot),
    "divided by the weights": (
        with_loss(keras.losses.MeanSquaredError("mean_with_sample_weight")),
        one_hot,
    ),
    "a loss of one's own": (with_loss(root_mean_square), one_hot),
    "a metric of one's own": (with_loss("mse", metrics=[root_mean_square]), one_hot),
    "a metric that is such a loss": (with_loss("mse", metrics=[keras.losses.dice]), one_hot),
    "a sum": (with_loss(keras.losses.MeanSquaredError("sum")), one_hot),
}


@pytest.mark.parametrize("name", IN_MINI_BATCHES)
def test_history_of_what_depends_on_the_mini_batch(tmp_path, name):
    build, of = IN_MINI_BATCHES[name]
    (x, y), dev = of(EXAMPLES), of(DEV)
    weighted = (*dev, weights(DEV)) if "weights" in name else dev
    check_history(build, tmp_path, x=x, y=y, validation_data=weighted)
