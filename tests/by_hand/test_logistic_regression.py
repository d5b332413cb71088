"""Logistic regression by hand: its gradient against autodiff, large numbers, and inputs that do not fit."""

import keras
import numpy as np
import pytest
from keras import ops

from dlref.by_hand import DeepNetwork, LogisticRegression
from dlref.conformance.row import precision
from dlref.gradients import value_and_gradients

_rng = np.random.default_rng(0)
X, Y = _rng.normal(size=(3, 20)), (_rng.random((1, 20)) > 0.5).astype(float)


def model(features: int = 3) -> LogisticRegression:
    made = LogisticRegression(features)
    made.w, made.b = np.linspace(-1, 1, features)[:, None], 0.25
    return made


def test_gradient_is_that_of_autodiff() -> None:
    def cost(w, b):
        A = ops.sigmoid(ops.matmul(ops.transpose(w), X) + b)
        return (
            ops.sum(-Y * ops.log(A) - (1 - Y) * ops.log(1 - A)) / 20
        )  # ops.mean is float32 on JAX

    ours = model()
    with precision("float64"):
        J, dw, db = value_and_gradients(cost, [ours.w, np.array(ours.b)], 1.0)
    dZ, *gradients = ours.backward(X, Y)
    np.testing.assert_allclose(ours.cost(X, Y), J, rtol=0, atol=1e-12)
    for found, expected in zip(gradients, (dw, db), strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(dZ, ours.forward(X)[1] - Y)


def test_it_is_a_network_of_one_unit() -> None:
    ours, network = LogisticRegression(3), DeepNetwork([3, 1], initialization="zeros")
    costs = ours.fit(X, Y, 0.5, 20)
    np.testing.assert_allclose(costs, network.fit(X, Y, 0.5, 20), rtol=1e-14)
    np.testing.assert_allclose(ours.w.T, network.W[1], rtol=1e-13)
    np.testing.assert_array_equal(ours.predict(X), network.predict(X)[None])


@pytest.mark.filterwarnings("error")
def test_no_number_is_too_large() -> None:
    ours = LogisticRegression(1)
    ours.w[:] = 1.0
    far = np.array([[1000.0, -1000.0]])
    np.testing.assert_array_equal(ours.forward(far)[1], [[1, 0]])
    assert ours.cost(far, [[1, 0]]) == 0
    assert ours.cost(far, [[0, 1]]) == 1000
    np.testing.assert_array_equal(ours.backward(far, [[0, 1]])[1], [[1000.0]])


def test_labels_of_one_class_and_whole_numbers() -> None:
    ours = LogisticRegression(2)
    costs = ours.fit([[1, 2], [3, 4]], [[True, True]], 1, 5)
    assert (np.diff(costs) < 0).all() and ours.predict([[1], [3]]).tolist() == [[1]]
    assert len(ours.fit([[1], [3]], [[1]], 1, 0)) == 0


def test_keras_clips_probabilities() -> None:
    """What the row's from_logits=True is for: a loss of 1000 would be 16.1."""
    clipped = float(keras.losses.BinaryCrossentropy()([[1.0]], [[0.0]]))
    assert clipped == pytest.approx(-np.log(1e-7), rel=1e-5)


FAR = "one example in each column: shape (3, m) with m of at least 1. "
REFUSED = {
    "rows": ((X.T, Y), FAR + "Received: X.shape=(20, 3). It has one example in each row: give X.T."),
    "a vector": ((X[:, 0], Y), "X.shape=(3,)."),
    "features missing": ((X[:2], Y), FAR),
    "no examples": ((X[:, :0], Y[:, :0]), "at least 1. Received: X.shape=(3, 0)."),
    "NaN": ((np.where(X > 1, np.nan, X), Y), f"{(X > 1).sum()} of 60 are NaN or infinite."),
    "infinity": ((np.where(X > 1, np.inf, X), Y), "NaN or infinite"),
    "words": ((X.astype(str), Y), "`X` must be an array of finite real numbers"),
    "complex": ((X * 1j, Y), "It has the dtype complex128."),
    "ragged": (([[1.0], [1.0, 2.0]], Y), "`X` must be an array"),
    "labels as a vector": ((X, Y[0]), "(1, 20). Received: Y.shape=(20,). Y.reshape(1, -1) makes a row."),
    "labels as a column": ((X, Y.T), "Y.reshape(1, -1)"),
    "labels missing": ((X, Y[:, :5]), "for each of the 20 columns of `X`: shape (1, 20). Received: Y.shape=(1, 5)."),
    "labels of SVMs": ((X, 2 * Y - 1), "`Y` must hold labels 0 and 1. Received: -1. (Y == a).astype(float)"),
    "probabilities": ((X, Y / 2), "Received: 0.5."),
    "NaN for a label": ((X, np.where(Y > 0, np.nan, 0)), "`Y` must be an array of finite"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("method", ["cost", "backward", "fit"])
def test_inputs_that_do_not_fit(name: str, method: str) -> None:
    given, says = REFUSED[name]
    rest = (0.1, 1) if method == "fit" else ()
    with pytest.raises(ValueError, match="LogisticRegression: ") as raised:
        getattr(LogisticRegression(3), method)(*given, *rest)
    assert says in str(raised.value)


@pytest.mark.parametrize("features", [0, -1, 2.0, "3", None, True])
def test_features_that_are_none(features) -> None:
    with pytest.raises((TypeError, ValueError), match="LogisticRegression: `features` must be"):
        LogisticRegression(features)


@pytest.mark.parametrize(
    "arguments", [(-0.1, 1), ("0.1", 1), (float("nan"), 1), (0.1, -1), (0.1, 1.5)]
)
def test_numbers_of_fit(arguments) -> None:
    with pytest.raises((TypeError, ValueError), match="`(learning_rate|iterations)` must be"):
        LogisticRegression(3).fit(X, Y, *arguments)
