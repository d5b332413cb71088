"""Multi-head attention: in the place of Keras', whose masks it sees and leaves, what they hide, and what is refused."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops
from keras.src.backend import get_keras_mask

from dlref.conformance.row import UNITS, precision
from dlref.gradients import value_and_gradients
from dlref.layers import MultiHeadAttention
from tests.errors.hostile import refuses
from tests.training import compile_function

_rng = np.random.default_rng(0)
QUERY, VALUE = _rng.normal(size=(2, 3, 4)), _rng.normal(size=(2, 5, 4))
TOKENS = np.array([[3, 4, 5, 0, 0, 0], [1, 2, 3, 4, 5, 6]])
PAIRS = np.array([[True, False, True, False, True], [False, True] * 2 + [True], [True] * 5])
HOW: dict[str, Any] = {
    "all pairs": {},
    "one mask for all": {"attention_mask": PAIRS},
    "one for each example": {"attention_mask": np.stack([PAIRS, PAIRS[::-1]])},
    "one for each head": {"attention_mask": np.stack([[PAIRS, PAIRS[::-1]]] * 2)},
    "of values": {"value_mask": np.stack([[True, True, False, True, False]] * 2)},
    "of the past": {"use_causal_mask": True},
    "of values and the past": {"value_mask": np.eye(2, 5)[[0, 0]] > 0, "use_causal_mask": True},
}


def tensors(*arrays: Any) -> Any:
    return [ops.convert_to_tensor(x, keras.config.floatx()) for x in arrays]


def numbers(x: Any) -> np.ndarray:
    return ops.convert_to_numpy(ops.cast(x, "float64"))


def with_weights_of(layer: Any) -> Any:
    """Ours, with the weights of Keras'."""
    ours = MultiHeadAttention(layer.num_heads, layer.key_dim)
    ours.build((None, None, 4), (None, None, 4))
    ours.set_weights(layer.get_weights())
    return ours


def test_in_the_place_of_keras() -> None:
    """Its weights go in as they are; here Keras fuses attention into one operation."""
    theirs, given = (
        keras.layers.MultiHeadAttention(2, 3, bias_initializer="normal"),
        tensors(QUERY, VALUE),
    )
    theirs.build(QUERY.shape, VALUE.shape)
    ours = with_weights_of(theirs)
    for words, how in HOW.items():
        how = {k: v if v is True else ops.convert_to_tensor(v) for k, v in how.items()}
        np.testing.assert_allclose(
            ours(*given, **how), theirs(*given, **how), atol=1e-5, err_msg=words
        )


@pytest.mark.parametrize("dtype", UNITS)
def test_a_query_that_may_look_nowhere(dtype: str) -> None:
    """Its weights and what it finds are 0, and so are its gradients; nothing is NaN."""
    with precision(dtype):
        layer, there = MultiHeadAttention(2, 3), np.array([[False] * 5, [True, False] * 2 + [True]])
        how: Any = {"value_mask": ops.convert_to_tensor(there), "return_attention_scores": True}
        y, alpha = map(numbers, layer(*tensors(QUERY, VALUE), **how))
        assert not y[0].any() and not alpha[0].any() and y[1].all()
        np.testing.assert_allclose(alpha[1].sum(-1), 1, atol=2 * UNITS[dtype])
        look = lambda q, v: layer(q, v, **how)[0]  # noqa: E731
        found = value_and_gradients(look, (QUERY, VALUE), QUERY)
        assert all(np.isfinite(np.asarray(x, "float64")).all() for x in found)
        assert not np.asarray(found[1][0], "float64").any()


def embedded() -> Any:
    return keras.layers.Embedding(9, 4, mask_zero=True)(ops.convert_to_tensor(TOKENS))


def test_masks_stay_with_their_tensors() -> None:
    """Two layers look at one tensor, and both see its mask. Of two of Keras' the second sees none."""
    x = embedded()
    mask = get_keras_mask(x)
    for _ in range(2):
        layer = MultiHeadAttention(2, 3)
        y, alpha = layer(x, x, return_attention_scores=True)
        assert not numbers(alpha)[0, :, :, 3:].any() and numbers(alpha)[1].all()
        assert not numbers(y)[0, 3:].any()  # of queries that are padding
        assert get_keras_mask(x) is mask
        np.testing.assert_array_equal(get_keras_mask(y), TOKENS > 0)
    for seen in (False, True):
        _, alpha = keras.layers.MultiHeadAttention(2, 3)(x, x, return_attention_scores=True)
        assert numbers(alpha)[0, :, :, 3:].any() == seen
    assert get_keras_mask(x) is None


