"""F1: in `fit`, against Keras and scikit-learn, and what it refuses."""

import keras
import numpy as np
import pytest
from keras import ops
from sklearn.metrics import f1_score

from dlref.metrics import F1Score

RNG = np.random.default_rng(0)
Y = np.eye(4)[RNG.integers(0, 4, 200)]
SCORES = Y * 0.5 + RNG.uniform(size=(200, 4))


def of(y, scores, weights=None, **arguments):
    metric = F1Score(dtype="float64", **arguments)
    metric.update_state(y, scores, weights)
    return ops.convert_to_numpy(metric.result())


@pytest.mark.parametrize("average", [None, "micro", "macro", "weighted"])
def test_scikit_learn(average) -> None:
    weights = RNG.uniform(size=200)
    expected = f1_score(Y.argmax(1), SCORES.argmax(1), average=average, sample_weight=weights)
    np.testing.assert_allclose(of(Y, SCORES, weights, average=average), expected, rtol=1e-12)
    many = f1_score(Y, SCORES > 0.5, average=average, sample_weight=weights)
    found = of(Y, SCORES, weights, average=average, threshold=0.5)
    np.testing.assert_allclose(found, many, rtol=1e-12)


def test_small_weights_change_nothing_but_in_keras() -> None:
    weights = np.full(200, 1e-9)
    np.testing.assert_allclose(of(Y, SCORES, weights), of(Y, SCORES), rtol=1e-12)
    keras_metric = keras.metrics.F1Score(dtype="float64")
    keras_metric.update_state(Y, SCORES, weights)
    assert np.all(ops.convert_to_numpy(keras_metric.result()) < 0.5 * of(Y, SCORES))


@pytest.mark.parametrize("average", [None, "micro", "macro", "weighted"])
def test_nothing_right_is_0(average) -> None:
    for y, scores in ((np.eye(3), np.eye(3)[[1, 2, 0]]), (np.zeros((2, 3)), np.zeros((2, 3)))):
        assert np.all(of(y, scores, average=average) == 0)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_goes_on_counting(dtype) -> None:
    metric = F1Score(threshold=0.5, dtype=dtype)
    for _ in range(3):
        metric.update_state(np.ones((40_000, 1)), np.ones((40_000, 1)))
    metric.update_state(np.ones((120_000, 1)), np.zeros((120_000, 1)))
    assert keras.backend.standardize_dtype(metric.result().dtype) == dtype
    assert abs(float(metric.result()[0]) - 2 / 3) < 0.01


def test_nan_comes_out() -> None:
    assert np.isnan(of([[np.nan], [1.0]], [[1.0], [1.0]], threshold=0.5)).all()


@pytest.mark.parametrize("weights", [np.arange(4.0), np.arange(4.0)[:, None]])
def test_labels_and_weights_of_one_axis(weights) -> None:
    y, scores = np.array([1, 0, 1, 1]), np.array([[0.9], [0.8], [0.2], [0.7]])
    for labels in (y, y[:, None]):
        np.testing.assert_allclose(
            of(labels, scores, weights, threshold=0.5), 2 * 3 / (2 * 3 + 1 + 2)
        )


def test_in_fit_and_after_loading(tmp_path) -> None:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, "softmax")])
    pair = [F1Score("macro"), keras.metrics.F1Score("macro", name="keras_f1")]
    model.compile("adam", "categorical_crossentropy", metrics=pair)
    history = model.fit(SCORES, Y, epochs=2, validation_data=(SCORES, Y), verbose=0).history
    for name in ("", "val_"):
        np.testing.assert_allclose(
            history[f"{name}f1_score"], history[f"{name}keras_f1"], rtol=1e-5
        )
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    scores = loaded.evaluate(SCORES, Y, verbose=0, return_dict=True)
    predicted = model.predict(SCORES, verbose=0).argmax(1)
    expected = f1_score(Y.argmax(1), predicted, average="macro")
    np.testing.assert_allclose(scores["f1_score"], expected, rtol=1e-5)


def test_a_callback_knows_that_more_is_better() -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, "softmax")])
    model.compile("sgd", "categorical_crossentropy", metrics=[F1Score("micro")])
    stop = keras.callbacks.EarlyStopping("f1_score", patience=1)
    model.fit(SCORES, Y, epochs=1, verbose=0, callbacks=[stop])
    assert stop.monitor_op is not None and stop.monitor_op(2, 1)


REFUSED = {
    "whole numbers as labels": (lambda: of(np.zeros(3), np.zeros((3, 4))), "keras.utils.to_categorical"),
    "another number of classes": (lambda: of(np.zeros((3, 1)), np.zeros((3, 4))), "(3, 4)"),
    "three axes": (lambda: of(np.zeros((3, 2, 2)), np.zeros((3, 2, 2))), "one shape (m, C)"),
    "no class": (lambda: of(np.zeros((3, 0)), np.zeros((3, 0))), "one shape (m, C)"),
    "one output without a threshold": (lambda: of(np.ones((3, 1)), np.ones((3, 1))), "threshold=0.5"),
    "nothing counted": (lambda: F1Score().result(), "`update_state` must come before"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name) -> None:
    call, says = REFUSED[name]
    with pytest.raises(ValueError) as raised:
        call()
    message = str(raised.value)
    assert says in message and message.startswith("F1Score: ") and "Received: " in message
