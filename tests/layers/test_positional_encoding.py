"""Positional encoding: what distances it keeps, long sequences in half precision, models, masks, what is refused."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops
from keras.src.backend import get_keras_mask

from dlref.layers import PositionalEncoding
from tests.errors.hostile import refuses


def encoded(places: int, size: int, dtype: str = "float64", **how: Any) -> np.ndarray:
    layer = PositionalEncoding(dtype=dtype)
    zeros = ops.zeros((1, places, size), dtype)
    return ops.convert_to_numpy(ops.cast(layer(zeros, **how), "float64"))[0]


def test_products_depend_on_the_distance_alone() -> None:
    """And of each pair of entries the one place is the other, turned by the distance."""
    p = encoded(30, 8)
    products = p @ p.T
    for distance in range(30):
        assert np.ptp(np.diag(products, distance)) < 1e-12
    assert np.allclose(np.diag(products), 4) and products[0, 1:].max() < 4


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_places_far_behind(dtype: str) -> None:
    """Whole numbers beyond 256 are not all of bfloat16, beyond 2048 not of float16: the waves are of float32."""
    unit = {"float16": 1e-3, "bfloat16": 8e-3}.get(dtype, 1e-3)
    assert np.abs(encoded(5, 6, dtype, start_index=3001) - encoded(3006, 6)[-5:]).max() < unit


def test_a_start_that_a_tensor_holds() -> None:
    """A decoder goes on at a place that it counts itself."""
    here = encoded(2, 5, start_index=ops.convert_to_tensor(3, "int32"))
    np.testing.assert_allclose(here, encoded(5, 5)[3:], atol=1e-12)


def test_in_a_model(tmp_path: Any) -> None:
    """Lengths that are not known, a file, and the same again; masks come along."""
    tokens = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(9, 5, mask_zero=True)(tokens)
    model = keras.Model(tokens, PositionalEncoding(50)(x))
    assert model.output_shape == (None, None, 5)
    model.save(tmp_path / "model.keras")
    loaded, given = keras.models.load_model(tmp_path / "model.keras"), np.array([[1, 2, 0]])
    np.testing.assert_array_equal(np.asarray(loaded(given)), np.asarray(model(given)))
    np.testing.assert_array_equal(get_keras_mask(model(given)), given > 0)
    assert model(given[:, :1]).shape == (1, 1, 5) and model(given[:, :0]).shape == (1, 0, 5)


def test_what_is_refused() -> None:
    refuses("layers.PositionalEncoding", "inputs", lambda: PositionalEncoding()(ops.ones((2, 3))))
    unknown = keras.Input((3, None))
    refuses("layers.PositionalEncoding", "inputs", lambda: PositionalEncoding()(unknown))
