"""A deep network by hand: its gradients against autodiff and differences, how it starts, and what it refuses."""

import numpy as np
import pytest
from keras import ops

from dlref import activations
from dlref.by_hand import DeepNetwork
from dlref.conformance.row import precision
from dlref.gradients import value_and_gradients

_rng = np.random.default_rng(0)
CLASSES = _rng.integers(0, 3, 12)
X, ONE_HOT, BINARY = _rng.normal(size=(4, 12)), np.eye(3)[:, CLASSES], CLASSES[None] == 1
G = {name: getattr(activations, name) for name in ("sigmoid", "tanh", "relu", "leaky_relu")}
every_network = pytest.mark.parametrize(
    ("activation", "dims"), [(name, dims) for name in G for dims in ([4, 5, 3, 1], [4, 6, 3])]
)


def made(dims, activation):
    """A network whose biases are not 0 either."""
    network = DeepNetwork(dims, activation, seed=1)
    for b in network.b.values():
        b[:] = np.linspace(-0.5, 0.5, len(b))[:, None]
    return network, ONE_HOT if dims[-1] > 1 else BINARY


@every_network
def test_gradients_are_those_of_autodiff(activation, dims) -> None:
    network, Y = made(dims, activation)
    layers, y = len(dims) - 1, Y.astype(float)

    def cost(*parameters):
        A = ops.convert_to_tensor(X)
        for layer, (W, b) in enumerate(zip(parameters[::2], parameters[1::2], strict=True), 1):
            Z = ops.matmul(W, A) + b
            A = G[activation](Z) if layer < layers else Z
        if dims[-1] > 1:
            return -ops.sum(y * ops.log_softmax(Z, axis=0)) / 12
        return ops.sum(ops.softplus(Z) - y * Z) / 12  # ops.mean is float32 on JAX

    parameters = [v for layer in network.W for v in (network.W[layer], network.b[layer])]
    with precision("float64"):
        J, *expected = value_and_gradients(cost, parameters, 1.0)
    gradients = network.backward(X, Y)
    found = [v for layer in network.W for v in (gradients[layer].dW, gradients[layer].db)]
    np.testing.assert_allclose(network.cost(X, Y), J, rtol=0, atol=1e-12)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


@every_network
def test_gradient_check(activation, dims) -> None:
    """The lecture's: differences with epsilon 1e-7, and a ratio that it calls great."""
    network, Y = made(dims, activation)
    gradients, a, b = network.backward(X, Y), [], []
    for name in "Wb":
        for layer, theta in getattr(network, name).items():
            for place in np.ndindex(theta.shape):
                costs, start = [], theta[place]
                for step in (1e-7, -1e-7):
                    theta[place] = start + step
                    costs.append(network.cost(X, Y))
                theta[place] = start
                a.append((costs[0] - costs[1]) / 2e-7)
                b.append(getattr(gradients[layer], f"d{name}")[place])
    apart = np.linalg.norm(np.subtract(a, b))
    assert apart / (np.linalg.norm(a) + np.linalg.norm(b)) < 1e-7


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
@pytest.mark.parametrize("units", [1, 3])
def test_no_number_is_too_large(units, activation) -> None:
    network = DeepNetwork([1, 2, units], activation, seed=0)
    labels = np.eye(3)[:, [0, 1]] if units > 1 else [[0, 1]]
    far = [[1e6, -1e6]]
    assert np.isfinite(network.cost(far, labels))
    for layer in network.backward(far, labels).values():
        assert all(np.isfinite(v).all() for v in layer)


