"""BFGS and L-BFGS as SciPy's, on its test problems and on a Keras model; what they refuse, and where they end."""

import keras
import numpy as np
import pytest
import scipy.optimize
from keras import ops
from scipy.optimize import rosen, rosen_der

from dlref.conformance.second_order import PROBLEMS
from dlref.optimizers import BFGS, LBFGS, Adam, fit_full_batch

METHODS = [(BFGS, "BFGS"), (LBFGS, "L-BFGS-B")]
# What takes steps that are far too short or too long at first: all ways to the next step are gone.
LONG_SEARCHES = {
    "bell": (lambda t: (-np.exp(-t @ t / 2), t * np.exp(-t @ t / 2)), [3.0, 0.5]),
    "kink": (
        lambda t: (np.sum((1 + 1e4 * t**2) ** 0.5), 1e4 * t / (1 + 1e4 * t**2) ** 0.5),
        [0.7, -2.0],
    ),
    "wall": (lambda t: (np.sum(np.exp(20 * t) - t), 20 * np.exp(20 * t) - 1), [-3.0]),
    "wall from above": (lambda t: (np.sum(np.exp(20 * t) - t), 20 * np.exp(20 * t) - 1), [1.0]),
}
both = pytest.mark.parametrize("make", [BFGS, LBFGS])
X = np.random.default_rng(0).normal(size=(12, 3))
Y = X @ [[1.0], [-2.0], [0.5]] + 3


def rosenbrock(theta):
    return rosen(theta), rosen_der(theta)


def linear(*layers, loss="mse"):
    model = keras.Sequential([keras.Input((3,)), *layers, keras.layers.Dense(1)])
    if loss:
        model.compile("adam", loss)
    return model


@pytest.mark.parametrize(("make", "method"), METHODS)
@pytest.mark.parametrize("problem", [*sorted(PROBLEMS.keys() - {"Wood"}), *LONG_SEARCHES])
def test_as_many_iterations_and_evaluations_as_scipy(make, method, problem) -> None:
    function, start = (PROBLEMS | LONG_SEARCHES)[problem]
    found = make().minimize(function, start)
    scipys = scipy.optimize.minimize(function, start, jac=True, method=method)
    assert (found.iterations, found.evaluations) == (scipys.nit, scipys.nfev)
    assert np.allclose(found.x, scipys.x, atol=1e-7) and found.converged
    assert found.value == found.values[-1] == function(found.x)[0]
    assert found.gradient_norm == abs(function(found.x)[1]).max()
    assert str(found.iterations) in str(found)


@both
def test_a_function_of_tensors_is_differentiated_in_float64(make) -> None:
    def of_tensors(theta):
        return ops.sum(100 * (theta[:, 1] - theta[:, 0] ** 2) ** 2 + (1 - theta[:, 0]) ** 2)

    found = make().minimize(of_tensors, [[-1.2, 1.0]])
    assert found.iterations == make().minimize(rosenbrock, [-1.2, 1.0]).iterations
    assert found.x.shape == (1, 2) and np.allclose(found.x, 1, atol=1e-5)
    assert keras.config.floatx() == "float32"


@both
@pytest.mark.parametrize("outside", [np.nan, np.inf])
def test_where_a_function_is_not_defined_the_steps_are_shorter(make, outside) -> None:
    def barrier(theta):
        if theta[0] <= 0:
            return outside, np.array([outside])
        return theta[0] - np.log(theta[0]), 1 - 1 / theta

    found = make().minimize(barrier, [30.0])
    assert found.converged and abs(found.x[0] - 1) < 1e-4


@both
def test_after_a_search_in_vain_it_starts_again(make) -> None:
    """Along the gradient: for a while the function is not a number, longer than a search lasts."""
    count, vain = 0, make.search.evaluations

    def blind(theta):
        nonlocal count
        count += 1
        return (np.nan, theta) if 10 <= count < 10 + vain else rosenbrock(theta)

    found = make().minimize(blind, [-1.2, 1.0])
    assert found.why != "line search" and np.allclose(found.x, 1, atol=1e-4)
    assert found.evaluations == count > 10 + vain


@both
def test_why_it_ended(make) -> None:
    assert make(max_iterations=3).minimize(rosenbrock, [-1.2, 1.0]).why == "iterations"
    assert make(max_iterations=3).minimize(rosenbrock, [-1.2, 1.0]).iterations == 3
    assert make().minimize(rosenbrock, [1.0, 1.0]).iterations == 0
    uphill = make().minimize(lambda theta: (theta @ theta, -theta), [1.0, 2.0])
    assert uphill.why == "line search" and not uphill.converged
    assert uphill.x.tolist() == [1.0, 2.0]
    assert LBFGS(value_tolerance=1e-2).minimize(rosenbrock, [-1.2, 1.0]).why == "value"


