"""What is measured: units, updates, the loss, and within which time."""

import time
from math import log

import keras
import numpy as np
import pytest
from keras import ops

from dlref.losses import BinaryCrossentropy, CategoricalCrossentropy
from dlref.tuning.babysitting.activations import Activity
from dlref.tuning.babysitting.loss_meter import LossMeter, Mark, guessing, penalty
from dlref.tuning.babysitting.monitor import Budget
from dlref.tuning.babysitting.update_ratio import UpdateRatio
from tests.babysitting.conftest import network

BACKEND = keras.backend.backend()


def biased(*biases):
    return lambda *_, **__: ops.convert_to_tensor(biases, "float32")


def shares(model, x):
    return [(each.layer, each.kind, round(each.share, 3)) for each in Activity(model, x).measure()]


class TestActivity:
    x = np.zeros((8, 3), "float32")

    def test_dense_layers(self):
        dense = keras.layers.Dense
        model = keras.Sequential(
            [
                keras.Input((3,)),
                dense(4, "relu", bias_initializer=biased(-1, 0, 1, 2), name="a"),
                dense(4, "tanh", bias_initializer=biased(-9, 0, 1, 9), name="b"),
                dense(4, "sigmoid", bias_initializer=biased(-20, 20, 20, 0), name="c"),
                dense(2, "sigmoid", bias_initializer=biased(99, 99), name="out"),
            ]
        )
        for layer in model.layers:
            layer.kernel.assign(ops.zeros(layer.kernel.shape))
        expected = [("a", "dead", 0.5), ("b", "saturated", 0.5), ("c", "saturated", 0.75)]
        assert shares(model, self.x) == expected

    def test_a_unit_is_dead_only_if_it_is_for_every_example(self):
        model = keras.Sequential([keras.Input((3,)), keras.layers.ReLU(), keras.layers.Dense(1)])
        x = np.array([[-1, -1, -1], [-1, -1, 2]], "float32")
        assert shares(model, x) == [(model.layers[0].name, "dead", round(2 / 3, 3))]
        leaky = keras.Sequential([keras.Input((3,)), keras.layers.ReLU(negative_slope=0.1)])
        assert shares(leaky, x) == []

    @pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
    def test_the_units_of_a_convolution_are_its_channels(self, data_format):
        if data_format == "channels_first" and BACKEND == "tensorflow":
            pytest.skip(
                "TensorFlow has no channels-first convolution on a CPU; the suite on JAX tests it"
            )
        shape = (4, 4, 2) if data_format == "channels_last" else (2, 4, 4)
        conv = keras.layers.Conv2D(
            5,
            3,
            activation="relu",
            bias_initializer=biased(-1, -1, -1, 1, 1),
            data_format=data_format,
        )
        model = keras.Sequential([keras.Input(shape), conv, keras.layers.Flatten()])
        model.add(keras.layers.Dense(1))
        assert shares(model, np.zeros((2, *shape), "float32")) == [(conv.name, "dead", 0.6)]

    def test_models_in_models_shared_layers_and_several_inputs(self):
        inner = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3, "relu", name="deep")])
        first, second = keras.Input((3,), name="p"), keras.Input((3,), name="q")
        both = keras.layers.Add()([inner(first), inner(second)])
        model = keras.Model({"p": first, "q": second}, keras.layers.Dense(1)(both))
        found = shares(model, {"p": self.x, "q": self.x})
        assert [each[0] for each in found] == ["deep", "deep"]

    def test_a_model_of_the_user_s_own_class(self):
        class Own(keras.Model):
            def __init__(self):
                super().__init__()
                self.inside = keras.layers.Dense(4, "relu", bias_initializer=biased(-1, -1, 1, 1))
                self.last = keras.layers.Dense(1, "relu")

            def call(self, x):
                return self.last(self.inside(x))

        model = Own()
        model(self.x)
        assert [each[1:] for each in shares(model, self.x)] == [("dead", 0.5)]

    def test_the_model_stays_as_it_is(self):
        model = network(keras.optimizers.SGD(0.1), dropout=0.5)
        before = [np.array(v) for v in model.variables]
        calls = [layer.call.__func__ for layer in model.layers]
        Activity(model, np.ones((4, 64), "float32")).measure()
        assert [layer.call.__func__ for layer in model.layers] == calls
        assert all("call" not in vars(layer) for layer in model.layers)
        for old, new in zip(before, model.variables, strict=True):
            np.testing.assert_array_equal(old, np.array(new))

    def test_an_error_leaves_the_layers_as_they_are(self):
        model = network(keras.optimizers.SGD(0.1))
        with pytest.raises(Exception):  # noqa: B017 - of the wrong shape
            Activity(model, np.ones((4, 5), "float32")).measure()
        assert all("call" not in vars(layer) for layer in model.layers)


