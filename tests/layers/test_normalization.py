"""Normalization: what it adapts to, how exact it is, and where it is kept."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from dlref.layers import Normalization, adapting
from tests.errors.hostile import refuses
from tests.populations.searching import check_against_fit, flowers, network

X = np.random.default_rng(0).normal(3, 2, (60, 4)).astype("float32")
Y = np.zeros(60)
numbers = ops.convert_to_numpy


class Batches(keras.utils.PyDataset):
    """`X` in batches of 16, the last one of 12; endless if it has no number of batches."""

    def __init__(self, batches: int | None = 4) -> None:
        super().__init__()
        self.batches = batches

    @property
    def num_batches(self) -> Any:
        return self.batches

    def __getitem__(self, index: int) -> Any:
        return X[16 * index : 16 * index + 16], Y[16 * index : 16 * index + 16]


class Frame:
    """An array by another name, as a table of pandas is."""

    shape = X.shape

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return X


def dataset(*arrays: np.ndarray) -> tf.data.Dataset:
    return tf.data.Dataset.from_tensor_slices(arrays[0] if len(arrays) == 1 else arrays)


FORMS = {
    "array": lambda: X,
    "float64": lambda: X.astype("float64"),
    "tensor": lambda: ops.convert_to_tensor(X),
    "frame": Frame,
    "list": lambda: np.split(X, [7, 8, 8, 50]),
    "generator with labels": lambda: ((x, 0) for x in np.split(X, [7, 8])),
    "dataset": lambda: dataset(X).batch(7),
    "dataset with labels": lambda: dataset(X, Y).batch(7),
    "dataset of vectors": lambda: dataset(X),
    "dataset of vectors with labels": lambda: dataset(X, Y),
    "PyDataset": Batches,
}


def adapted(data: Any, kind: Any = Normalization, **arguments: Any) -> Any:
    layer = kind(**arguments)
    layer.adapt(data)
    return layer


def statistics(layer: Any) -> Any:
    """Mean and variance of the first feature."""
    return tuple(float(numbers(v).ravel()[0]) for v in (layer.mean, layer.variance))


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_a_training_set(form: str) -> None:
    exact = X.astype("float64")
    layer = adapted(FORMS[form]())
    np.testing.assert_allclose(numbers(layer.mean)[0], exact.mean(0), rtol=2e-7)
    np.testing.assert_allclose(numbers(layer.variance)[0], exact.var(0), rtol=2e-7)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "int8", "bool"])
def test_numbers_of_another_kind(dtype: str) -> None:
    data = ops.cast(ops.convert_to_tensor(X), dtype)
    exact = numbers(ops.cast(data, "float64"))
    np.testing.assert_allclose(statistics(adapted(data)), (exact[:, 0].mean(), exact[:, 0].var()))


@pytest.mark.parametrize(
    ("axis", "reduced"),
    [(-1, (0, 1, 2)), (None, (0, 1, 2, 3)), ((1, 2), (0, 3)), ((1, 2, 3), 0), (0, (1, 2, 3)), (range(4), ())],
)  # fmt: skip
def test_features(axis: Any, reduced: Any) -> None:
    """Also where each example is a feature; parts of a batch are whole examples."""
    x = np.random.default_rng(0).normal(1, 2, (6, 40, 30, 20)).astype("float32")
    assert x.size > 2 * adapting.NUMBERS
    layer, exact = adapted(x, axis=axis), x.astype("float64")
    for found, expected in ((layer.mean, exact.mean), (layer.variance, exact.var)):
        expected = expected(reduced, keepdims=True)
        assert found.shape == expected.shape
        np.testing.assert_allclose(numbers(found), expected, rtol=1e-6, atol=1e-7)


IN_BATCHES = {"array": lambda x: x, "batches": lambda x: np.split(x, range(32, len(x), 32))}


@pytest.mark.parametrize("data", IN_BATCHES.values(), ids=IN_BATCHES)
def test_a_mean_that_is_large_beside_sigma(data: Any) -> None:
    """Of 10,000 numbers around a million Keras' float32 finds a mean that is off by 22 sigma, in batches by 0.1."""
    x = np.random.default_rng(0).normal(1e6, 1, (10_000, 2)).astype("float32")
    exact = x[:, 0].astype("float64")
    mean, variance = statistics(adapted(data(x)))
    assert mean == np.float32(exact.mean())
    assert variance == pytest.approx(exact.var(), rel=1e-7)
    theirs = statistics(adapted(data(x), keras.layers.Normalization))
    assert abs(theirs[0] - exact.mean()) > 0.1 and abs(theirs[1] / exact.var() - 1) > 0.1


