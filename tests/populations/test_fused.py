"""On TensorFlow XLA compiles what trains long, which computes the same; what it cannot compile goes on as it was."""

from functools import partial

import keras
import pytest
import tensorflow as tf

from dlref import layers, optimizers, regularizers
from dlref.tuning import log_uniform
from dlref.tuning.populations.program import tensorflow_function, tensorflow_program
from dlref.tuning.search import trial_batch as rounds
from tests.populations.searching import (
    arguments,
    check_against_fit,
    network,
    search,
    tolerance,
)

FROM_LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@pytest.fixture
def fused(monkeypatch):
    """Every training is long enough; for each call of a compiled program the examples there are."""
    own, calls = tensorflow_function.Traced.fused, []

    def call(self, *args):
        calls.append(args[2][0].shape[0])
        return own(self, *args)

    monkeypatch.setattr(tensorflow_program, "FUSING", -1.0)
    monkeypatch.setattr(tensorflow_function.Traced, "fused", call)
    return calls


def build(hp, drop=False):
    units, keep = hp.Int("units", 5, 12), hp.Float("keep_prob", 0.5, 1.0)
    l2 = regularizers.L2(log_uniform(hp, "l2", 1e-2, 10.0), 100)
    hidden = [
        keras.layers.Dense(units, use_bias=False, kernel_regularizer=l2),
        layers.BatchNormalization(),
        keras.layers.ReLU(),
        *([layers.Dropout(1 - keep)] if drop else []),
    ]
    return network(*hidden, optimizer=optimizers.Adam(log_uniform(hp, "alpha", 1e-4, 1e-2)))


@pytest.mark.parametrize("floatx", ["float32", "float64"])
def test_it_equals_fit(tmp_path, fused, floatx):
    if floatx == "float64":
        keras.config.set_floatx(floatx)
        keras.config.set_dtype_policy(floatx)
    heard = check_against_fit(build, tmp_path, epochs=5, batch_size=16)  # and a rest of 4 examples
    assert heard.states == ["finished"] * 3 and len(fused) >= 3


def test_convolutions_equal_fit(tmp_path, fused):
    def convolving(hp):
        rate = log_uniform(hp, "alpha", 1e-4, 1e-2)
        image, kinds = keras.layers.Reshape((3, 2, 1)), keras.layers
        hidden = (
            kinds.Conv2D(3, 2, padding="same"),
            kinds.SeparableConv2D(3, 2, padding="same", activation="relu"),
            kinds.Conv2DTranspose(2, 2, strides=2),
        )
        return network(image, *hidden, kinds.Flatten(), optimizer=optimizers.Adam(rate))

    heard = check_against_fit(convolving, tmp_path, epochs=5, batch_size=16)
    assert heard.states == ["finished"] * 3 and len(fused) >= 3


def test_the_masks_are_the_same(tmp_path, fused, monkeypatch):
    dropping, long = partial(build, drop=True), arguments(epochs=5)
    _, compiled = search(dropping, tmp_path / "compiled", fit=long)
    assert len(fused) >= 3  # the first two epochs may tell how long it takes
    monkeypatch.setattr(tensorflow_program, "FUSING", float("inf"))
    _, heard = search(dropping, tmp_path / "not", fit=long)
    for one, other in zip(compiled.curves(), heard.curves(), strict=True):
        assert one == pytest.approx(other, rel=tolerance())


def test_it_is_compiled_once(tmp_path, fused, monkeypatch):
    compiled = []

    def traces(function, **options):
        if options.get("jit_compile"):
            compiled.append(function)
        return function_of(function, **options)

    function_of = tf.function
    monkeypatch.setattr(tensorflow_function.tf, "function", traces)
    search(build, tmp_path, fit=arguments(epochs=5, batch_size=20, shuffle=True))
    assert len(compiled) == 1 and len(fused) >= 3


def test_what_xla_cannot_compile_goes_on(tmp_path, fused):
    """Dawson's integral has a vectorized form in TensorFlow, but none in XLA."""

    def loss(y_true, y_pred):
        return FROM_LOGITS(y_true, y_pred) + tf.reduce_mean(tf.math.special.dawsn(y_pred) ** 2)

    def odd(hp):
        model = build(hp)
        model.compile(model.optimizer, loss)
        return model

    heard = check_against_fit(odd, tmp_path, epochs=3)
    assert heard.states == ["finished"] * 3
    assert heard.populations == ["3 trials, mini-batch 32, padded to 9"] and len(fused) == 1


def test_without_memory_it_is_a_smaller_population(tmp_path, fused, monkeypatch):
    def call(self, *args):
        fused.append(args[0]["metrics"][0].shape[0])
        if fused[-1] > 2:
            raise tf.errors.ResourceExhaustedError(None, None, "out of memory")
        return own(self, *args)

    own = tensorflow_function.Traced.fused
    monkeypatch.setattr(tensorflow_function.Traced, "fused", call)
    _, heard = search(build, tmp_path)
    assert heard.states == ["finished"] * 4
    assert "out of memory: populations of 2 from here on" in heard.notes


def test_a_large_dropout_layer_is_not(tmp_path, fused, monkeypatch):
    """Compiled, it would be given 64 mini-batches of random numbers whenever it takes one."""
    monkeypatch.setattr(tensorflow_program, "NUMBERS", 64 * 32 * 9 - 1)
    _, heard = search(partial(build, drop=True), tmp_path)
    assert heard.states == ["finished"] * 4
    assert heard.populations == ["4 trials, mini-batch 32, padded to 9"] and not fused
    monkeypatch.setattr(tensorflow_program, "NUMBERS", 64 * 32 * 9)
    search(partial(build, drop=True), tmp_path / "of that size")
    assert fused


def test_a_short_training_is_not(tmp_path, monkeypatch):
    monkeypatch.delattr(tensorflow_function.Traced, "fused")
    _, heard = search(build, tmp_path)
    assert heard.states == ["finished"] * 4


class AtOnce:
    """Does in the same thread what is submitted."""

    def submit(self, function, *args):
        function(*args)


def test_compiled_while_the_trials_are_built_it_computes_the_same(tmp_path, fused, monkeypatch):
    monkeypatch.setattr(tensorflow_program, "FUSING", float("inf"))
    monkeypatch.setattr(tensorflow_program, "COMPILER", AtOnce())

    def fixed(hp):
        hp.Fixed("units", 6)
        return build(hp, drop=True)

    curves = []
    for many in (8, 9):
        monkeypatch.setattr(rounds, "MANY", many)
        _, heard = search(fixed, tmp_path / str(many), 8)
        curves.append(heard.curves())
        assert bool(fused) == (many == 8)
        fused.clear()
    for one, other in zip(*curves, strict=True):
        assert one == pytest.approx(other, rel=tolerance())