def test_how_it_starts() -> None:
    deviations = {
        name: [
            float(W.std()) for W in DeepNetwork([200, 300, 100], "tanh", name, seed=0).W.values()
        ]
        for name in ("zeros", "small", "he")
    }
    assert deviations["zeros"] == [0, 0]
    np.testing.assert_allclose(deviations["small"], 0.01, rtol=0.02)
    np.testing.assert_allclose(deviations["he"], np.sqrt([2 / 200, 2 / 300]), rtol=0.02)
    one, same, other, *drawn = (DeepNetwork([3, 2], seed=s).W[1] for s in (1, 1, 2, None, None))
    assert (one == same).all() and (one != other).all() and (drawn[0] != drawn[1]).all()


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "leaky_relu"])
def test_zeros_never_break_the_symmetry(activation) -> None:
    """Each unit stays as the others; a random 0.01 tells them apart within 100 steps."""
    spread = {}
    for name in ("zeros", "small"):
        network = DeepNetwork([4, 4, 1], activation, name, seed=0)
        network.fit(X, BINARY, 1.0, 100)
        spread[name] = max(np.ptp(network.W[1], axis=0).max(), np.ptp(network.W[2]))
        moved = np.abs(network.W[1]).max()
        assert (moved > 0.01) == (name == "small" or activation == "sigmoid")
    assert spread["zeros"] <= 1e-15  # rows of one product may be rounded differently
    assert spread["small"] > 0.01


def test_what_it_learns() -> None:
    network = DeepNetwork([4, 8, 3], "tanh", seed=0)
    costs = network.fit(X, ONE_HOT, 0.5, 500)
    assert costs[0] > 0.9 and costs[-1] < 0.05
    np.testing.assert_array_equal(network.predict(X), CLASSES)


REFUSED = {
    "rows": ((X.T, ONE_HOT), "DeepNetwork: `X` must have one example in each column: shape (4, m)"),
    "dims that do not fit": ((X[:3], ONE_HOT), "shape (4, m) with m of at least 1. Received: X.shape=(3, 12)."),
    "numbers of classes": (
        (X, CLASSES), "shape (3, 12). Received: Y.shape=(12,). keras.utils.to_categorical(classes).T makes them"),
    "one-hot rows": ((X, ONE_HOT.T), "Received: Y.shape=(12, 3). keras.utils.to_categorical(classes).T"),
    "numbers that are no labels": ((X, 2 * ONE_HOT), "labels 0 and 1. Received: 2. keras"),
    "several classes": ((X, np.ones((3, 12))), "one 1 in each column. Received: 3 of them in column 0."),
    "no class": ((X, 0 * ONE_HOT), "Received: 0 of them in column 0."),
    "NaN": ((X * np.nan, ONE_HOT), "48 of 48 are NaN"),
    "no examples": ((X[:, :0], ONE_HOT[:, :0]), "X.shape=(4, 0)"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("method", ["cost", "backward"])
def test_inputs_that_do_not_fit(name: str, method: str) -> None:
    given, says = REFUSED[name]
    with pytest.raises(ValueError, match="DeepNetwork: ") as raised:
        getattr(DeepNetwork([4, 2, 3]), method)(*given)
    assert says in str(raised.value)


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        (([4],), "dims"), ((4,), "dims"), (([4, 0],), "dims"), (([4, 2.0],), "dims"), (("42",), "dims"),
        (([4, 1], "gelu"), "activation"), (([4, 1], None), "activation"),
        (([4, 1], "relu", "xavier"), "initialization"),
        (([4, 1], "relu", "he", -1), "seed"), (([4, 1], "relu", "he", 0.5), "seed"),
    ],
)  # fmt: skip
def test_arguments_that_are_refused(arguments, argument) -> None:
    with pytest.raises(
        (TypeError, ValueError), match=f"DeepNetwork: `{argument}` must .*Received: "
    ):
        DeepNetwork(*arguments)


def test_words_that_are_allowed_are_named() -> None:
    with pytest.raises(
        ValueError, match="one of sigmoid, tanh, relu, leaky_relu. Received: activation='gelu'"
    ):
        DeepNetwork([4, 1], "gelu")
    with pytest.raises(ValueError, match="learning_rate"):
        DeepNetwork([4, 1]).update({}, -1.0)
