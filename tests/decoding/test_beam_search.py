"""Beam search against all sequences there are, how often it asks the model, where it ends, and what is refused."""

import itertools
import math
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import ops

from dlref.decoding import beam_search, greedy_search, score_sequence
from tests.errors.hostile import few, refuses
from tests.oracles.decoding import DRAWN, EQUAL, IMPOSSIBLE, beam, model_of, shown
from tests.training import compile_function

END = 0


def drawn(seed: int, size: int, sharpness: float = 2.0) -> Any:
    """The log-probabilities of a vocabulary after each of many prefixes; each eighth token is impossible."""
    rng = np.random.default_rng(seed)
    logits = np.where(
        rng.random((211, size)) < 1 / 8, -np.inf, rng.normal(0, sharpness, (211, size))
    )
    logits[:, END] = np.maximum(logits[:, END], -1)
    return logits - np.log(np.sum(np.exp(logits), -1, keepdims=True))


def all_sequences(model: Any, size: int, longest: int, alpha: float) -> list[tuple[Any, float]]:
    """Every possible one with its score: it ends with the only end token, or has none and is as long as it may be."""
    found = []
    for length in range(1, longest + 1):
        for tokens in itertools.product(range(size), repeat=length):
            if END in tokens[:-1] or (tokens[-1] != END and length < longest):
                continue
            prefixes = [np.array([[END, *tokens[:t]]]) for t in range(length)]
            s = math.fsum(model(p)[0, j] for p, j in zip(prefixes, tokens, strict=True))
            if s > -np.inf:
                found.append((tokens, s / length**alpha))
    return sorted(found, key=lambda each: -each[1])


@few
@given(
    st.integers(0, 999), st.integers(1, 4), st.integers(1, 4), st.floats(0, 1), st.integers(1, 9)
)
def test_a_wide_beam_finds_what_all_sequences_hold(
    seed: int, size: int, longest: int, alpha: float, best: int
) -> None:
    """The best ones of all, and no probability is lost: together they have 1."""
    model = model_of(drawn(seed, size))
    expected = all_sequences(model, size, longest, alpha)
    found = beam_search(model, END, END, longest, 4**4, alpha)
    assert len(found) == len(expected)
    assert math.fsum(math.exp(each.log_probability) for each in found) == pytest.approx(1)
    scores = [each.score for each in found]
    assert scores == pytest.approx([score for _, score in expected])
    by_tokens = dict(expected)
    assert scores == pytest.approx([by_tokens[each.tokens] for each in found])
    assert all(each.finished == (each.tokens[-1] == END) for each in found)
    narrow = beam_search(model, END, END, longest, best, alpha)
    assert all(
        each.score <= score + 1e-12 for each, (_, score) in zip(narrow, expected, strict=False)
    )


@few
@given(st.integers(0, 999), st.integers(1, 5), st.integers(1, 6))
def test_a_beam_of_one_is_greedy(seed: int, size: int, longest: int) -> None:
    model = model_of(drawn(seed, size))
    (one,) = beam_search(model, END, END, longest, 1, 0)
    assert one == greedy_search(model, END, END, longest)


@few
@given(st.integers(0, 999), st.integers(1, 5), st.sampled_from([0.0, 0.3, 1.0]), st.floats(0.1, 3))
def test_it_ends_early_and_loses_nothing(
    seed: int, width: int, alpha: float, sharpness: float
) -> None:
    """The oracle goes on to the longest, whatever has been found."""
    table = drawn(seed, 4, sharpness)
    found = shown(beam_search(model_of(table), END, END, 5, width, alpha))
    np.testing.assert_allclose(found, beam(width, alpha, table), rtol=1e-12)


def asked(table: Any, *rest: Any) -> tuple[Any, list[Any]]:
    shapes = []

    def model(prefixes: Any) -> Any:
        assert prefixes.dtype == np.int32
        shapes.append(prefixes.shape)
        return np.log(table)[prefixes[:, -1]]

    return beam_search(model, *rest), shapes


def test_the_model_is_asked_once_for_each_length() -> None:
    """With all prefixes that are open: one at first, as many as there are tokens, then the width of the beam."""
    table = np.array([[0.1, 0.5, 0.4], [0.1, 0.5, 0.4], [0.2, 0.4, 0.4]])
    _, shapes = asked(table, 0, 0, 4, 4, 0.0)
    assert shapes[0] == (1, 1) and shapes[1] == (2, 2) and shapes[2][0] <= 4 and len(shapes) <= 4


def test_it_stops_where_nothing_can_become_better() -> None:
    """The end has 0.9: whatever follows the other tokens has less than 0.1, and the longest is never reached."""
    table = np.array([[0.9, 0.1], [0.9, 0.1]])
    found, shapes = asked(table, 0, 0, 100, 1, 0.0)
    assert [each.tokens for each in found] == [(0,)] and len(shapes) == 1
    found, shapes = asked(table, 0, 0, 100, 2, 0.0)
    assert [each.tokens for each in found] == [(0,), (1, 0)] and len(shapes) == 2


def test_without_a_length_penalty_short_is_better() -> None:
    """The end at once has 0.3. Six tokens of 0.7, 0.8, ..., 0.8 have 0.23, but each of them is likelier."""

    def model(prefixes: Any) -> Any:
        ends = {1: 0.3, 6: 0.8}.get(prefixes.shape[1], 0.2)
        return np.log([[ends, 1 - ends]] * len(prefixes))

    lengths = [len(beam_search(model, 0, 0, 9, 3, alpha)[0].tokens) for alpha in (0.0, 0.7, 1.0)]
    assert lengths == [1, 6, 6]


