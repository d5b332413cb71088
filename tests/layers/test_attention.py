"""Attention: hostile masks in every precision, what they hide and whose they are, models, dropout, what is refused."""

from functools import partial
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.conformance.row import UNITS, precision
from dlref.gradients import value_and_gradients
from dlref.layers import AdditiveAttention, DotProductAttention
from tests.errors.hostile import refuses
from tests.training import compile_function

KINDS = {"dot product": DotProductAttention, "additive": partial(AdditiveAttention, 3)}
every_kind = pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
_rng = np.random.default_rng(0)
QUERY, VALUE = _rng.normal(size=(2, 3, 4)), _rng.normal(size=(2, 5, 4))
MASKS = {
    "the first example has no value": [[False] * 5, [True, False, True, True, True]],
    "no example has": np.zeros((2, 5), bool),
    "one value each": np.eye(2, 5, dtype=bool),
    "the last is masked": np.arange(10).reshape(2, 5) % 5 < 4,
    "of whole numbers": np.arange(10).reshape(2, 5) % 2,
}


def attend(layer: Any, *inputs: Any, **how: Any) -> list[np.ndarray]:
    given = [ops.convert_to_tensor(x, keras.config.floatx()) for x in inputs]
    found = layer(given, return_attention_scores=True, **how)
    return [ops.convert_to_numpy(ops.cast(x, "float64")) for x in found]


@pytest.mark.parametrize(
    ("make", "dtype"),
    [*((DotProductAttention, dtype) for dtype in UNITS), (KINDS["additive"], "float16")],
)
def test_hostile_masks(make: Any, dtype: str) -> None:
    """The weights of a row add up to 1, or are 0 where nothing is left; nothing is NaN, and no gradient."""
    with precision(dtype):
        layer = make()
        for mask, causal in [(m, c) for m in MASKS.values() for c in (False, True)]:
            there = np.broadcast_to(np.array(mask, bool)[:, None], (2, 3, 5))
            there = there & (np.arange(3)[:, None] >= np.arange(5)) if causal else there
            how = {"mask": [None, ops.convert_to_tensor(mask)], "use_causal_mask": causal}
            c, alpha = attend(layer, QUERY, VALUE, **how)
            assert not alpha[~there].any() and not c[~there.any(-1)].any()
            unit = {"float16": 2e-3, "bfloat16": 1e-2}.get(dtype, 1e-6)
            np.testing.assert_allclose(alpha.sum(-1), there.any(-1), atol=unit)
        how = {"mask": [None, ops.convert_to_tensor(MASKS["the first example has no value"])]}
        found = value_and_gradients(lambda q, v: layer([q, v], **how), (QUERY, VALUE), QUERY)
        assert all(np.isfinite(np.asarray(x, "float64")).all() for x in found)
        assert not np.asarray(found[1][0], "float64").any()


@every_kind
def test_what_is_masked_moves_nothing(make: Any) -> None:
    layer, mask = make(), MASKS["the last is masked"]
    how = {"mask": [None, ops.convert_to_tensor(mask)]}
    moved = VALUE + 100 * ~mask[..., None]
    for one, other in zip(
        attend(layer, QUERY, VALUE, **how), attend(layer, QUERY, moved, **how), strict=True
    ):
        np.testing.assert_array_equal(one, other)


@every_kind
def test_the_future_moves_nothing_before(make: Any) -> None:
    """Of a sequence that looks at itself: with another last step only the last output is another."""
    layer, moved = make(), VALUE.copy()
    moved[:, -1] += 3
    before, after = (attend(layer, x, x, use_causal_mask=True)[0] for x in (VALUE, moved))
    np.testing.assert_array_equal(before[:, :-1], after[:, :-1])
    assert np.abs(before[:, -1] - after[:, -1]).min() > 0


def two_of_one_tensor(make: Any) -> keras.Model:
    tokens = keras.Input((6,), dtype="int32")
    x = keras.layers.Embedding(9, 4, mask_zero=True)(tokens)
    outputs = [make()([x, x], return_attention_scores=True)[1] for _ in range(2)]
    return keras.Model(tokens, [*outputs, make()([x, x])])


@every_kind
def test_a_mask_stays_with_its_tensor(make: Any) -> None:
    """Two layers look at one masked tensor, and both see its mask; what comes out has the mask of the queries."""
    tokens = np.array([[3, 4, 5, 0, 0, 0], [1, 2, 3, 4, 5, 6]])
    found = [ops.convert_to_numpy(x) for x in two_of_one_tensor(make)(tokens)]
    assert not any(alpha[0, :, 3:].any() for alpha in found[:2]) and not found[2][0, 3:].any()
    x = keras.layers.Embedding(9, 4, mask_zero=True)(ops.convert_to_tensor(tokens))
    mask = keras.src.backend.get_keras_mask(x)
    out = make()([x, x])
    assert keras.src.backend.get_keras_mask(x) is mask
    np.testing.assert_array_equal(keras.src.backend.get_keras_mask(out), tokens > 0)


