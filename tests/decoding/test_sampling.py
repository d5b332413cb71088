"""Sampling: the frequencies of what is drawn, temperature and top-k at their ends, seeds, and what is refused."""

import math
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from dlref.decoding import greedy_search, sample_sequences, score_sequence
from tests.decoding.test_beam_search import REFUSED, all_sequences, drawn, of
from tests.errors.hostile import few, refuses
from tests.oracles.decoding import model_of

END, HALF = 0, math.log(0.5)
P = np.array([0.5, 0.25, 0.15, 0.1])


def counted(count: int = 20_000, **ways: Any) -> np.ndarray:
    """How often each of four tokens is the first."""
    found = sample_sequences(of(*np.log(P)), 0, 0, 1, count, seed=3, **ways)
    return np.bincount([each.tokens[0] for each in found], minlength=len(P))


WAYS = {
    "as they are": ({}, P),
    "warm": ({"temperature": 2}, np.sqrt(P)),
    "cool": ({"temperature": 0.5}, P**2),
    "two of four": ({"top_k": 2}, P * [1, 1, 0, 0]),
    "more than there are": ({"top_k": 99}, P),
    "warm, three of four": ({"temperature": 2, "top_k": 3}, np.sqrt(P) * [1, 1, 1, 0]),
    "hot": ({"temperature": 1e300}, np.ones(4)),
}


@pytest.mark.parametrize(("ways", "shares"), WAYS.values(), ids=WAYS)
def test_how_often_each_token_comes(ways: Any, shares: Any) -> None:
    found = counted(**ways)
    possible = shares > 0
    assert not found[~possible].any()
    expected = shares[possible] / shares.sum() * found.sum()
    assert chisquare(found[possible], expected).pvalue > 1e-3


def test_whole_sequences_come_as_often_as_the_model_says() -> None:
    table = drawn(5, 3)
    expected = dict(all_sequences(model_of(table), 3, 3, 0.0))
    found = sample_sequences(model_of(table), END, END, 3, 20_000, seed=0)
    counts = dict.fromkeys(expected, 0)
    for each in found:
        counts[each.tokens] += 1
        assert each.log_probability == pytest.approx(expected[each.tokens])
        assert each.score == each.log_probability and each.finished == (each.tokens[-1] == END)
    frequent = [tokens for tokens, s in expected.items() if s > np.log(1e-3)]
    of_model = np.exp([expected[tokens] for tokens in frequent])
    of_found = np.array([counts[tokens] for tokens in frequent])
    assert chisquare(of_found, of_model * of_found.sum() / of_model.sum()).pvalue > 1e-3


@few
@given(
    st.integers(0, 999), st.integers(1, 5), st.integers(1, 6), st.sampled_from([1e-320, 1e-4, 1.0])
)
def test_the_likeliest_alone_is_greedy(
    seed: int, size: int, longest: int, temperature: float
) -> None:
    """By top-k, or by a temperature that makes the others impossible."""
    model = model_of(drawn(seed, size))
    greedy = greedy_search(model, END, END, longest)
    k = 1 if temperature == 1.0 else None
    for each in sample_sequences(model, END, END, longest, 3, temperature, k, seed=seed):
        assert each.tokens == greedy.tokens
        assert each.log_probability == pytest.approx(greedy.log_probability)


@few
@given(st.integers(0, 999), st.integers(2, 6), st.integers(1, 6), st.floats(1, 1e9))
def test_what_is_impossible_never_comes(
    seed: int, size: int, top_k: int, temperature: float
) -> None:
    model = model_of(drawn(seed, size))
    for each in sample_sequences(model, END, END, 4, 20, temperature, top_k, seed):
        assert each.log_probability > -np.inf
        if each.finished:
            again = score_sequence(model, each.tokens, END, END)
            assert each.log_probability == pytest.approx(again.log_probability)


def test_seeds() -> None:
    """The same seed, the same sequences; another or none, others; Keras' seed sets what has none."""
    ways = [{"seed": 1}, {"seed": 1}, {"seed": 2}, {}, {}]
    one, again, other, *free = [
        sample_sequences(of(HALF, HALF), 0, 0, 9, 50, **way) for way in ways
    ]
    assert one == again and one != other and free[0] != free[1]
    set_, reset = [
        (keras.utils.set_random_seed(4), sample_sequences(of(HALF, HALF), 0, 0, 9, 50))[1]
        for _ in range(2)
    ]
    assert set_ == reset


def test_the_model_is_asked_once_for_each_length_about_what_is_open() -> None:
    shapes = []

    def model(prefixes: Any) -> Any:
        assert prefixes.dtype == np.int32 and (prefixes[:, 0] == 1).all()
        assert END not in prefixes[:, 1:]
        shapes.append(prefixes.shape)
        return np.log([P] * len(prefixes))

    found = sample_sequences(model, 1, END, 5, 40, seed=0)
    longer = [sum(len(each.tokens) >= length for each in found) for length in range(1, 6)]
    assert shapes == [(n, length) for length, n in enumerate(longer, 1) if n]
    assert longer[0] == 40 > longer[1] > longer[4] > 0


OF_THE_SAMPLE = {
    "none drawn": ({"count": 0}, "count"),
    "no temperature": ({"temperature": 0}, "temperature"),
    "an infinite temperature": ({"temperature": math.inf}, "temperature"),
    "a negative temperature": ({"temperature": -1.0}, "temperature"),
    "none of the likeliest": ({"top_k": 0}, "top_k"),
    "half a token": ({"top_k": 0.5}, "top_k"),
    "a word for a seed": ({"seed": "one"}, "seed"),
    "a negative seed": ({"seed": -1}, "seed"),
    "a seed of 33 bits": ({"seed": 2**32}, "seed"),
}


@pytest.mark.parametrize("name", [*REFUSED, *OF_THE_SAMPLE])
def test_what_is_refused(name: str) -> None:
    changed, argument = (REFUSED | OF_THE_SAMPLE)[name]
    arguments = {"next_log_probabilities": of(HALF, HALF), "start_token": 0, "end_token": 0}
    arguments |= {"max_length": 2} | changed
    refuses("sample_sequences", argument, lambda: sample_sequences(**arguments))


def test_one_prefix_of_many_without_a_possible_token() -> None:
    def model(prefixes: Any) -> Any:
        return np.where(prefixes[:, -1:] == 2, -np.inf, np.log([[0.2, 0.4, 0.4]]))

    message = refuses(
        "sample_sequences",
        "next_log_probabilities",
        lambda: sample_sequences(model, 0, 0, 9, 20, seed=0),
    )
    assert message.endswith("2].")
