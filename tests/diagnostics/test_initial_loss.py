"""The loss before training: what is compared, with what, and which losses have no price of guessing."""

from math import log
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from dlref import losses
from dlref.diagnostics import initial_loss

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(40, 6)), RNG.integers(0, 3, 40)


def network(loss: Any = "sparse_categorical_crossentropy", scale: float = 0.01, **last: Any) -> Any:
    start = keras.initializers.RandomNormal(stddev=scale, seed=1)
    model = keras.Sequential(
        [keras.Input((6,)), layers.Dense(3, "softmax", kernel_initializer=start, **last)]
    )
    model.compile("sgd", loss)
    return model


def test_the_lecture_s_numbers() -> None:
    """Two layers of 50 and 10 units on 32 × 32 × 3 pixels, drawn with 0.0001: 2.30, and 3.07 with a strength of 1e3."""
    x, y = RNG.normal(size=(20, 3072)), RNG.integers(0, 10, 20)
    for strength, cost in ((0.0, 2.302), (1e3, 3.07)):
        kind = {
            "kernel_initializer": keras.initializers.RandomNormal(stddev=1e-4, seed=3),
            "kernel_regularizer": keras.regularizers.L2(strength / 2),
        }
        stack = [layers.Dense(50, "relu", **kind), layers.Dense(10, "softmax", **kind)]
        model = keras.Sequential([keras.Input((3072,)), *stack])
        model.compile(loss="sparse_categorical_crossentropy")
        found = initial_loss(model, x, y)
        assert found.verdict == "good" and found.expected == pytest.approx(log(10))
        assert found.loss == pytest.approx(log(10), abs=1e-4)
        assert found.cost == pytest.approx(cost, abs=0.005)


@pytest.mark.parametrize(
    ("scale", "verdict"), [(0.0, "good"), (0.3, "good"), (30.0, "high"), (1e-3, "good")]
)
def test_the_scale_of_the_weights(scale: float, verdict: str) -> None:
    found = initial_loss(network(scale=scale), X, Y)
    assert found.verdict == verdict
    assert ("too high" in str(found)) is (verdict == "high")


def test_a_trained_model_is_low() -> None:
    model = network()
    x = np.eye(3)[Y] @ RNG.normal(size=(3, 6)) * 20
    model.fit(x, Y, epochs=60, verbose=0)
    found = initial_loss(model, x, Y)
    assert found.verdict == "low" and "trained before" in str(found)


@pytest.mark.parametrize(
    ("loss", "classes"),
    [
        ("crossentropy", 3),
        ("categorical_crossentropy", 3),
        (keras.losses.CategoricalCrossentropy(label_smoothing=0.1), 3),
        (losses.CategoricalCrossentropy(), 3),
        (keras.losses.CategoricalCrossentropy(reduction="mean_with_sample_weight"), 3),
        (keras.losses.CategoricalCrossentropy(reduction="sum"), None),
        (keras.losses.CategoricalFocalCrossentropy(), None),
        (lambda y, y_pred: ops.mean((y - y_pred) ** 2), None),
        ("mse", None),
    ],
)
def test_losses(loss: Any, classes: int | None) -> None:
    weights = RNG.uniform(1, 3, 40) if "weight" in getattr(loss, "reduction", "") else None
    found = initial_loss(network(loss), X, np.eye(3)[Y], weights)
    if classes is None:
        assert found.expected is None and found.verdict == "not known" and "not known" in str(found)
    else:
        assert found.expected == pytest.approx(log(classes))
        assert found.loss == pytest.approx(log(classes), abs=0.02)


def test_classes_that_are_ignored() -> None:
    """The loss of an ignored example is 0, and counts in the mean."""
    loss = keras.losses.SparseCategoricalCrossentropy(ignore_class=0)
    assert initial_loss(network(loss), X, Y).verdict == "not known"


def test_binary_labels_and_no_compiling() -> None:
    model = keras.Sequential([layers.Dense(4, "sigmoid", kernel_initializer="zeros")])
    found = initial_loss(model, X, RNG.integers(0, 2, (40, 4)), loss="binary_crossentropy")
    assert found.loss == pytest.approx(log(2)) == found.expected
    assert model.built and model.loss is None