LITTLE = {
    "one token, the end": (np.zeros((1, 1)), {}, [(0,)]),
    "never the end": (np.log([[0.5, 0.5]]) + [-np.inf, 0], {"max_length": 3}, [(1, 1, 1)]),
    "a beam wider than all": (np.log([[0.75, 0.25]]), {"beam_width": 99, "max_length": 2}, [(0,), (1, 0), (1, 1)]),
    "equal scores": (np.log([[0.25] * 4]), {"max_length": 1, "beam_width": 3}, [(0,), (1,), (2,)]),
    "probability 1": (np.array([[-np.inf, 0.0]]), {"max_length": 2}, [(1, 1)]),
}  # fmt: skip


@pytest.mark.parametrize(("row", "limits", "expected"), LITTLE.values(), ids=LITTLE)
def test_little_to_choose_from(row: Any, limits: Any, expected: Any) -> None:
    given_ = {"start_token": 0, "end_token": 0, "max_length": 5} | limits
    found = beam_search(lambda prefixes: np.repeat(row, len(prefixes), 0), **given_)
    assert [each.tokens for each in found] == expected


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_a_compiled_model_of_low_precision(dtype: str) -> None:
    """Its numbers are added in float64: what is found is found of the rounded numbers."""
    table = ops.cast(ops.convert_to_tensor(DRAWN[0]), dtype)
    places = compile_function(lambda i: ops.take(table, i, axis=0))

    def model(prefixes: Any) -> Any:
        return places(
            ops.convert_to_tensor(np.sum(prefixes * 4 ** np.arange(prefixes.shape[1]), 1) % 83)
        )

    rounded = ops.convert_to_numpy(ops.cast(table, "float32")).astype("float64")
    exact = lambda prefixes: rounded[np.sum(prefixes * 4 ** np.arange(prefixes.shape[1]), 1) % 83]  # noqa: E731
    assert beam_search(model, 1, 0, 3) == beam_search(exact, 1, 0, 3)


def test_a_keras_model() -> None:
    """An untrained network that reads prefixes of every length."""
    keras.utils.set_random_seed(0)
    read = [keras.layers.Embedding(5, 4), keras.layers.GlobalAveragePooling1D()]
    network = keras.Sequential([keras.Input((None,)), *read, keras.layers.Dense(5, "log_softmax")])
    found = beam_search(network, 1, 0, 3, beam_width=2)
    assert len(found) == 2
    ended = [each for each in found if each.finished]
    for each in ended:
        again = score_sequence(network, each.tokens, 1, 0)
        assert again.log_probability == pytest.approx(each.log_probability, rel=1e-5)


def of(*row: Any) -> Any:
    return lambda prefixes: np.array([row] * len(prefixes))


HALF = math.log(0.5)
REFUSED = {
    "no function": ({"next_log_probabilities": [[HALF, HALF]]}, "next_log_probabilities"),
    "an empty vocabulary": ({"next_log_probabilities": of()}, "next_log_probabilities"),
    "a row too few": (
        {"next_log_probabilities": lambda p: np.zeros((0, 2))},
        "next_log_probabilities",
    ),
    "one axis": ({"next_log_probabilities": lambda p: np.full(2, HALF)}, "next_log_probabilities"),
    "logits": ({"next_log_probabilities": of(3.0, -1.0)}, "next_log_probabilities"),
    "probabilities": ({"next_log_probabilities": of(0.5, 0.5)}, "next_log_probabilities"),
    "NaN": ({"next_log_probabilities": of(math.nan, HALF)}, "next_log_probabilities"),
    "an infinity": ({"next_log_probabilities": of(math.inf, HALF)}, "next_log_probabilities"),
    "nothing possible": (
        {"next_log_probabilities": of(-math.inf, -math.inf)},
        "next_log_probabilities",
    ),
    "complex numbers": ({"next_log_probabilities": of(HALF * 1j, HALF)}, "next_log_probabilities"),
    "words": ({"next_log_probabilities": of("a", "b")}, "next_log_probabilities"),
    "None": ({"next_log_probabilities": lambda p: None}, "next_log_probabilities"),
    "an end outside the vocabulary": ({"end_token": 2}, "end_token"),
    "a negative end": ({"end_token": -1}, "end_token"),
    "a word for the start": ({"start_token": "<s>"}, "start_token"),
    "no length": ({"max_length": 0}, "max_length"),
    "half a length": ({"max_length": 2.5}, "max_length"),
}
OF_THE_BEAM = {
    "no beam": ({"beam_width": 0}, "beam_width"),
    "a true beam": ({"beam_width": True}, "beam_width"),
    "a negative penalty": ({"length_penalty": -0.1}, "length_penalty"),
    "a penalty above 1": ({"length_penalty": 1.5}, "length_penalty"),
    "a penalty of NaN": ({"length_penalty": math.nan}, "length_penalty"),
}


@pytest.mark.parametrize("name", [*REFUSED, *OF_THE_BEAM])
def test_what_is_refused(name: str) -> None:
    changed, argument = (REFUSED | OF_THE_BEAM)[name]
    arguments = {"next_log_probabilities": of(HALF, HALF), "start_token": 0, "end_token": 0}
    arguments |= {"max_length": 2} | changed
    for search in (beam_search, greedy_search) if name in REFUSED else (beam_search,):
        refuses(search.__name__, argument, lambda search=search: search(**arguments))


def test_an_error_of_the_model_is_its_own() -> None:
    with pytest.raises(KeyError, match="mine"):
        beam_search(lambda prefixes: {}["mine"], 0, 0, 3)


@pytest.mark.parametrize("table", [EQUAL, IMPOSSIBLE])
def test_the_tables_of_the_oracle_hold_what_they_say(table: Any) -> None:
    finite = table[np.isfinite(table)]
    assert len(np.unique(finite)) == 3 and (len(finite) < table.size) == (table is IMPOSSIBLE)