def test_a_mask_that_is_given_counts() -> None:
    """And not that of the tensor: Keras' layer overwrites the mask of the queries."""
    x, mask = embedded(), ops.convert_to_tensor(TOKENS < 4)
    _, alpha = MultiHeadAttention(2, 3)(
        x, x, query_mask=mask, value_mask=mask, key_mask=mask, return_attention_scores=True
    )
    there = (TOKENS < 4)[:, None, :, None] & (TOKENS < 4)[:, None, None]
    np.testing.assert_array_equal(numbers(alpha) > 0, np.broadcast_to(there, alpha.shape))


@pytest.mark.parametrize("how", ["value_mask", "use_causal_mask"])
def test_what_is_hidden_moves_nothing(how: str) -> None:
    """The last step: as padding for all, as the future for those before it."""
    layer, moved = MultiHeadAttention(2, 3), VALUE + 100 * (np.arange(5) == 4)[:, None]
    given = {
        how: ops.convert_to_tensor(np.arange(5)[None] < [[4], [4]]) if how == "value_mask" else True
    }
    before, after = (numbers(layer(*tensors(x, x), **given)) for x in (VALUE, moved))
    np.testing.assert_array_equal(before[:, :4], after[:, :4])
    assert np.abs(before[:, 4] - after[:, 4]).min() > 0


def test_in_a_model(tmp_path: Any) -> None:
    """Lengths that are not known, `fit`, a file, and the same again; masks come along."""
    keras.utils.set_random_seed(0)
    tokens, value, key = keras.Input((None,)), keras.Input((None, 3)), keras.Input((None, 2))
    x = keras.layers.Embedding(9, 4, mask_zero=True)(tokens)
    y, alpha = MultiHeadAttention(2, 3, dropout=0.1, name="look")(
        x, value, key, return_attention_scores=True
    )
    assert y.shape == (None, None, 4) and alpha.shape == (None, 2, None, None)
    model = keras.Model([tokens, value, key], keras.layers.Dense(1)(y))
    model.compile("sgd", "mse")
    given = [TOKENS[:, :5], VALUE[..., :3], VALUE[..., :2]]
    model.fit(given, VALUE[..., :1], verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for part in (given, [given[0][:, :3], given[1][:, :4], given[2][:, :4]]):
        one, other = (np.asarray(m(part)) for m in (model, loaded))
        np.testing.assert_array_equal(one, other)
    assert loaded.get_layer("look").get_config() == model.get_layer("look").get_config()


def test_compiled() -> None:
    layer, given = MultiHeadAttention(2, 3), tensors(QUERY, VALUE)
    mask = ops.convert_to_tensor(PAIRS)
    run: Any = lambda q, v, m: layer(q, v, attention_mask=m, use_causal_mask=True)  # noqa: E731
    eager = numbers(run(*given, mask))
    compiled: Any = compile_function(run)
    np.testing.assert_allclose(compiled(*given, mask), eager, rtol=1e-5, atol=1e-6)


def test_dropout_leaves_weights_out() -> None:
    """In training alone; a quarter of 4000 is 11 standard deviations from a fifth. What is left is divided by 3/4."""
    layer, given = (
        MultiHeadAttention(2, 3, dropout=0.25, seed=1),
        tensors(np.zeros((10, 10, 2)), np.ones((10, 20, 2))),
    )
    _, alpha = layer(*given, return_attention_scores=True, training=True)
    assert np.allclose(np.unique(numbers(alpha).round(5)), [0, 1 / 20 / 0.75], atol=1e-5)
    assert abs(np.mean(numbers(alpha) == 0) - 0.25) < 0.03
    assert np.allclose(layer(*given, return_attention_scores=True)[1], 1 / 20)


def test_each_matrix_is_drawn_by_itself() -> None:
    """One initializer would draw the same for each: it has one seed."""
    layer = MultiHeadAttention(2, 4)
    layer.build((None, None, 8), (None, None, 8))
    drawn = [numbers(w) for w in (layer.W_Q, layer.W_K, layer.W_V)]
    assert all(np.abs(one - other).min() > 0 for one, other in zip(drawn, drawn[1:], strict=False))


X = ops.ones((2, 3, 4))
REFUSED: dict[str, tuple[Any, Any, str]] = {
    "a query of two axes": ((X[0], X), {}, "query"),
    "a value of four": ((X, X[None]), {}, "value"),
    "a key too few": ((X, X, X[:, :2]), {}, "key"),
    "a mask of one axis": ((X, X), {"attention_mask": ops.ones((3,), "bool")}, "attention_mask"),
    "a mask of five": ((X, X), {"attention_mask": ops.ones((1,) * 5)}, "attention_mask"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    inputs, how, argument = REFUSED[name]
    refuses("layers.MultiHeadAttention", argument, lambda: MultiHeadAttention(2, 3)(*inputs, **how))