@every_kind
def test_in_a_model(make: Any, tmp_path: Any) -> None:
    """Lengths that are not known, `fit`, a file, and the same again; keys of another size than the values."""
    keras.utils.set_random_seed(0)
    query, value, key = (keras.Input((None, size)) for size in (4, 3, 4))
    c, alpha = make(dropout=0.1, name="look")([query, value, key], return_attention_scores=True)
    assert make().compute_output_shape([(2, 5, 4), (2, 7, 3), (2, 7, 4)]) == (2, 5, 3)
    assert c.shape == (None, None, 3) and alpha.shape == (None, None, None)
    model = keras.Model([query, value, key], keras.layers.Dense(1)(c))
    model.compile("sgd", "mse")
    given = [QUERY, VALUE[..., :3], VALUE]
    model.fit(given, QUERY[..., :1], verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for shorter in (given, [given[0][:, :2], given[1][:, :4], given[2][:, :4]]):
        one, other = (np.asarray(m(shorter)) for m in (model, loaded))
        np.testing.assert_array_equal(one, other)
    assert loaded.get_layer("look").get_config() == model.get_layer("look").get_config()


@every_kind
def test_compiled(make: Any) -> None:
    layer = make()
    given = [ops.convert_to_tensor(x, "float32") for x in (QUERY, VALUE)]
    mask = ops.convert_to_tensor(MASKS["the last is masked"])
    run: Any = lambda q, v, m: layer([q, v], mask=[None, m], use_causal_mask=True)  # noqa: E731
    eager = ops.convert_to_numpy(run(*given, mask))
    compiled: Any = compile_function(run)
    np.testing.assert_allclose(compiled(*given, mask), eager, rtol=1e-5, atol=1e-6)


def test_dropout_leaves_weights_out() -> None:
    """In training alone; a quarter of 4000 is 11 standard deviations from a fifth. What is left is divided by 3/4."""
    layer, zeros = DotProductAttention(dropout=0.25, seed=1), np.zeros((10, 20, 2))
    given = zeros, np.ones((10, 20, 2))
    c, alpha = attend(layer, *given, training=True)
    assert np.allclose(np.unique(alpha.round(5)), [0, 1 / 20 / 0.75], atol=1e-5)
    assert abs(np.mean(alpha == 0) - 0.25) < 0.03
    np.testing.assert_allclose(c[..., 0], alpha.sum(-1), rtol=1e-5)
    assert np.allclose(attend(layer, *given)[1], 1 / 20)


def test_scaled_scores_keep_their_size() -> None:
    """Of keys of 1024 numbers with a variance of 1: without the root almost all goes to one."""
    rng = np.random.default_rng(3)
    given = [rng.normal(size=(1, n, 1024)) for n in (200, 8)]
    _, alpha = attend(DotProductAttention(), *given)
    _, unscaled = attend(keras.layers.Attention(), *given)
    assert np.mean(alpha.max(-1)) < 0.5 and np.mean(unscaled.max(-1)) > 0.95


@every_kind
def test_a_single_value(make: Any) -> None:
    """Has all the weight, masked or not; `ops.softmax` warns of one score, and warnings are errors here."""
    for there in (None, [[True], [False]]):
        mask = None if there is None else [None, ops.convert_to_tensor(there)]
        _, alpha = attend(make(), QUERY, VALUE[:, :1], mask=mask)
        assert np.array_equal(alpha[:, 0, 0], [1, 1 if there is None else 0])


X = ops.ones((2, 3, 4))
REFUSED = {
    "a tensor": (X, {}, "inputs"),
    "one input": ([X], {}, "inputs"),
    "no input": ([], {}, "inputs"),
    "a key too few": ([X, X, X[:, :2]], {}, "inputs"),
    "four inputs": ([X] * 4, {}, "inputs"),
    "a mask alone": ([X, X], {"mask": ops.ones((2, 3), "bool")}, "mask"),
    "one mask": ([X, X], {"mask": [ops.ones((2, 3), "bool")]}, "mask"),
}


@every_kind
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(make: Any, name: str) -> None:
    inputs, how, argument = REFUSED[name]
    layer = make()
    refuses(f"layers.{type(layer).__name__}", argument, lambda: layer(inputs, **how))


def test_keys_of_another_size() -> None:
    """Dot products need one size; a hidden layer does not."""
    refuses("DotProductAttention", "inputs", lambda: DotProductAttention()([X, X, X[..., :3]]))
    assert AdditiveAttention(2)([X, X, X[..., :3]]).shape == (2, 3, 4)
