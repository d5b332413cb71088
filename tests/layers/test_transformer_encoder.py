"""A block of the encoder: what padding moves, in two layers and by hand, models, half precision, dropout, errors."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops
from keras.src.backend import get_keras_mask

from dlref.conformance.row import UNITS, precision
from dlref.layers import PositionalEncoding, TransformerEncoder
from tests.errors.hostile import refuses
from tests.training import compile_function

TOKENS = np.array([[3, 4, 5, 0, 0], [1, 2, 0, 0, 0], [1, 2, 3, 4, 5]])
_rng = np.random.default_rng(0)
X = _rng.normal(size=(3, 5, 8))


def encoder(blocks: int = 2) -> keras.Model:
    """Tokens, with 0 for padding, of which the mask comes along by itself."""
    keras.utils.set_random_seed(0)
    tokens = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(9, 8, mask_zero=True, name="embedding")(tokens)
    x = PositionalEncoding()(x)
    for _ in range(blocks):
        x = TransformerEncoder(6, num_heads=2)(x)
    return keras.Model(tokens, x)


def test_padding_moves_nothing() -> None:
    """Another embedding of the padding, and more of it: no vector of a word moves, in two blocks."""
    model = encoder()
    before = np.asarray(model(TOKENS))
    embedding: Any = model.get_layer("embedding")
    moved = ops.convert_to_numpy(embedding.embeddings).copy()
    moved[0] += 100
    embedding.embeddings.assign(moved)
    longer = np.asarray(model(np.pad(TOKENS, ((0, 0), (0, 3)))))
    np.testing.assert_array_equal(np.asarray(model(TOKENS))[TOKENS > 0], before[TOKENS > 0])
    np.testing.assert_allclose(longer[:, :5][TOKENS > 0], before[TOKENS > 0], atol=1e-5)
    moved[1] += 100  # and that of a word moves every other
    embedding.embeddings.assign(moved)
    after = np.asarray(model(TOKENS))
    assert np.abs(after[1, 1] - before[1, 1]).max() > 0.01


def test_a_mask_that_is_given() -> None:
    """Is that which comes along; the mask goes on to what comes next."""
    layer, mask = TransformerEncoder(6, 2), ops.convert_to_tensor(TOKENS > 0)
    x = keras.layers.Embedding(9, 8, mask_zero=True)(ops.convert_to_tensor(TOKENS))
    y = layer(x)
    np.testing.assert_array_equal(get_keras_mask(y), TOKENS > 0)
    assert get_keras_mask(x) is not None
    np.testing.assert_array_equal(layer(ops.copy(x), mask=mask), y)
    assert np.abs(np.asarray(layer(ops.copy(x))) - np.asarray(y))[0, 0].max() > 1e-4


def test_a_sequence_of_padding_alone() -> None:
    """Finds nothing, and is not NaN."""
    mask = ops.zeros((3, 5), "bool")
    assert np.isfinite(np.asarray(TransformerEncoder(6, 2)(X, mask=mask))).all()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision(dtype: str) -> None:
    layer = TransformerEncoder(6, 2, kernel_initializer=keras.initializers.GlorotUniform(1))
    full = np.asarray(layer(X))
    with precision(dtype):
        half = TransformerEncoder(6, 2, kernel_initializer=keras.initializers.GlorotUniform(1))
        half.build(X.shape)
        half.set_weights([ops.convert_to_numpy(w) for w in layer.weights])
        found = np.asarray(ops.cast(half(ops.convert_to_tensor(X, dtype)), "float32"))
    np.testing.assert_allclose(found, full, atol=30 * UNITS[dtype])


def test_in_a_model(tmp_path: Any) -> None:
    """A file, and the same again; lengths are not known."""
    model = encoder(1)
    assert model.output_shape == (None, None, 8)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for part in (TOKENS, TOKENS[:, :2]):
        np.testing.assert_array_equal(np.asarray(loaded(part)), np.asarray(model(part)))


def test_compiled() -> None:
    layer, x = TransformerEncoder(6, 2), ops.convert_to_tensor(X, "float32")
    eager = np.asarray(layer(x))
    compiled: Any = compile_function(layer)
    np.testing.assert_allclose(compiled(x), eager, rtol=1e-5, atol=1e-5)


def test_dropout_leaves_entries_out() -> None:
    """In training alone: with almost everything left out, what remains is the input, normalized twice."""
    layer = TransformerEncoder(6, 2, dropout=1 - 1e-7, seed=1)
    y = np.asarray(layer(X, training=True))
    z = (X - X.mean(-1, keepdims=True)) / X.std(-1, keepdims=True)
    np.testing.assert_allclose(y, z, atol=1e-4)
    assert np.abs(np.asarray(layer(X)) - z).max() > 0.1


def test_what_is_refused() -> None:
    for inputs in (ops.ones((3, 4)), ops.ones((2, 3, 7)), keras.Input((3, None))):
        refuses("layers.TransformerEncoder", "inputs", lambda x=inputs: TransformerEncoder(6, 2)(x))