@pytest.mark.parametrize("data", IN_BATCHES.values(), ids=IN_BATCHES)
@pytest.mark.parametrize("value", [0.1, 1000.1, 1e6 + 0.1])
def test_a_constant_feature_becomes_0(data: Any, value: float) -> None:
    x = np.full((10_000, 1), value, "float32")
    layer = adapted(data(x))
    assert statistics(layer) == (np.float32(value), 0)
    assert not numbers(layer(x[:4])).any()


@pytest.mark.parametrize("kind", [Normalization, keras.layers.Normalization])
def test_another_value_of_a_constant_feature_is_divided_by_epsilon(kind: Any) -> None:
    layer = adapted(np.full((8, 1), 2.0), kind)
    np.testing.assert_allclose(numbers(layer(np.array([[3.0]]))), [[1e7]], rtol=1e-6)


def test_the_way_back() -> None:
    there, back = adapted(X), adapted(X, invert=True)
    np.testing.assert_allclose(numbers(back(there(X))), X, rtol=1e-6, atol=1e-6)


def test_half_precision_rounds_what_is_normalized() -> None:
    """Keras rounds first: 100,000 is infinite in float16."""
    x = 1e5 + 100 * X
    exact = (x - x.mean(0, dtype="float64")) / x.std(0, dtype="float64")
    np.testing.assert_allclose(
        numbers(adapted(x, dtype="mixed_float16")(x)), exact, rtol=1e-3, atol=1e-3
    )
    theirs = adapted(x, keras.layers.Normalization, dtype="mixed_float16")
    assert not np.isfinite(numbers(theirs(x))).any()


class Outer(keras.layers.Layer):
    """A layer that casts what it holds."""

    def __init__(self, inner: Any) -> None:
        super().__init__(dtype="mixed_float16")
        self.inner = inner

    def call(self, inputs: Any) -> Any:
        return self.inner(inputs)


def test_statistics_are_not_rounded_inside_a_layer_of_half_precision() -> None:
    """2049 is no number of float16."""
    x = np.array([[2048.0], [2050.0]])
    outer = Outer(adapted(x, dtype="mixed_float16"))
    np.testing.assert_allclose(numbers(outer(x)), [[-1], [1]])


def model_of(layer: Any) -> keras.Model:
    return keras.Sequential([keras.Input((4,)), layer])


@pytest.mark.parametrize(
    ("kind", "counts"), [(Normalization, True), (keras.layers.Normalization, False)]
)
def test_weights_that_are_set_count(kind: Any, counts: bool) -> None:
    """In Keras they do only if `adapt` or a file sets them: its copy of a model normalizes nothing."""
    model = model_of(adapted(X, kind))
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    assert np.array_equal(copy.predict(X, verbose=0), model.predict(X, verbose=0)) == counts


@pytest.mark.parametrize(
    ("kind", "counts"), [(Normalization, True), (keras.layers.Normalization, False)]
)
def test_a_compiled_model_sees_what_is_adapted_anew(kind: Any, counts: bool) -> None:
    model = model_of(adapted(X, kind))
    before = model.predict(X, verbose=0)
    model.layers[0].adapt(X + 10)
    np.testing.assert_allclose(
        model.predict(X + 10, verbose=0),
        before if counts else before + 10 / X.std(0),
        rtol=1e-3,
        atol=1e-3,
    )


def test_weights_of_keras_fit_and_go_back() -> None:
    ours, theirs = Normalization(), adapted(X, keras.layers.Normalization)
    ours.build(X.shape)
    ours.set_weights(theirs.get_weights())
    np.testing.assert_allclose(numbers(ours(X)), numbers(theirs(X)), rtol=1e-6, atol=1e-6)
    assert [v.name for v in ours.weights] == [v.name for v in theirs.weights]
    assert [v.shape for v in ours.weights] == [v.shape for v in theirs.weights]


def test_a_file_keeps_the_statistics(tmp_path: Any) -> None:
    model = model_of(adapted(X))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(X, verbose=0), model.predict(X, verbose=0))


