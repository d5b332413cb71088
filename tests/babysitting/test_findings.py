"""Trainings of the digits that are sick in one way each, and healthy ones that must not be bothered."""

import re
from math import log

import keras
import numpy as np
import pytest

from dlref.layers import BatchNormalization
from dlref.tuning.digits import load_data
from tests.babysitting.conftest import network

SGD, Adam = keras.optimizers.SGD, keras.optimizers.Adam
Normal = keras.initializers.RandomNormal


def normalized():
    model = keras.Sequential([keras.Input((64,))])
    for _ in range(2):
        model.add(keras.layers.Dense(64, use_bias=False))
        model.add(BatchNormalization(momentum=0.9))
        model.add(keras.layers.Activation("relu"))
        model.add(keras.layers.Dropout(0.2))
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile(SGD(0.02, momentum=0.9), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def convolutional():
    model = keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Reshape((8, 8, 1)),
            keras.layers.Conv2D(8, 3, activation="relu", kernel_regularizer="l2"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@pytest.mark.parametrize(
    "build",
    [
        lambda: network(SGD(0.1)),
        lambda: network(Adam(0.003)),
        lambda: network(Adam(0.001), dropout=0.2),
        lambda: network(SGD(0.1), "tanh", "glorot_normal"),
        lambda: network(SGD(0.01, momentum=0.9), depth=4),
        normalized,
        convolutional,
    ],
)
def test_a_healthy_run_is_told_nothing(build, watched):
    run = watched(build(), epochs=12)
    assert run.said == [] and run.panda.advice == [] and run.state.get("checks") is None
    assert run.history["val_accuracy"][-1] > 0.9
    assert run.state["status"] == "finished"


@pytest.mark.parametrize("optimizer", [lambda: SGD(1e-4), lambda: Adam(1e-5)])
def test_a_learning_rate_too_low(optimizer, watched):
    run = watched(network(optimizer()))
    assert "rate_too_low" in run.said and "rate_too_high" not in run.said
    rate = float(run.model.optimizer.learning_rate)
    assert f"the learning rate {rate:.3g} is too low. Try {10 * rate:.3g}." in run.text(
        "rate_too_low"
    )


@pytest.mark.parametrize("optimizer", [lambda: Adam(0.3), lambda: SGD(1.0, momentum=0.9)])
def test_a_learning_rate_too_high(optimizer, watched):
    run = watched(network(optimizer()))
    assert {"rate_too_high", "flat_and_high"} & set(run.said) and "rate_too_low" not in run.said
    assert "subset" not in run.said and "not_learning" not in run.said


def test_a_loss_that_becomes_nan_ends_the_run(watched):
    model = network(SGD(1e4), activation="linear")
    run = watched(model, epochs=50)
    assert "nan" in run.said and run.state["status"] == "diverged"
    assert len(run.history["loss"]) < 50 and not np.isfinite(run.history["loss"][-1])
    assert re.search(r"became (nan|inf) .* The learning rate 1e\+04 is too high", run.text("nan"))


def test_a_loss_that_becomes_nan_may_go_on(watched):
    run = watched(network(SGD(1e4), activation="linear"), epochs=3, stop_on_nan=False)
    assert run.panda.advice and len(run.history["loss"]) == 3


def test_nan_in_the_inputs_is_not_the_learning_rate(watched):
    x, y, x_dev, y_dev = load_data()
    x = np.where(np.arange(64) == 30, np.nan, x).astype("float32")
    run = watched(network(SGD(0.1)), data=(x, y, x_dev, y_dev))
    assert run.said == ["nan_in_data"] and run.panda.advice == [run.text("nan_in_data")]
    assert len(run.history["loss"]) == 1  # ended at once


def test_a_model_that_makes_nan_before_the_first_update(watched):
    model = network(SGD(0.1), activation=lambda z: keras.ops.sqrt(z - 100), dropout=0.0)
    run = watched(model)
    assert run.said == ["nan_at_start"] and "before the first update" in run.text("nan_at_start")


def test_dead_units_by_bad_initialization(watched):
    run = watched(network(SGD(0.1), bias_initializer=keras.initializers.Constant(-30.0)))
    assert "dead" in run.said
    assert "hidden0 100%" in run.text("dead")
    assert run.said.count("dead") == 1  # until it changes


def test_units_that_a_learning_rate_kills(watched):
    run = watched(network(SGD(1.0, momentum=0.9)), epochs=6)
    layers = {share.layer: share.share for share in run.panda.session.monitor.measurements.layers}
    assert max(layers.values()) > 0.4 and "dead" in run.said


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_saturated_units(activation, watched):
    run = watched(network(SGD(0.1), activation, Normal(stddev=3.0)))
    assert "saturated" in run.said
    shares = re.findall(r"hidden\d (\d+)%", run.text("saturated"))
    assert len(shares) == 2 and min(map(int, shares)) > 70


def test_the_output_layer_may_saturate(watched):
    x, y, x_dev, y_dev = load_data()
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile(SGD(0.1), "binary_crossentropy", metrics=["accuracy"])
    run = watched(model, 6, data=(x, y == 0, x_dev, y_dev == 0))
    assert run.said == []


def test_the_first_loss_against_guessing(watched):
    run = watched(network(SGD(0.01), initializer=Normal(stddev=1.0)), epochs=1)
    measurements = run.panda.session.monitor.measurements
    assert measurements.expected == log(10) and measurements.first > 10
    assert f"The first loss is {measurements.first:.3g}" in run.text("first_loss_high")
    assert "ln 10 = 2.3" in run.text("first_loss_high")


def test_regularization_is_not_part_of_the_first_loss(watched):
    model = network(SGD(0.0001), kernel_regularizer=keras.regularizers.L2(1.0))
    run = watched(model, epochs=1)
    measurements = run.panda.session.monitor.measurements
    assert measurements.penalty > 100 and measurements.first < log(10) + 1.5
    assert "first_loss_high" not in run.said


def test_a_trained_model_is_not_judged_by_its_first_loss(watched):
    model = network(SGD(0.1))
    watched(model, epochs=6)
    assert watched(model, epochs=2).said == []


def test_overfitting(watched):
    x, _, x_dev, y_dev = load_data()
    labels = np.random.default_rng(0).integers(0, 10, len(x))
    model = network(Adam(0.003))
    run = watched(model, 20, data=(x, labels, x_dev, y_dev))
    assert {"variance", "memorizing"} <= set(run.said)
    epoch = int(re.search(r"since epoch (\d+)", run.text("memorizing"))[1])
    assert epoch == int(np.argmin(run.history["val_loss"][: epoch + 3])) + 1
    assert run.said.count("variance") <= 5  # each time the gap doubles


def test_a_model_too_small_has_bias(watched):
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(1), keras.layers.Dense(10)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(Adam(0.03), loss=loss, metrics=["accuracy"])
    run = watched(model, epochs=15, target_error=0.02)
    assert "bias" in run.said and "2.0% is the target" in run.text("bias")


def test_advice_in_korean_is_printed(watched, capsys):
    watched(network(SGD(1e-5)), language="ko", verbose=True)
    printed = capsys.readouterr().out
    assert "[babysitter] 손실이 거의 줄지 않고" in printed and "1e-05" in printed
