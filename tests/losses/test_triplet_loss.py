"""The triplet loss: its gradient at the margin, which triplets it counts, identities of any kind, training."""

import keras
import numpy as np
import pytest
from keras import ops

from dlref.compiling import running
from dlref.conformance.row import precision
from dlref.gradients import value_and_gradients
from dlref.losses import TripletLoss

# On a line: an anchor, its positive 1 away, and somebody else.
LINE = np.array([[0.0], [1.0], [2.0]])
WHO = [0, 0, 1]


@pytest.mark.parametrize("mode", ["eager", "compiled"])
def test_the_gradient_at_the_margin_is_0(mode) -> None:
    """d(A, P) = 1 and d(A, N) = 4: with a margin of 3 the loss has its kink there."""
    loss = TripletLoss(3.0, reduction=None)
    with running(mode):
        value, gradient = value_and_gradients(lambda f: loss(WHO, f)[:1], [LINE], np.ones(1))
    assert value == 0 and not gradient.any()


def test_anchors_without_a_triplet_count_as_0() -> None:
    loss = TripletLoss(0.5, reduction=None)
    assert not ops.convert_to_numpy(loss([4, 4, 4], LINE)).any()  # nobody else
    assert not ops.convert_to_numpy(loss([4, 5, 6], LINE)).any()  # no positive
    value, gradient = value_and_gradients(lambda f: loss([4, 4, 4], f), [LINE], np.ones(3))
    assert np.isfinite(gradient).all() and not value.any()


@pytest.mark.parametrize("first", [0, 2**24, 2**31 - 4])
def test_identities_are_compared_exactly(first) -> None:
    """As float32, 16,777,216 and the number after it are the same person."""
    f = np.random.default_rng(0).normal(size=(6, 2))
    who = np.array([0, 0, 1, 1, 2, 2])
    loss = TripletLoss(reduction=None)
    assert np.array_equal(loss(who + first, f), loss(who, f))
    assert np.array_equal(loss((who + first)[:, None], f), loss(who, f))


def test_identities_in_fit() -> None:
    people = np.arange(64) // 16
    x, who = np.random.default_rng(0).normal(np.eye(4)[people], 0.5), people + 2**24
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    model.compile("sgd", TripletLoss(1.0))
    before = model.evaluate(x, who, batch_size=64, verbose=0)
    assert before == pytest.approx(float(TripletLoss(1.0)(who, model(x))), rel=1e-5)
    model.fit(x, who, batch_size=30, epochs=4, verbose=0)  # the last mini-batch has four
    assert model.evaluate(x, who, batch_size=64, verbose=0) < before


def test_a_weight_for_each_anchor() -> None:
    loss, each = TripletLoss(5.0), TripletLoss(5.0, reduction=None)
    weights = np.array([2.0, 0.0, 1.0])
    expected = np.mean(weights * ops.convert_to_numpy(each(WHO, LINE)))
    assert float(loss(WHO, LINE, weights)) == pytest.approx(expected)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_does_not_overflow_inside(dtype) -> None:
    """The distances are 10⁶ and 4·10⁶; their difference is far below the margin's reach."""
    with precision(dtype):
        value, gradient = value_and_gradients(
            lambda f: TripletLoss(dtype=dtype)(WHO, f), [1000 * LINE], 1.0
        )
    assert np.isfinite(value) and np.isfinite(gradient).all()


@pytest.mark.parametrize(
    ("who", "f", "words"),
    [
        (np.eye(3), LINE, r"`y_true` must hold one identity .* \(3, 3\)"),
        ([0, 1], LINE, r"`y_pred` must be of shape \(m, units\) for the 2 identities"),
        (WHO, LINE[:, 0], r"`y_pred` must be of shape \(m, units\)"),
    ],
)
def test_shapes_that_do_not_fit(who, f, words) -> None:
    with pytest.raises(ValueError, match=words):
        TripletLoss()(who, f)
