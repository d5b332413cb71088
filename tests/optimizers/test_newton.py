"""Newton's method: one step on a parabola, its order, the backend's Hessian, and what is refused."""

import keras
import numpy as np
import pytest
from keras import ops

from dlref.optimizers import BFGS, Newton, fit_full_batch

A = np.array([[3.0, 1.0], [1.0, 2.0]])


def parabola(theta):
    return theta @ A @ theta / 2 - theta.sum(), A @ theta - 1, A


def test_one_step_on_a_parabola_from_anywhere() -> None:
    for start in ([0.0, 0.0], [1e6, -1e6]):
        found = Newton().minimize(parabola, start)
        np.testing.assert_allclose(found.x, np.linalg.solve(A, [1, 1]), rtol=0, atol=1e-9)
        assert (found.iterations, found.evaluations, found.why) == (1, 2, "gradient")


def test_correct_digits_double() -> None:
    at = []

    def log_cosh(theta):
        at.append(abs(float(theta[0])))
        t = np.tanh(theta)
        return np.log(np.cosh(theta)).sum(), t, np.diag(1 - t**2)

    Newton(gradient_tolerance=1e-14).minimize(log_cosh, [0.5])
    for before, after in zip(at, at[1:-1], strict=False):
        assert after < before**2.9  # even better here: the third derivative at 0 is 0


def test_the_backend_differentiates_twice() -> None:
    start = np.array([[1.0, 2.0], [0.5, -1.0]], "float32")
    found = Newton().minimize(lambda theta: ops.sum(theta**4 + (theta - 1) ** 2), start)
    root = 0.58975451  # 4 x^3 + 2 x = 2
    np.testing.assert_allclose(found.x, np.full((2, 2), root), rtol=1e-6)
    assert found.x.dtype == "float64" and found.why == "gradient"


def test_softmax_regression_with_l2_in_a_few_steps() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, 3)), rng.integers(0, 4, 60)
    calls = []

    def cost(theta):
        calls.append(0)
        W = ops.reshape(theta, (3, 4))
        logits = ops.matmul(ops.cast(x, theta.dtype) if ops.is_tensor(theta) else x, W)
        log_a = logits - ops.logsumexp(logits, 1, keepdims=True)
        right = ops.take_along_axis(log_a, ops.convert_to_tensor(y[:, None]), 1)
        return -ops.sum(right) / 60 + 0.01 * ops.sum(W**2)

    found = Newton().minimize(cost, np.zeros(12))
    assert (
        found.iterations <= 5
        and found.why == "gradient"
        and found.values[0] == pytest.approx(np.log(4))
    )
    assert len(calls) <= 4  # traced, not run at each step


@pytest.mark.parametrize("method", [Newton, BFGS])
def test_a_function_of_operators_alone_is_differentiated(method) -> None:
    found = method().minimize(lambda t: (t[0] - 1) ** 2 + (t[1] - t[0] ** 2) ** 2, [0.5, 0.5])
    np.testing.assert_allclose(found.x, [1, 1], atol=1e-4)


def test_iterations_used_up() -> None:
    found = Newton(max_iterations=2).minimize(lambda t: ops.sum(ops.exp(t) - t), [5.0])
    assert (found.why, found.iterations, found.converged) == ("iterations", 2, False)


REFUSED = {
    "a saddle": (lambda t: (t[0] ** 2 - t[1] ** 2, 2 * t * [1, -1], np.diag([2.0, -2.0])),
                 ValueError, r"positive definite.*-2 before step 1.*a saddle point.*BFGS"),
    "a plateau": (lambda t: (0.0, np.ones(2), np.zeros((2, 2))), ValueError, "smallest eigenvalue 0 before"),
    "another shape": (lambda t: (0.0, np.ones(2), np.eye(3)), ValueError, r"shape \(2, 2\). Received: \(3, 3\)"),
    "not symmetric": (lambda t: (0.0, np.ones(2), np.array([[2.0, 1.0], [0.0, 2.0]])), ValueError, "must be symmetric"),
    "no Hessian": (lambda t: (0.0, np.ones(2)), TypeError, "a value, its gradient and its Hessian"),
    "a vector": (lambda t: (t, t, np.eye(2)), ValueError, "one number, and not a vector"),
    "NaN": (lambda t: (np.nan, t, np.eye(2)), ValueError, "at `start` must be finite"),
    "a step into nothing": (lambda t: (0.0, np.ones(2), np.eye(2) if t[0] == 1 else np.full((2, 2), np.nan)),
                            ValueError, "must be finite. Received: NaN or infinity before step 2"),
    "no function": (3, TypeError, "must be a function of an array"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name) -> None:
    function, error, says = REFUSED[name]
    with pytest.raises(error, match=f"Newton: .*{says}"):
        Newton().minimize(function, [1.0, 1.0])


def test_mini_batches_are_refused() -> None:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="Newton, which is for the full batch only"):
        model.compile(Newton(), "mse")  # pyright: ignore[reportArgumentType]


def test_a_convex_keras_model_is_trained_in_a_few_steps() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 3)), rng.integers(0, 2, (40, 1))
    l2 = keras.regularizers.L2(0.01)
    layer = keras.layers.Dense(1, "sigmoid", kernel_regularizer=l2)
    model = keras.Sequential([keras.Input((3,)), layer])
    model.compile(loss="binary_crossentropy")
    minimum = fit_full_batch(model, x, y, optimizer=Newton()).minimum
    assert minimum.why == "gradient" and minimum.iterations <= 6
    other = fit_full_batch(model, x, y, optimizer=BFGS(gradient_tolerance=1e-9)).minimum
    assert other.value == pytest.approx(minimum.value, rel=1e-9)


def test_a_network_with_a_hidden_layer_is_refused() -> None:
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(3, "tanh"), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((2,)), *layers])
    model.compile(loss="mse")
    with pytest.raises(ValueError, match="must be positive definite"):
        fit_full_batch(model, np.eye(2), np.ones((2, 1)), optimizer=Newton())
