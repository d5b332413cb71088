"""Dice: a class without a pixel, the size of its gradient, training, half precision, and what is refused."""

import keras
import numpy as np
import pytest
from keras import ops

from dlref.gradients import value_and_gradients
from dlref.losses import Dice
from tests.errors.hostile import refuses

RNG = np.random.default_rng(0)
MASKS = RNG.integers(0, 2, (6, 4, 4, 1)).astype("float32")
PROBABLE = RNG.random((6, 4, 4, 1))


def test_a_class_without_a_pixel_costs_what_is_found() -> None:
    """Nothing for nothing found, 1 - 1 / (n + 1) for n pixels; of Keras 1 for everything."""
    empty = np.zeros((3, 4, 4, 1))
    found = np.zeros((3, 16, 1))
    found[1, :3] = found[2] = 1
    found = found.reshape(empty.shape)
    loss = ops.convert_to_numpy(Dice(reduction=None)(empty, found))
    np.testing.assert_allclose(loss, [0, 3 / 4, 16 / 17], rtol=1e-6)
    theirs = keras.losses.Dice(axis=(1, 2, 3), reduction=None)(empty, found)
    np.testing.assert_allclose(ops.convert_to_numpy(theirs), 1)


def test_of_hard_masks_it_is_one_less_f1() -> None:
    hard = PROBABLE > 0.5
    found = float(Dice(epsilon=1e-6)(MASKS[:1], hard[:1]))
    hits, wrong = (MASKS[0] * hard[0]).sum(), (MASKS[0] != hard[0]).sum()
    assert found == pytest.approx(1 - 2 * hits / (2 * hits + wrong), abs=1e-6)


def test_each_picture_counts_by_its_own() -> None:
    each = ops.convert_to_numpy(Dice(reduction=None)(MASKS, PROBABLE))
    alone = [float(Dice()(MASKS[[k]], PROBABLE[[k]])) for k in range(6)]
    np.testing.assert_allclose(each, alone, rtol=1e-6)
    weights = np.arange(6.0)
    weighted = float(Dice(reduction="sum")(MASKS, PROBABLE, weights))
    assert weighted == pytest.approx(each @ weights, rel=1e-5)


def test_the_gradient_is_no_smaller_for_a_small_mask() -> None:
    """One pixel of 16 or of 1,024: cross-entropy divides by all of them, and Dice by those of the mask."""
    sizes = []
    for side in (4, 32):
        y = np.zeros((1, side, side, 1), "float32")
        y[0, 0, 0] = 1
        p = np.where(y == 1, 0.5, 0.0)
        _, gradient = value_and_gradients(lambda p, y=y: Dice()(y, p), [p], 1.0)
        sizes.append(gradient[0, 0, 0, 0])
    np.testing.assert_allclose(sizes, sizes[0])


def test_in_fit_and_after_loading(tmp_path) -> None:
    keras.utils.set_random_seed(0)
    layer = keras.layers.Conv2D(1, 1, activation="sigmoid")
    model = keras.Sequential([keras.Input((None, None, 1)), layer])
    model.compile(keras.optimizers.SGD(1.0), Dice(0.5))
    x = MASKS + 0.1 * PROBABLE
    history = model.fit(x, MASKS, epochs=4, verbose=0).history["loss"]
    assert history[-1] < history[0]
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert loaded.loss.epsilon == 0.5
    again = loaded.evaluate(x, MASKS, verbose=0)
    assert again == pytest.approx(model.evaluate(x, MASKS, verbose=0))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_sums_in_float32(dtype: str) -> None:
    """100,000 pixels are more than float16 can say; of them half are found."""
    y, p = np.ones((1, 100_000, 1)), np.full((1, 100_000, 1), 0.5)
    loss = Dice(dtype=dtype)(y, p)
    assert keras.backend.standardize_dtype(loss.dtype) == dtype
    assert float(loss) == pytest.approx(1 / 3, rel=0.01)


WRONG = [((3, 5), (3, 5)), ((3, 4, 4), (3, 4, 4, 2)), ((3, 4, 4, 1), (3, 4, 4, 2)), ((3,), (3,))]


@pytest.mark.parametrize(("true", "pred"), WRONG, ids=str)
def test_shapes_that_do_not_fit(true: tuple[int, ...], pred: tuple[int, ...]) -> None:
    refuses("Dice", "y_pred", lambda: Dice()(np.zeros(true), np.zeros(pred)))