def test_weights_of_examples_and_of_outputs() -> None:
    x = keras.Input((6,))
    start = {"kernel_initializer": "zeros"}
    outputs = {
        "p": layers.Dense(1, "sigmoid", name="p", **start)(x),
        "q": layers.Dense(5, name="q", **start)(x),
    }
    model = keras.Model(x, outputs)
    loss = {
        "p": "binary_crossentropy",
        "q": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    }
    model.compile("sgd", loss, loss_weights={"p": 0.5, "q": 2.0})
    labels = {"p": Y[:, None] % 2, "q": Y}
    weights = {"p": RNG.uniform(size=40), "q": RNG.uniform(1, 2, 40)}
    expected = 0.5 * weights["p"].mean() * log(2) + 2 * weights["q"].mean() * log(5)
    found = initial_loss(model, X, labels, weights)
    assert found.expected == pytest.approx(expected) == found.loss
    assert found.verdict == "good" and "2 classes and 5 classes" in str(found)


def test_dropout_and_batch_norm_stay_as_they_are() -> None:
    model = keras.Sequential([keras.Input((6,)), layers.BatchNormalization(), layers.Dropout(0.5)])
    model.add(layers.Dense(3, "softmax"))
    model.compile("sgd", "sparse_categorical_crossentropy")
    before = [np.array(v) for v in model.variables]
    once, again = initial_loss(model, X, Y), initial_loss(model, X, Y)
    assert once == again != initial_loss(model, X, Y, training=False)
    for old, new in zip(before, model.variables, strict=True):
        np.testing.assert_array_equal(old, np.array(new))


def test_activity_regularization_is_no_loss_of_the_data() -> None:
    model = network(scale=0.0, activity_regularizer="l2")
    found = initial_loss(model, X, Y)
    assert found.loss == pytest.approx(log(3)) and found.regularization == pytest.approx(0.01 / 3)


@pytest.mark.parametrize(
    ("x", "y", "loss", "message"),
    [
        (X[:0], Y[:0], "mse", "at least one example"),
        (X, Y[:9], "mse", "as many examples"),
        (np.full((40, 6), np.nan), Y, "mse", "finite numbers"),
        (X.tolist(), Y, "mse", r"make one: np\.array\(x\)"),
        (X, Y, None, "must have a loss"),
        (X, None, "mse", "`y` must be given"),
        (X, X[:, :3], keras.losses.MeanSquaredError(reduction=None), "one number"),
        (X, Y, lambda y, y_pred: ops.log(0 * ops.mean(y_pred)), "must be finite"),
    ],
)
def test_bad_input(x: Any, y: Any, loss: Any, message: str) -> None:
    model = keras.Sequential([keras.Input((6,)), layers.Dense(3)])
    with pytest.raises(ValueError, match=f"initial_loss: .*{message}"):
        initial_loss(model, x, y, loss=loss)


def test_wrong_types() -> None:
    with pytest.raises(TypeError, match="must be a keras.Model"):
        initial_loss(layers.Dense(3), X, Y)
    with pytest.raises(TypeError, match="training"):
        initial_loss(network(), X, Y, training=1)


def test_labels_that_are_no_class() -> None:
    """Keras on JAX takes them for examples without a class; on TensorFlow it raises by itself."""
    with pytest.raises(
        Exception, match="labels must be whole numbers from 0 to 2|outside the valid range"
    ):
        initial_loss(network(), X, Y + 1)


def test_layers_that_raise_in_float64() -> None:
    """Keras' RandomRotation, on TensorFlow: the first loss is computed in the model's own precision."""
    images = RNG.integers(0, 255, (4, 8, 8, 3)).astype("uint8")
    model = keras.Sequential(
        [layers.Rescaling(1 / 255), layers.RandomRotation(0.1), layers.Flatten()]
    )
    model.add(layers.Dense(3, "softmax", kernel_initializer="zeros"))
    found = initial_loss(model, images, Y[:4], loss="sparse_categorical_crossentropy")
    assert found.loss == pytest.approx(log(3))
