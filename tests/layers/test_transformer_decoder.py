"""A block of the decoder: what the future and padding move, the cache, models, errors."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops
from keras.src.backend import get_keras_mask

from dlref.conformance.row import UNITS, precision
from dlref.layers import TransformerDecoder
from tests.errors.hostile import refuses
from tests.training import compile_function

_rng = np.random.default_rng(0)
WRITTEN, READ = _rng.normal(size=(2, 5, 8)), _rng.normal(size=(2, 4, 6))
THERE = np.array([[True, True, True, False], [True, False, False, False]])
TOKENS = np.array([[3, 4, 5, 1, 0], [1, 2, 0, 0, 0]])


def stack(x: Any, c: Any, layers: Any, **masks: Any) -> np.ndarray:
    for layer in layers:
        x = layer(x, c, **masks)
    return ops.convert_to_numpy(x)


def tensor(x: Any) -> Any:
    return ops.convert_to_tensor(x, keras.config.floatx())


def test_the_future_moves_nothing_before() -> None:
    """Another vector at place 3 of what is written: in two blocks, places 0 to 2 stay where they are."""
    layers, moved = [TransformerDecoder(6, 2) for _ in range(2)], WRITTEN.copy()
    moved[:, 3] = _rng.normal(size=8)
    before, after = (stack(tensor(x), tensor(READ), layers) for x in (WRITTEN, moved))
    np.testing.assert_array_equal(before[:, :3], after[:, :3])
    assert np.abs(before[:, 3:] - after[:, 3:]).max(-1).min() > 1e-4


def test_padding_moves_nothing() -> None:
    """Of what was read, and of what is written: other vectors there, in two blocks, and no word moves."""
    layers, own = [TransformerDecoder(6, 2) for _ in range(2)], TOKENS > 0
    masks = {"decoder_sequence_mask": own, "encoder_sequence_mask": THERE}
    masks = {name: ops.convert_to_tensor(mask) for name, mask in masks.items()}
    before = stack(tensor(WRITTEN), tensor(READ), layers, **masks)
    written, read = WRITTEN + 9 * ~own[..., None] * WRITTEN, READ + 9 * ~THERE[..., None] * READ
    after = stack(tensor(written), tensor(read), layers, **masks)
    np.testing.assert_array_equal(before[own], after[own])
    without = stack(
        tensor(WRITTEN), tensor(read), layers, decoder_sequence_mask=masks["decoder_sequence_mask"]
    )
    assert np.abs(before[own] - without[own]).max() > 1e-4


@pytest.mark.parametrize("mode", ["eager", "compiled"])
def test_the_cache_is_a_recomputation(mode: str) -> None:
    """Two blocks, token by token with the keys and values kept, and the whole sequence at once."""
    layers = [TransformerDecoder(6, 2) for _ in range(2)]
    own = ops.convert_to_tensor([[True, False, True, True, True], [True] * 4 + [False]])
    masks = {
        "decoder_sequence_mask": own,
        "encoder_sequence_mask": ops.convert_to_tensor(THERE),
    }
    x, c = tensor(WRITTEN), tensor(READ)
    whole = stack(x, c, layers, **masks)
    caches = [layer.start(c, 5) for layer in layers]

    def step(y: Any, caches: Any, t: Any) -> Any:
        found = []
        for layer, cache in zip(layers, caches, strict=True):
            y, cache = layer.step(y, cache, t, **masks)
            found.append(cache)
        return y, found

    run: Any = compile_function(step) if mode == "compiled" else step
    for t in range(5):
        y, caches = run(x[:, t : t + 1], caches, ops.convert_to_tensor(t, "int32"))
        np.testing.assert_allclose(ops.convert_to_numpy(y)[:, 0], whole[:, t], atol=1e-5)


def test_masks_come_along() -> None:
    """With either tensor, and stay with it; the output has that of what is written."""
    layer = TransformerDecoder(6, 2)
    x, c = (
        keras.layers.Embedding(9, size, mask_zero=True)(ops.convert_to_tensor(tokens))
        for size, tokens in ((8, TOKENS), (6, 3 * THERE))
    )
    y = layer(x, c)
    masks = {"decoder_sequence_mask": get_keras_mask(x), "encoder_sequence_mask": get_keras_mask(c)}
    assert all(mask is not None for mask in masks.values())
    np.testing.assert_array_equal(y, layer(ops.copy(x), ops.copy(c), **masks))
    np.testing.assert_array_equal(get_keras_mask(y), TOKENS > 0)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision(dtype: str) -> None:
    """The cache too; nothing read is no NaN."""
    with precision(dtype):
        layer, there = TransformerDecoder(6, 2), ops.zeros((2, 4), "bool")
        x, c = tensor(WRITTEN), tensor(READ)
        y = ops.cast(layer(x, c, encoder_sequence_mask=there), "float32")
        first, _ = layer.step(x[:, :1], layer.start(c, 5), 0, encoder_sequence_mask=there)
        np.testing.assert_allclose(
            ops.cast(first, "float32")[:, 0], y[:, 0], atol=20 * UNITS[dtype]
        )


def test_in_a_model(tmp_path: Any) -> None:
    """A file, and the same again; lengths are not known."""
    inputs = keras.Input((None, 8)), keras.Input((None, 6))
    model = keras.Model(inputs, TransformerDecoder(6, 2, activation="tanh")(*inputs))
    assert model.output_shape == (None, None, 8)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for x in (WRITTEN, WRITTEN[:, :2]):
        one, other = (np.asarray(m([x, READ])) for m in (model, loaded))
        np.testing.assert_array_equal(one, other)


def test_what_is_refused() -> None:
    layer, c = TransformerDecoder(6, 2), ops.ones((2, 3, 8))
    for x in (ops.ones((3, 4)), ops.ones((2, 3, 7)), keras.Input((3, None))):
        refuses("layers.TransformerDecoder", "decoder_sequence", lambda x=x: layer(x, c))
