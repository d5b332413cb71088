"""Batch normalization by hand: its gradient against autodiff, the redundant bias, undone, and what does not fit."""

import keras
import numpy as np
import pytest

from dlref import layers
from dlref.by_hand import BatchNormalization
from dlref.conformance.row import precision
from dlref.gradients import value_and_gradients

_rng = np.random.default_rng(0)
Z, DZ_TILDE = 5 + 3 * _rng.normal(size=(3, 20)), _rng.normal(size=(3, 20))


def layer() -> BatchNormalization:
    made = BatchNormalization(3)
    made.gamma, made.beta = np.array([[1.5], [-0.5], [2.0]]), np.array([[0.0], [1.0], [-3.0]])
    return made


def test_gradient_is_that_of_autodiff_through_the_layer_of_dlref() -> None:
    ours = layer()
    dZ, dgamma, dbeta = ours.backward(Z, DZ_TILDE)
    with precision("float64"):
        theirs = layers.BatchNormalization()
        theirs.build((20, 3))
        state = [v.value for v in theirs.non_trainable_variables]

        def outputs(z, gamma, beta):
            return theirs.stateless_call([gamma, beta], state, z, training=True)[0]

        inputs = [Z.T, ours.gamma[:, 0], ours.beta[:, 0]]
        z_tilde, dz, *by_autodiff = value_and_gradients(outputs, inputs, DZ_TILDE.T)
    np.testing.assert_allclose(ours.forward(Z), z_tilde.T, rtol=0, atol=1e-12)
    np.testing.assert_allclose(dZ, dz.T, rtol=0, atol=1e-12)
    for found, expected in zip((dgamma, dbeta), by_autodiff, strict=True):
        np.testing.assert_allclose(found[:, 0], expected / 20, rtol=0, atol=1e-12)


def test_a_bias_in_front_changes_nothing_and_gets_no_gradient() -> None:
    ours, b = layer(), np.array([[100.0], [-7.0], [0.25]])
    np.testing.assert_allclose(ours.forward(Z + b), ours.forward(Z), rtol=0, atol=1e-11)
    db = ours.backward(Z + b, DZ_TILDE)[0].mean(1)
    np.testing.assert_allclose(db, 0, atol=1e-13)


def test_it_undoes_itself() -> None:
    ours = BatchNormalization(3)
    assert abs(ours.forward(Z) - Z).max() > 1
    ours.undo(Z)
    np.testing.assert_allclose(ours.forward(Z), Z, rtol=0, atol=1e-12)


def test_what_all_examples_share_has_no_gradient() -> None:
    """dZ has no part along 1 and, but for epsilon, none along Z: shifting or stretching Z changes no output."""
    ours = BatchNormalization(3, epsilon=1e-15)
    dZ = ours.backward(Z, DZ_TILDE)[0]
    np.testing.assert_allclose((dZ * (Z - Z.mean(1, keepdims=True))).mean(1), 0, atol=1e-12)


@pytest.mark.filterwarnings("error")
def test_one_example_and_a_constant_unit() -> None:
    ours = BatchNormalization(1)
    for z in ([[4.0]], [[4.0, 4.0, 4.0]]):
        np.testing.assert_array_equal(ours.forward(z), np.zeros_like(z))
        dZ, dgamma, dbeta = ours.backward(z, np.ones_like(z))
        np.testing.assert_array_equal([dZ.max(), dgamma[0, 0], dbeta[0, 0]], [0, 0, 1])


def test_descent_of_gamma_and_beta_finds_what_is_asked() -> None:
    target = layer().forward(Z)
    ours = BatchNormalization(3)
    for _ in range(200):
        _, dgamma, dbeta = ours.backward(Z, ours.forward(Z) - target)
        ours.update(dgamma, dbeta, 0.5)
    np.testing.assert_allclose(ours.gamma, layer().gamma, atol=1e-9)
    np.testing.assert_allclose(ours.beta, layer().beta, atol=1e-9)


REFUSED = {
    "rows as examples": (lambda: layer().forward(Z.T), r"shape \(3, m\).*give Z\.T"),
    "other units above": (lambda: layer().backward(Z, DZ_TILDE[:2]), "`dZ_tilde` must have one example in each column"),
    "other examples above": (lambda: layer().backward(Z, DZ_TILDE[:, 1:]), "one column for each of the 20 columns"),
    "NaN": (lambda: layer().undo(np.full((3, 2), np.nan)), "`Z` must be an array of finite real numbers"),
    "no units": (lambda: BatchNormalization(0), "`units` must be an integer of at least 1"),
    "no epsilon": (lambda: BatchNormalization(3, epsilon=0), r"`epsilon` must be a number in \(0, inf\)"),
    "a negative learning rate": (lambda: layer().update(0, 0, -1), "`learning_rate` must be a number"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name) -> None:
    call, says = REFUSED[name]
    with pytest.raises(ValueError, match=f"BatchNormalization: .*{says}"):
        call()


def test_keras_layers_are_not_needed() -> None:
    assert isinstance(layer().forward(keras.ops.convert_to_tensor(Z)), np.ndarray)
