"""Categorical cross-entropy: the lecture's numbers."""

import keras
import numpy as np
import pytest

from dlref.activations import softmax
from dlref.gradients import value_and_gradients
from dlref.losses import CategoricalCrossentropy

CAT = [[0.0, 1.0, 0.0, 0.0]]


def test_the_cat() -> None:
    assert float(CategoricalCrossentropy()(CAT, [[0.3, 0.2, 0.1, 0.4]])) == pytest.approx(
        1.609, abs=5e-4
    )


@pytest.mark.parametrize("through", ["logits", "softmax"])
def test_dz_is_y_hat_minus_y(through: str) -> None:
    z = np.array([[5.0, 2.0, -1.0, 3.0]])
    loss = CategoricalCrossentropy(from_logits=through == "logits")
    before = (lambda z: z) if through == "logits" else softmax
    _, dz = value_and_gradients(lambda z: loss(CAT, before(z)), [z], 1.0)
    np.testing.assert_allclose(dz, np.exp(z) / np.exp(z).sum() - CAT, atol=1e-5)


def test_the_start_of_a_run_is_log_c() -> None:
    """Ten classes, no preference: ln 10 = 2.3026."""
    y = np.eye(10, dtype="float32")
    assert float(CategoricalCrossentropy(from_logits=True)(y, np.zeros((10, 10)))) == pytest.approx(
        2.3026, abs=1e-4
    )


def test_rows_that_do_not_sum_to_1() -> None:
    """[0.5, 1.5] with the second class true: −log 1.5 clipped to 1 is 0; Keras divides by 2 first, −log 0.75."""
    ours = float(CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 1.5]]))
    keras_own = float(keras.losses.CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 1.5]]))
    assert ours == pytest.approx(0, abs=1e-6)
    assert keras_own == pytest.approx(-np.log(0.75), rel=1e-5)
