"""Mini-batches: the lecture's numbers, data in every form, and as fit is given them."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.preprocessing import mini_batches
from tests.errors.hostile import refuses


@pytest.mark.parametrize(
    ("m", "n", "sizes"),
    [
        (5_000_000, 1000, [1000] * 5000),  # the lecture's
        (10, 1, [1] * 10),
        (10, 10, [10]),
        (10, 11, [10]),
        (1, 64, [1]),
        (65, 64, [64, 1]),
    ],
)
def test_sizes(m: int, n: int, sizes: list[int]) -> None:
    batches = [*mini_batches(np.arange(m), batch_size=n, seed=0)]
    assert [len(batch) for batch in batches] == sizes
    assert np.array_equal(np.sort(np.concatenate(batches)), np.arange(m))


def test_each_call_has_an_order_of_its_own() -> None:
    """Unless there is a seed, of the call or of Keras."""
    x = np.arange(100)
    drawn = [tuple(next(mini_batches(x))) for _ in range(5)]
    assert len(set(drawn)) == 5
    again = []
    for _ in range(2):
        keras.utils.set_random_seed(3)
        again.append(next(mini_batches(x)))
    assert np.array_equal(*again)
    assert np.array_equal(*[next(mini_batches(x, seed=7)) for _ in range(2)])


def test_data_of_any_form_stays_together() -> None:
    x = np.arange(10)
    data = {"numbers": x, "tensors": (ops.convert_to_tensor(x, "int32"), None)}
    for parts, y in mini_batches(data, 2 * x[:, None], batch_size=4):
        numbers, (tensors, nothing) = parts["numbers"], parts["tensors"]
        assert ops.is_tensor(tensors) and nothing is None
        assert np.array_equal(numbers, ops.convert_to_numpy(tensors))
        assert np.array_equal(2 * numbers[:, None], y)


@pytest.mark.parametrize(
    ("arrays", "received"),
    [
        ((), "no examples"),
        ((np.zeros(3), np.zeros(4)), "3 and 4 examples"),
        (([1, 2],), "np.array"),
        ((np.zeros((0, 2)),), "0 examples"),
    ],
)
def test_what_is_no_data_is_refused_at_the_call(arrays: Any, received: str) -> None:
    message = refuses("preprocessing.mini_batches", "arrays", lambda: mini_batches(*arrays))
    assert received in message
