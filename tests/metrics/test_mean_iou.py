"""Mean IoU: against Keras and scikit-learn, numbers that are no class, absent classes, in `fit`, what it refuses."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops
from sklearn.metrics import jaccard_score

from dlref.metrics import MeanIoU

RNG = np.random.default_rng(0)
Y, Y_HAT = RNG.integers(0, 4, (2, 3, 8, 8))
WEIGHTS = RNG.uniform(size=(3, 8, 8))


def of(y: Any, y_hat: Any, weights: Any = None, num_classes: int = 4, **arguments: Any) -> Any:
    metric = MeanIoU(num_classes, **arguments)
    metric.update_state(y, y_hat, weights)
    return metric


def test_scikit_learn() -> None:
    every = [each.ravel() for each in (Y, Y_HAT, WEIGHTS)]
    expected = jaccard_score(*every[:2], average=None, sample_weight=every[2])
    metric = of(Y, Y_HAT, WEIGHTS, dtype="float64")
    np.testing.assert_allclose(ops.convert_to_numpy(metric.iou_per_class()), expected, rtol=1e-6)
    assert float(metric.result()) == pytest.approx(expected.mean(), rel=1e-6)


def test_absent_classes() -> None:
    """Class 2 is in a prediction and no label; 3 and 4 are nowhere, and Keras leaves them out as well."""
    y, y_hat = [0, 0, 1], [0, 2, 1]
    for absent, mean in ((None, 1.5 / 3), (1.0, 3.5 / 5), (0.0, 1.5 / 5)):
        metric = of(y, y_hat, num_classes=5, absent=absent)
        each = ops.convert_to_numpy(metric.iou_per_class())
        np.testing.assert_allclose(each, [0.5, 1, 0, *2 * [np.nan if absent is None else absent]])
        assert float(metric.result()) == pytest.approx(mean)
    theirs = keras.metrics.MeanIoU(5)
    theirs.update_state(y, y_hat)
    assert float(theirs.result()) == pytest.approx(0.5)


def test_nothing_counted_is_nan() -> None:
    metric = of(Y, Y_HAT)
    metric.reset_state()
    assert np.isnan(float(metric.result()))
    with pytest.raises(ValueError, match="MeanIoU: `update_state` must come before"):
        MeanIoU(4).result()
    assert float(of(Y, Y_HAT, 0 * WEIGHTS, absent=1.0).result()) == 1


def test_a_label_that_is_no_class() -> None:
    y = np.where(RNG.random(Y.shape) < 0.2, 255, Y)
    theirs = keras.metrics.MeanIoU(4, ignore_class=255)
    theirs.update_state(y, Y_HAT)
    for labels in (y, y.astype("uint8"), y[..., None]):
        metric = of(labels, Y_HAT, ignore_class=255)
        assert float(metric.result()) == pytest.approx(float(theirs.result()))


def test_weights_of_pictures() -> None:
    whole = np.repeat([1, 0, 0], 64).reshape(3, 8, 8)
    for weights in ([1, 0, 0], [[[1]], [[0]], [[0]]], whole, whole[..., None]):
        found = of(Y, Y_HAT, np.array(weights)).result()
        assert float(found) == pytest.approx(float(of(Y[:1], Y_HAT[:1]).result()))
    y = Y.copy()
    y[1:] = 7  # no class, and no weight
    assert np.isfinite(float(of(y, Y_HAT, [1, 0, 0]).result()))


NO_CLASS = {
    "0.9, which Keras cuts to 0": ([0.0, 1.0], [0.9, 1.0], {}),
    "a class too many, which Keras leaves out": ([0, 7], [0, 1], {}),
    "below 0": ([0, 1], [0, -1], {}),
    "NaN": ([np.nan, 1.0], [0, 1], {}),
    "a whole number of 64 bits": (np.array([0, 2**32]), np.array([0, 0]), {}),
    "NaN for one class": ([0, 1], [[1, 0, 0, 0], [0, np.nan, 0, 0]], {"sparse_y_pred": False}),
}


@pytest.mark.parametrize("name", NO_CLASS)
def test_a_number_that_is_no_class(name: str) -> None:
    y, y_hat, arguments = NO_CLASS[name]
    with pytest.raises(ValueError, match=r"MeanIoU: .*class numbers, 0 to 3\. Received others"):
        of(y, y_hat, **arguments)


def test_keras_cuts_the_number() -> None:
    """0.9 for the class 1 counts as one of class 0, with and without a dtype."""
    for dtype in (None, "float32"):
        theirs = keras.metrics.MeanIoU(2, dtype=dtype)
        theirs.update_state([0.0, 1.0], [0.1, 0.9])
        assert float(theirs.result()) == pytest.approx(0.25)
    assert float(of([0, 1], np.array([0.1, 0.9]) > 0.5, num_classes=2).result()) == 1


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_goes_on_counting(dtype: str) -> None:
    metric = MeanIoU(2, dtype=dtype)
    for _ in range(3):
        metric.update_state(np.ones(40_000), np.ones(40_000))
    metric.update_state(np.ones(120_000), np.zeros(120_000))
    assert keras.backend.standardize_dtype(metric.result().dtype) == dtype
    np.testing.assert_allclose(ops.convert_to_numpy(metric.iou_per_class()), [0, 0.5])


def small_model(metric: Any) -> Any:
    keras.utils.set_random_seed(0)
    layer = keras.layers.Conv2D(4, 1, activation="softmax")
    model = keras.Sequential([keras.Input((8, 8, 1)), layer])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=[metric])
    return model


def test_in_fit_and_after_loading(tmp_path) -> None:
    model = small_model(MeanIoU(4, sparse_y_pred=False, absent=1.0))
    x = Y[..., None].astype("float32")
    history = model.fit(x, Y, epochs=1, validation_data=(x, Y), verbose=0).history
    expected = of(Y, model.predict(x, verbose=0), sparse_y_pred=False, absent=1.0).result()
    assert history["val_mean_iou"][0] == pytest.approx(float(expected), rel=1e-5)
    stop = keras.callbacks.EarlyStopping("val_mean_iou")
    model.fit(x, Y, validation_data=(x, Y), verbose=0, callbacks=[stop])
    assert stop.monitor_op is not None and stop.monitor_op(2, 1)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    again = loaded.evaluate(x, Y, verbose=0, return_dict=True)["mean_iou"]
    expected = of(Y, model.predict(x, verbose=0), sparse_y_pred=False, absent=1.0).result()
    assert again == pytest.approx(float(expected), rel=1e-5)


def test_in_a_compiled_function_it_is_nan() -> None:
    """Where numbers are not known no error can be raised: a label 7 of 4 classes shows in the result."""
    model = small_model(MeanIoU(4, sparse_y_pred=False))
    model.compile(metrics=[MeanIoU(4, sparse_y_pred=False)], loss="mse")
    x = Y[..., None].astype("float32")
    assert np.isnan(model.evaluate(x, np.where(Y == 3, 7, Y)[..., None], verbose=0)[1])


REFUSED = {
    "scores as class numbers": (np.zeros((3, 8, 8)), np.zeros((3, 8, 8, 4)), {}, "sparse_y_pred=False"),
    "other pixels": (np.zeros((3, 8, 8)), np.zeros((3, 8, 7)), {}, "(3, 8, 7)"),
    "another number of classes": (np.zeros((3, 2)), np.zeros((3, 2, 5)), {"sparse_y_pred": False}, "last axis of 4"),
    "one number for all classes": (np.array(1), np.array(1), {"sparse_y_true": False}, "()"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    y, y_hat, arguments, says = REFUSED[name]
    with pytest.raises(ValueError) as raised:
        of(y, y_hat, **arguments)
    message = str(raised.value)
    assert says in message and message.startswith("MeanIoU: ") and "Received: " in message