@pytest.mark.parametrize(
    "arguments", [{}, {"mean": 1, "variance": 4}, {"mean": 1, "variance": 4, "invert": True}]
)
def test_in_a_pipeline_of_tensorflow(arguments: Any) -> None:
    layer = Normalization(**arguments)
    if keras.backend.backend() == "jax":
        refuses("layers.Normalization", "inputs", lambda: dataset(X).map(layer))
    layer.build(X.shape) if arguments else layer.adapt(X)
    batches = [x.numpy() for x in dataset(X).batch(7).map(layer)]
    np.testing.assert_allclose(np.concatenate(batches), numbers(layer(X)), rtol=1e-6, atol=1e-6)


def test_mean_and_variance_broadcast_along_the_features() -> None:
    layer = Normalization(axis=(3, 1), mean=[1.0, 2.0, 3.0], variance=4)
    x = np.random.default_rng(0).normal(size=(2, 5, 4, 3)).astype("float32")
    np.testing.assert_allclose(numbers(layer(x)), (x - [1, 2, 3]) / 2, rtol=1e-6, atol=1e-6)


def test_a_population_is_trained_on_what_it_normalizes(tmp_path: Any) -> None:
    def build(hp: Any) -> keras.Model:
        rate = hp.Float("learning_rate", 0.01, 0.1)
        layers = adapted(flowers()[0]), keras.layers.Dense(4, "relu")
        return network(*layers, optimizer=keras.optimizers.SGD(rate))

    heard = check_against_fit(build, tmp_path)
    assert heard.populations == ["3 trials, mini-batch 32"]


NAN = np.where(np.arange(4) == 2, np.nan, X)
REFUSED = {
    "nothing": (None, "data"),
    "a number": (5, "data"),
    "text": ("abc", "data"),
    "numbers in lists": ([[1.0, 2.0], [3.0, 4.0]], "data"),
    "text in an array": (np.array([["a"]]), "data"),
    "objects": (np.array([[None]]), "data"),
    "complex numbers": (X * 1j, "data"),
    "no batch": ([], "data"),
    "no example": (X[:0], "data"),
    "NaN": (NAN, "data"),
    "infinite numbers in a batch": ([X, np.full_like(X, np.inf)], "data"),
    "a variance beyond float32": (X * 1e30, "data"),
    "other features in a batch": ([X, X[:, :3]], "data"),
    "one feature in a batch": ([X, X[:, :1]], "data"),
    "other axes in a batch": ([X, X[None]], "data"),
    "fewer axes in a batch": ([X, X[0]], "data"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_it_cannot_adapt_to(what: str) -> None:
    data, argument = REFUSED[what]
    layer = adapted(X)
    refuses("layers.Normalization", argument, lambda: layer.adapt(data))
    assert statistics(layer) == statistics(adapted(X))  # it stays as it was


def test_nan_is_said_where() -> None:
    message = refuses("layers.Normalization", "data", lambda: adapted(NAN))
    assert "1 of 4 features" in message and "[2]" in message


@pytest.mark.parametrize("data", [lambda: dataset(X).batch(7).repeat(), lambda: Batches(None)])
@pytest.mark.timeout(20)
def test_what_never_ends(data: Any) -> None:
    refuses("layers.Normalization", "data", lambda: adapted(data()))


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({"mean": 1.0}, "variance"),
        ({"variance": 1.0}, "mean"),
        ({"mean": 0, "variance": -1e-9}, "variance"),
        ({"mean": 0, "variance": [1, np.nan, 1, 1]}, "variance"),
        ({"mean": [[1.0] * 4], "variance": 1}, "mean"),
        ({"mean": [1.0, 2.0], "variance": 1}, "mean"),
        ({"mean": 1, "variance": [1.0, 2.0, 3.0]}, "variance"),
        ({"axis": 2}, "axis"),
        ({"axis": -3}, "axis"),
        ({"axis": (1, -1)}, "axis"),
    ],
)
def test_arguments_that_do_not_fit(arguments: Any, argument: str) -> None:
    refuses("layers.Normalization", argument, lambda: Normalization(**arguments).build((None, 4)))


def test_a_feature_axis_of_unknown_size() -> None:
    refuses("layers.Normalization", "axis", lambda: Normalization().build((4, None)))


def test_a_given_mean_does_not_adapt() -> None:
    refuses("layers.Normalization", "mean", lambda: adapted(X, mean=0, variance=1))
