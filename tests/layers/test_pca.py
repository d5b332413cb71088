"""PCA and whitening: what they do to a training set, and how exact they are."""

from typing import Any

import keras
import numpy as np
import pytest
import sklearn.decomposition
from keras import ops
from sklearn.datasets import load_digits

from dlref.layers import PCA, Whitening
from tests.errors.hostile import refuses
from tests.populations.searching import check_against_fit, flowers, network

X = load_digits().data[:500].astype("float32")
BOTH = pytest.mark.parametrize("kind", [PCA, Whitening])
numbers = ops.convert_to_numpy


def adapted(data: Any, kind: Any = PCA, **arguments: Any) -> Any:
    layer = kind(**arguments)
    layer.adapt(data)
    return layer


def covariance(x: Any) -> np.ndarray:
    return np.cov(numbers(x).astype("float64"), rowvar=False, bias=True)


def test_what_is_turned_is_not_correlated() -> None:
    layer = adapted(X)
    np.testing.assert_allclose(covariance(layer(X)), np.diag(numbers(layer.variances)), atol=2e-3)
    assert np.isclose(numbers(layer.variances).sum(), X.var(0, dtype="float64").sum())
    assert np.all(np.diff(numbers(layer.variances)) <= 0)


def test_what_is_whitened_has_variance_1() -> None:
    """But along the axes of hardly any: eight pixels are constant, and stay 0."""
    layer = adapted(X, Whitening)
    s = numbers(layer.variances)
    np.testing.assert_allclose(covariance(layer(X)), np.diag(s / (s + 1e-5)), atol=1e-4)
    assert np.sum(s < 1e-9) == 8 and s[-9] > 1e-3


@pytest.mark.parametrize("components", [1, 10, 60])
def test_the_axes_of_scikit_learn_with_their_signs(components: int) -> None:
    theirs = sklearn.decomposition.PCA(components, svd_solver="full").fit_transform(
        X.astype("float64")
    )
    ours = numbers(adapted(X, components=components)(X))
    np.testing.assert_allclose(ours, theirs, atol=1e-3)


def test_batches_and_axes_in_front() -> None:
    """Rows and columns of images count as examples, as time steps do."""
    whole = adapted(X)
    for data in (np.split(X, [3, 4, 300]), X.reshape(50, 10, 64), iter([(X, None)])):
        np.testing.assert_allclose(
            numbers(adapted(data).variances), numbers(whole.variances), rtol=1e-5, atol=1e-5
        )
    x = X[:20].reshape(4, 5, 64)
    np.testing.assert_allclose(numbers(whole(x)).reshape(20, 64), numbers(whole(X[:20])), atol=1e-4)


@BOTH
def test_a_mean_that_is_large_beside_sigma(kind: Any) -> None:
    x = np.random.default_rng(0).normal(0, 1, (5000, 2)) * [1, 2] + 1e5
    layer = adapted(np.split(x.astype("float32"), 20), kind)
    exact = np.linalg.eigvalsh(covariance(x.astype("float32")))[::-1]
    np.testing.assert_allclose(numbers(layer.variances), exact, rtol=1e-6)


@BOTH
def test_half_precision_rounds_what_is_turned(kind: Any) -> None:
    """100,000 is infinite in float16."""
    x = 1e5 + 100 * X
    exact = numbers(adapted(x, kind)(x))
    half = adapted(x, kind, dtype="mixed_float16")(x)
    assert keras.backend.standardize_dtype(half.dtype) == "float16"
    np.testing.assert_allclose(numbers(half), exact, rtol=2e-3, atol=2e-3)


@BOTH
def test_a_copy_and_a_file_keep_the_axes(kind: Any, tmp_path: Any) -> None:
    model = keras.Sequential([keras.Input((64,)), adapted(X, kind, components=7)])
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for other in (copy, loaded):
        np.testing.assert_array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))


def test_a_population_is_trained_on_what_it_whitens(tmp_path: Any) -> None:
    def build(hp: Any) -> keras.Model:
        rate = hp.Float("learning_rate", 0.01, 0.1)
        hidden = adapted(flowers()[0], Whitening, components=4), keras.layers.Dense(4, "relu")
        return network(*hidden, optimizer=keras.optimizers.SGD(rate))

    heard = check_against_fit(build, tmp_path)
    assert heard.populations == ["3 trials, mini-batch 32"]


@BOTH
@pytest.mark.parametrize(
    ("arguments", "shape", "argument"),
    [
        ({"components": 5}, (None, 4), "components"),
        ({}, (None, None), "inputs"),
        ({}, (4,), "inputs"),
        ({}, (), "inputs"),
    ],
)
def test_inputs_that_do_not_fit(kind: Any, arguments: Any, shape: Any, argument: str) -> None:
    refuses(f"layers.{kind.__name__}", argument, lambda: kind(**arguments).build(shape))


@BOTH
@pytest.mark.parametrize(
    "data", [X[:0], [], np.where(X > 15, np.nan, X), X[:, :3], X[0], "abc", X * 1e30]
)
def test_what_it_cannot_adapt_to(kind: Any, data: Any) -> None:
    layer = adapted(X, kind)
    before = layer.get_weights()
    refuses(f"layers.{kind.__name__}", "data", lambda: layer.adapt(data))
    assert all(map(np.array_equal, before, layer.get_weights()))