@both
@pytest.mark.parametrize(
    ("function", "start", "words"),
    [
        ("J", [1.0], "function of an array"),
        (lambda theta: (theta, theta), [1.0, 2.0], "not a vector.*sum or the mean"),
        (lambda theta: ops.convert_to_tensor([1.0, 2.0]), [1.0, 2.0], "not a vector"),
        (lambda theta: 1.0, [1.0], "return J, g"),
        (lambda theta: (1.0, [1.0, 2.0]), [1.0], r"shape of `start`, \(1,\)"),
        (lambda theta: (np.nan, theta), [1.0], "finite.*Start elsewhere"),
        (lambda theta: (1.0, theta * np.inf), [1.0], "finite"),
        (rosenbrock, [1.0, np.nan], "`start` must hold finite"),
        (rosenbrock, [], "`start` must hold finite"),
        (rosenbrock, "here", "`start` must be an array"),
    ],
)
def test_what_cannot_be_minimized_is_named(make, function, start, words) -> None:
    with pytest.raises((TypeError, ValueError), match=f"{make.__name__}: .*{words}"):
        make().minimize(function, start)


@both
def test_compile_refuses_it_with_the_reason(make) -> None:
    with pytest.raises(ValueError, match=r"each mini-batch is another function.*fit_full_batch"):
        linear(loss=None).compile(make(), "mse")


@pytest.mark.parametrize(("make", "method"), METHODS)
def test_a_model_is_trained_as_by_scipy(make, method) -> None:
    """By the cost of a linear model with L2, in NumPy: a half for the kernel's square."""

    def cost(theta):
        error = X @ theta[:3] + theta[3] - Y[:, 0]
        by_kernel = 2 * X.T @ error / len(X) + theta[:3]
        value = np.mean(error**2) + theta[:3] @ theta[:3] / 2
        return value, np.append(by_kernel, 2 * np.mean(error))

    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(1, kernel_regularizer=keras.regularizers.L2(0.5))]
    )
    model.compile("adam", "mse")
    start = np.concatenate([v.ravel() for v in model.get_weights()]).astype("float64")
    history = fit_full_batch(model, X, Y, optimizer=make())
    scipys = scipy.optimize.minimize(cost, start, jac=True, method=method)
    assert history.minimum.iterations == scipys.nit
    assert history.minimum.evaluations == scipys.nfev
    assert np.allclose(
        np.concatenate([v.ravel() for v in model.get_weights()]), scipys.x, atol=1e-6
    )
    assert abs(model.evaluate(X, Y, verbose=0) - history.history["loss"][-1]) < 1e-5
    assert len(history.epoch) == len(history.history["loss"]) == scipys.nit + 1
    assert history.model is model


def test_weights_of_examples_count() -> None:
    model, weight = linear(), np.arange(12) < 6
    other = np.where(weight[:, None], Y, 100)
    fit_full_batch(model, X, other, sample_weight=weight.astype(float), optimizer=BFGS(1e-8))
    assert np.allclose(model.predict(X, verbose=0), Y, atol=1e-4)


@pytest.mark.parametrize(
    ("model", "x", "optimizer", "words"),
    [
        (lambda: "model", X, None, "keras.Model"),
        (lambda: linear(keras.layers.Dropout(0.5)), X, None, "same function.*seed.*dropout"),
        (lambda: linear(keras.layers.BatchNormalization()), X, None, "moving_mean.*freeze"),
        (lambda: linear(loss=None), X, None, "must have a loss"),
        (linear, X, Adam(), "LBFGS, BFGS or Newton.*compile"),
        (linear, X * np.nan, None, "NaN"),
        (linear, X[:5], None, "as many examples"),
        (linear, iter([X]), None, "mini-batches would be another function"),
    ],
)
def test_a_model_that_cannot_be_trained_so_is_named(model, x, optimizer, words) -> None:
    with pytest.raises((TypeError, ValueError), match=f"fit_full_batch: .*{words}"):
        fit_full_batch(model(), x, Y, optimizer=optimizer)


def test_a_model_without_weights_is_named() -> None:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Activation("relu")])
    model.compile("adam", "mse")
    with pytest.raises(ValueError, match="weights that can be trained"):
        fit_full_batch(model, X, X)
