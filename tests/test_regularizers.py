"""Regularizers: in a model, they are added to the cost once."""

import keras
import numpy as np
import pytest
from keras import ops

from dlref.regularizers import L1, L2, UnhalvedL1


@pytest.mark.parametrize(
    ("regularizer", "expected"),
    [(L2(8.0, 2), 2.0 * 30), (L1(8.0, 2), 2.0 * 10), (UnhalvedL1(8.0, 2), 4.0 * 10)],
)
def test_price_in_a_model(regularizer: keras.regularizers.Regularizer, expected: float) -> None:
    layer = keras.layers.Dense(2, kernel_regularizer=regularizer)
    layer.build((None, 2))
    layer.kernel.assign([[1.0, -2.0], [3.0, -4.0]])
    layer(ops.ones((5, 2)))
    assert float(sum(layer.losses)) == pytest.approx(expected)


def test_m_is_the_training_set_not_the_mini_batch() -> None:
    """The price does not change with the number of examples in a call."""
    layer = keras.layers.Dense(2, kernel_regularizer=L2(1.0, 100))
    prices = []
    for examples in (1, 64):
        layer(ops.ones((examples, 3)))
        prices.append(float(sum(layer.losses)))
    assert prices[0] == prices[1] > 0


def test_adam_with_l2_is_not_weight_decay() -> None:
    """With plain SGD the two are one; through Adam's moments they part."""
    from dlref.optimizers import SGD, Adam

    start, alpha, strength, m = np.array([1.0, -3.0], "float32"), 0.1, 4.0, 20
    gradient = np.array([0.2, 0.1], "float32")
    ends = {}
    for optimizer in (SGD, Adam):
        penalized, decayed = keras.Variable(start), keras.Variable(start)
        a, b = optimizer(alpha), optimizer(alpha, weight_decay=strength / m)
        for _ in range(5):
            a.apply([ops.convert_to_tensor(gradient) + strength / m * penalized.value], [penalized])
            b.apply([ops.convert_to_tensor(gradient)], [decayed])
        ends[optimizer] = np.max(
            np.abs(ops.convert_to_numpy(penalized) - ops.convert_to_numpy(decayed))
        )
    assert ends[SGD] < 1e-5 < 0.1 < ends[Adam]
