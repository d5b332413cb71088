"""A recurrent network by hand: its gradients against autodiff through Keras' layers, and what it refuses."""

import keras
import numpy as np
import pytest
from keras import ops

from dlref.by_hand import RecurrentNetwork
from dlref.by_hand.recurrent_network import PARAMETERS
from dlref.conformance.row import precision
from dlref.gradients import value_and_gradients

_rng = np.random.default_rng(0)
X, CLASSES = _rng.normal(size=(6, 3, 8)), _rng.integers(0, 4, (6, 8))
Y = np.moveaxis(np.eye(4)[CLASSES], 2, 1)


def made() -> RecurrentNetwork:
    network = RecurrentNetwork(3, 5, 4, seed=1)
    network.b_a, network.b_y = _rng.normal(size=(5, 1)), _rng.normal(size=(4, 1))
    return network


def test_gradients_are_those_of_autodiff() -> None:
    """Through the loop of keras.layers.SimpleRNN."""
    network = made()
    with precision("float64"):
        tanh = keras.layers.Lambda(lambda z: ops.cast(ops.tanh(z), "float64"))
        layer = keras.layers.SimpleRNN(5, tanh, return_sequences=True)
        layer.build((8, 6, 3))
        x, y = (ops.convert_to_tensor(np.moveaxis(v, 2, 0)) for v in (X, Y))

        def cost(W_ax, W_aa, b_a, W_ya, b_y):
            weights = [ops.transpose(W_ax), ops.transpose(W_aa), b_a[:, 0]]
            a = layer.stateless_call(weights, [v.value for v in layer.non_trainable_variables], x)
            z = ops.matmul(a[0], ops.transpose(W_ya)) + b_y[:, 0]
            return -ops.sum(y * ops.log_softmax(z)) / 8

        J, *expected = value_and_gradients(cost, [getattr(network, n) for n in PARAMETERS], 1.0)
    close = 1e-12 if keras.backend.backend() == "tensorflow" else 1e-6  # JAX' tanh is float32's
    found = network.backward(X, Y)
    np.testing.assert_allclose(network.cost(X, Y), J, rtol=close)
    for name, theirs in zip(PARAMETERS, expected, strict=True):
        np.testing.assert_allclose(found[name], theirs, atol=close, err_msg=name)


@pytest.mark.filterwarnings("error")
def test_no_number_is_too_large() -> None:
    network = made()
    network.W_ya *= 1e6
    assert np.isfinite(network.cost(1e6 * X, Y))
    assert all(np.isfinite(v).all() for v in network.backward(1e6 * X, Y).values())


def test_what_it_learns() -> None:
    """To repeat a bit four steps later, which no step learns from its own output."""

    class WithinAStep(RecurrentNetwork):
        def _step_back(self, A, Z, Y, dR_next):
            return super()._step_back(A, Z, Y, 0 * dR_next)

    bits = np.random.default_rng(2).integers(0, 2, (64, 10))
    late = np.pad(bits, ((0, 0), (4, 0)))[:, :10].T
    given = bits.T[:, None], np.stack([1 - late, late], 1)
    networks = [kind(1, 8, 2, seed=0) for kind in (RecurrentNetwork, WithinAStep)]
    costs = [network.fit(*given, 0.03, 500)[-1] for network in networks]
    assert costs[0] < 0.1 and costs[1] > 2
    assert (networks[0].predict(given[0]) == late).all()


REFUSED = {
    "no sequence": ((X[0], Y), r"`X` must have the shape \(steps, 3, m\).*X.shape=\(3, 8\)"),
    "other features": ((X[:, :2], Y), r"X.shape=\(6, 2, 8\)"),
    "no step": ((X[:0], Y[:0]), "at least one step"),
    "no example": ((X[..., :0], Y[..., :0]), "one example"),
    "steps that do not fit": (
        (X, Y[:5]),
        r"`Y` must have the shape \(6, 4, 8\).*Y.shape=\(5, 4, 8\)",
    ),
    "numbers of classes": ((X, CLASSES), r"Y.shape=\(6, 8\)"),
    "no class": ((X, 0 * Y), "one 1 in each column"),
    "NaN": ((X * np.nan, Y), "144 of 144 are NaN"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("method", ["cost", "backward"])
def test_inputs_that_do_not_fit(name: str, method: str) -> None:
    given, says = REFUSED[name]
    with pytest.raises(ValueError, match=f"RecurrentNetwork: .*{says}"):
        getattr(RecurrentNetwork(3, 2, 4), method)(*given)