class TestUpdateRatio:
    def test_of_one_update(self):
        model = network(keras.optimizers.SGD(0.1))
        ratio = UpdateRatio(model)
        x, y = np.ones((4, 64), "float32"), np.zeros(4)
        old = [np.array(w) for w in model.trainable_variables]
        ratio.start()
        model.train_on_batch(x, y)
        new = [np.array(w) for w in model.trainable_variables]
        norm = np.linalg.norm
        matrices = [(a, b) for a, b in zip(old, new, strict=True) if a.ndim > 1]
        expected = np.median([norm(b - a) / norm(a) for a, b in matrices])
        assert ratio.finish() == pytest.approx(expected, rel=1e-5)
        assert len(matrices) == 3

    def test_of_several_updates_is_their_mean(self):
        model = network(keras.optimizers.SGD(1e-4))
        ratios = []
        for updates in (1, 4):
            ratio = UpdateRatio(model)
            ratio.start()
            for _ in range(updates):
                model.train_on_batch(np.ones((4, 64), "float32"), np.zeros(4))
            ratios.append(ratio.finish())
        assert ratios[1] == pytest.approx(ratios[0], rel=0.05)

    def test_waits_for_accumulated_gradients(self):
        model = network(keras.optimizers.SGD(0.1, gradient_accumulation_steps=3))
        ratio = UpdateRatio(model)
        ratio.start()
        for expected in (True, True, False):
            model.train_on_batch(np.ones((4, 64), "float32"), np.zeros(4))
            assert (ratio.finish() is None) is expected

    def test_a_deep_model_is_sampled(self):
        model = keras.Sequential([keras.Input((2,)), *(keras.layers.Dense(2) for _ in range(40))])
        model.compile("sgd", "mse")
        assert len(UpdateRatio(model).matrices) == 10


class TestLoss:
    @pytest.mark.parametrize(
        ("loss", "classes"),
        [
            ("sparse_categorical_crossentropy", 10),
            ("categorical_crossentropy", 10),
            ("binary_crossentropy", 2),
            (keras.losses.sparse_categorical_crossentropy, 10),
            (keras.losses.CategoricalCrossentropy(label_smoothing=0.1), 10),
            (CategoricalCrossentropy(), 10),
            (BinaryCrossentropy(), 2),
        ],
    )
    def test_guessing(self, loss, classes):
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(10, "softmax")])
        model.compile("sgd", loss)
        assert guessing(model) == (classes, log(classes))

    @pytest.mark.parametrize(
        "loss",
        ["mse", "kl_divergence", keras.losses.CategoricalCrossentropy(reduction="sum"), None],
    )
    def test_no_guessing(self, loss):
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(10, "softmax")])
        model.compile("sgd", loss)
        assert guessing(model) is None

    def test_the_first_loss_of_a_uniform_prediction_is_ln_c(self, watched):
        model = network(keras.optimizers.SGD(0.1), initializer="zeros", kernel_regularizer="l2")
        model.layers[-1].kernel.assign(ops.zeros((64, 10)))
        run = watched(model, epochs=1)
        assert run.panda.session.monitor.measurements.first == pytest.approx(log(10), rel=1e-5)

    def test_since(self):
        model = network(keras.optimizers.SGD(0.0))
        meter = LossMeter(model)
        x, y = np.ones((4, 64), "float32"), np.zeros(4)
        first = float(model.train_on_batch(x, y)[0])
        assert meter.since(Mark()) == pytest.approx(first)
        assert meter.since(meter.mark()) is None

    def test_penalty(self):
        model = keras.Sequential(
            [keras.Input((2,)), keras.layers.Dense(1, kernel_regularizer="l1")]
        )
        model.layers[0].kernel.assign([[3.0], [-4.0]])
        assert penalty(model) == pytest.approx(0.07)


class TestBudget:
    def test_takes_its_share_and_no_more(self):
        budget = Budget(share=0.1)
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < 1.0:
            if budget.allows():
                count += 1
                with budget.spend():
                    time.sleep(0.005)
        assert 3 < count
        assert budget.spent < 0.13 * (time.perf_counter() - began)

    def test_what_happens_once_is_free(self):
        budget = Budget(share=0.1)
        with budget.spend(free=True):
            time.sleep(0.02)
        assert budget.spent == 0.0 and budget.allows()


def test_every(watched):
    run = watched(network(keras.optimizers.SGD(0.1)), epochs=2, every=10)
    steps = [event["step"] for event in run.events if event["kind"] == "sample"]
    assert steps == [1, 11, 21, 31, 41, 51, 61, 71, 81]


def test_a_long_epoch_is_judged_within(watched, monkeypatch):
    monkeypatch.setattr("dlref.tuning.babysitting.monitor.STRETCH", 10)
    run = watched(network(keras.optimizers.SGD(1e-6)), epochs=1, every=1)
    (advice,) = [event for event in run.events if event.get("key") == "rate_too_low"]
    assert advice["step"] < 40


def test_one_batch_in_an_epoch(watched):
    x, y = np.eye(64, dtype="float32"), np.zeros(64)
    model = network(keras.optimizers.SGD(0.1))
    run = watched(model, 4, data=(x[:16], y[:16], x, y))
    assert run.panda.session.monitor.measurements.first == pytest.approx(
        run.history["loss"][0], rel=1e-5
    )


def test_mixed_precision(watched):
    keras.config.set_dtype_policy("mixed_float16")
    run = watched(network(keras.optimizers.SGD(0.1)), epochs=3)
    assert run.said == [] and run.state.get("checks") is None
    assert run.state["settable"]["learning_rate"] == pytest.approx(0.1)
