"""What the recurrent layers share: masks, states from one call to the next, dropout, files, and what they refuse."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref import layers
from tests.errors.hostile import refuses

KINDS = [layers.SimpleRNN, layers.GRU, layers.SimplifiedGRU, layers.LSTM]
X = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
MASK = np.array([[True, True, False, True, False], [False, True, True, False, False]])
every_kind = pytest.mark.parametrize("kind", KINDS)


def seeded(kind: Any, units: int = 4, **arguments: Any) -> Any:
    """A layer whose weights are the same each time."""
    glorot = keras.initializers.GlorotUniform(seed=1)
    return kind(units, kernel_initializer=glorot, recurrent_initializer=glorot, **arguments)


def array(tensor: Any) -> np.ndarray:
    return np.asarray(ops.convert_to_numpy(tensor))


@every_kind
def test_masked_steps_change_nothing(kind: Any) -> None:
    """State and output stay as they are; before the first step that counts they are 0."""
    layer = seeded(kind, return_sequences=True)
    found = array(layer(X, mask=MASK))
    for example, mask, outputs in zip(X, MASK, found, strict=True):
        alone = array(layer(example[mask][None]))[0]
        places = np.cumsum(mask) - 1
        expected = np.where(places[:, None] >= 0, alone[places], 0)
        np.testing.assert_allclose(outputs, expected, atol=1e-6)


@every_kind
def test_masked_steps_are_zeros_inside_bidirectional(kind: Any) -> None:
    """As Keras' own layers: Bidirectional asks both halves for zeros."""
    halves = keras.layers.Bidirectional(seeded(kind, return_sequences=True))
    found = array(halves(X, mask=MASK))
    assert not found[~MASK].any() and found[MASK].all()


@every_kind
def test_states_of_steps_and_of_mini_batches(kind: Any) -> None:
    """The last output, from here or there, and in two pieces."""
    whole, last, *states = seeded(kind, return_sequences=True, return_state=True), seeded(kind)
    every, *states = whole(X)
    np.testing.assert_allclose(array(every)[:, -1], array(last(X)), atol=1e-6)
    np.testing.assert_array_equal(states[0], array(every)[:, -1])
    _, *half = whole(X[:, :2])
    np.testing.assert_allclose(array(last(X[:, 2:], initial_state=half)), array(last(X)), atol=1e-6)
    pieces = seeded(kind, stateful=True)
    pieces(X[:, :2])
    np.testing.assert_allclose(array(pieces(X[:, 2:])), array(last(X)), atol=1e-6)
    pieces.reset_state()
    pieces(X[:, :2])
    np.testing.assert_allclose(array(pieces(X[:, 2:])), array(last(X)), atol=1e-6)


@every_kind
def test_backwards_is_forwards_over_what_is_turned_round(kind: Any) -> None:
    there, back = (seeded(kind, return_sequences=True, go_backwards=b) for b in (False, True))
    np.testing.assert_allclose(array(back(X)), array(there(X[:, ::-1])), atol=1e-6)


@every_kind
def test_dropout_leaves_the_same_out_of_all_steps(kind: Any) -> None:
    """What is left is multiplied by 1 / (1 - rate); at test time nothing happens."""
    ones = np.ones((64, 4, 3), "float32")
    layer, plain = seeded(kind, dropout=0.5, seed=3, return_sequences=True), seeded(kind)
    outputs = array(layer(ones, training=True))
    seen = {tuple(np.round(each, 5)) for each in outputs[:, -1]}
    possible = np.array([[i & 1, i >> 1 & 1, i >> 2] for i in range(8)], "float32") * 2
    expected = array(plain(np.repeat(possible[:, None], 4, 1)))
    assert seen == {tuple(np.round(each, 5)) for each in expected}
    np.testing.assert_allclose(array(layer(X))[:, -1], array(plain(X)), atol=1e-6)


@every_kind
def test_dropout_of_the_state(kind: Any) -> None:
    """The first step does not see the state; all later ones do without the same units."""
    layer = seeded(kind, 1, recurrent_dropout=0.75, seed=5, return_sequences=True)
    ones = np.ones((200, 3, 1), "float32")
    outputs = array(layer(ones, training=True))[..., 0]
    assert len(np.unique(np.round(outputs[:, 0], 5))) == 1
    kept, shares = np.unique(np.round(outputs[:, 2], 5), return_counts=True)
    assert len(kept) == 2 and 0.15 < min(shares) / 200 < 0.35


@every_kind
def test_in_a_model_saved_and_loaded(kind: Any, tmp_path: Any) -> None:
    model = keras.Sequential(
        [
            keras.Input((None, 3)),
            keras.layers.Masking(0.0),
            keras.layers.Bidirectional(kind(4, return_sequences=True, dropout=0.1, seed=1)),
            kind(3, kernel_regularizer="l2", recurrent_constraint="max_norm"),
            keras.layers.Dense(1),
        ]
    )
    model.compile("adam", "mse", run_eagerly=True)  # compiling takes seconds
    model.fit(X, np.ones((2, 1)), verbose=0)
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(array(loaded(X[:, :3])), array(model(X[:, :3])), rtol=1e-6)


@every_kind
def test_whole_numbers_and_precisions(kind: Any) -> None:
    layer = seeded(kind)
    np.testing.assert_allclose(
        array(layer(np.ones((1, 2, 3), int))), array(layer(np.ones((1, 2, 3))))
    )
    for dtype in ("float16", "bfloat16", "float64", "mixed_float16"):
        found = seeded(kind, dtype=dtype, return_sequences=True)(X)
        assert keras.backend.standardize_dtype(found.dtype) == dtype.removeprefix("mixed_")


@every_kind
def test_what_does_not_fit(kind: Any) -> None:
    with pytest.raises(ValueError, match=rf"{kind.__name__}.*at least one step.*\(2, 0, 3\)"):
        kind(4)(np.zeros((2, 0, 3), "float32"))
    with pytest.raises(ValueError, match="expected ndim=3"):
        kind(4)(X[0])
    refuses(f"layers.{kind.__name__}", "dropout", lambda: kind(4, dropout=1.0))
    refuses(f"layers.{kind.__name__}", "units", lambda: kind(0))
