"""Global average pooling: sequences of padding alone, long ones in half precision, and Keras' masks of embeddings."""

import keras
import numpy as np
import pytest
from keras import ops

from dlref.layers import GlobalAveragePooling1D
from tests.errors.hostile import refuses


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_of_padding_alone_the_mean_is_0_and_keras_s_nan(dtype: str) -> None:
    x, mask = ops.full((2, 3, 2), float("nan"), dtype), np.array([[False] * 3, [False] * 3])
    means = GlobalAveragePooling1D(dtype=dtype)(x, mask=mask)
    assert not np.any(ops.convert_to_numpy(ops.cast(means, "float32")))
    theirs = keras.layers.GlobalAveragePooling1D(dtype=dtype)(x, mask=mask)
    assert np.all(np.isnan(ops.convert_to_numpy(ops.cast(theirs, "float32"))))


def test_70_000_steps_in_half_precision() -> None:
    """Keras' sum of as many ones is infinite in float16, and so is its number of steps."""
    x, mask = ops.ones((1, 70_000, 1), "float16"), ops.ones((1, 70_000), "bool")
    assert float(GlobalAveragePooling1D(dtype="float16")(x, mask=mask)[0, 0]) == 1
    assert np.isnan(float(keras.layers.GlobalAveragePooling1D(dtype="float16")(x, mask=mask)[0, 0]))


def test_the_mask_of_an_embedding(tmp_path) -> None:
    words = np.array([[1, 2, 0], [3, 0, 0], [0, 0, 0]])
    inputs = keras.Input((None,), dtype="int32")
    embedding = keras.layers.Embedding(4, 2, mask_zero=True)
    model = keras.Model(inputs, GlobalAveragePooling1D()(embedding(inputs)))
    e = np.array(embedding.get_weights()[0])
    expected = [(e[1] + e[2]) / 2, e[3], [0, 0]]
    np.testing.assert_allclose(model.predict(words, verbose=0), expected, atol=1e-6)
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(loaded.predict(words, verbose=0), expected, atol=1e-6)


def test_refuses() -> None:
    with pytest.raises(ValueError, match="ndim=3"):
        GlobalAveragePooling1D()(np.ones((2, 3)))
    refuses(
        "GlobalAveragePooling1D", "inputs", lambda: GlobalAveragePooling1D()(np.full((1, 1, 1), 1j))
    )
