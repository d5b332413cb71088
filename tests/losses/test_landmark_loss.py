"""Landmark loss: landmarks of what is not there teach nothing, in training too, and what is refused."""

import keras
import numpy as np
import pytest
from keras import ops

from dlref.gradients import value_and_gradients
from dlref.losses import LandmarkLoss
from tests.errors.hostile import refuses

RNG = np.random.default_rng(0)
Y = RNG.random((12, 5)).astype("float32")
Y[:, 0] = np.arange(12) % 3 > 0
Y_HAT = RNG.random((12, 5))


@pytest.mark.parametrize("missing", [np.nan, np.inf, 7.0])
def test_what_is_not_there_has_no_gradient(missing: float) -> None:
    y = np.where(Y[:, :1] == 0, missing, Y)
    y[:, 0] = Y[:, 0]
    value, gradient = value_and_gradients(lambda p: LandmarkLoss()(y, p), [Y_HAT], 1.0)
    assert np.isfinite(value) and np.isfinite(gradient).all()
    np.testing.assert_array_equal(gradient[:, 1:] != 0, np.repeat(Y[:, :1], 4, 1) == 1)


def test_in_fit_and_after_loading(tmp_path) -> None:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(5)])
    model.compile("sgd", LandmarkLoss())
    y = np.where(Y[:, :1] == 0, np.nan, Y)
    y[:, 0] = Y[:, 0]
    history = model.fit(Y_HAT, y, epochs=3, verbose=0).history["loss"]
    assert np.isfinite(history).all() and history[-1] < history[0]
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert loaded.evaluate(Y_HAT, y, verbose=0) == pytest.approx(
        model.evaluate(Y_HAT, y, verbose=0)
    )


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_sums_in_float32(dtype: str) -> None:
    """Squares of 300 are beyond what float16 has; the mean over 4,096 examples, of which one is there, is not."""
    y, y_hat = np.zeros((4096, 3)), np.zeros((4096, 3))
    y[0], y_hat[0] = [1, 0, 0], [1, 300, 0]
    loss = LandmarkLoss(dtype=dtype)(y, y_hat)
    assert keras.backend.standardize_dtype(loss.dtype) == dtype
    assert float(loss) == pytest.approx(300**2 / 4096, rel=0.01)


def test_a_grid_of_places() -> None:
    """Any axes may come before, as of a network that looks at many windows at once."""
    y, y_hat = (x.reshape(3, 2, 2, 5) for x in (Y, Y_HAT))
    found = ops.convert_to_numpy(LandmarkLoss(reduction=None)(y, y_hat))
    flat = ops.convert_to_numpy(LandmarkLoss(reduction=None)(Y, Y_HAT))
    np.testing.assert_allclose(found.ravel(), flat, rtol=1e-6)


WRONG = [((3, 5), (3, 4)), ((3, 4), (3, 4)), ((3, 1), (3, 1)), ((3,), (3, 5)), ((2, 5), (3, 5))]


@pytest.mark.parametrize(("true", "pred"), WRONG, ids=str)
def test_shapes_that_do_not_fit(true: tuple[int, ...], pred: tuple[int, ...]) -> None:
    refuses("LandmarkLoss", "y_pred", lambda: LandmarkLoss()(np.zeros(true), np.zeros(pred)))
