"""Who is at fault: the search, the model, or nobody; the report; and what is refused."""

import itertools
import math
from typing import Any

import numpy as np
import pytest

from dlref.decoding import beam_search, beam_search_errors, greedy_search, score_sequence
from dlref.decoding.sequence import DecodedSequence
from tests.errors.hostile import refuses

# After the start 0.4 is followed by a sure end, and 0.6 by one of 0.5: greedy search takes the latter, 0.3 in all.
TABLE = np.array([[0.0, 0.4, 0.6], [1.0, 0.0, 0.0], [0.5, 0.25, 0.25]])


def model(prefixes: Any) -> Any:
    with np.errstate(divide="ignore"):
        return np.log(TABLE)[prefixes[:, -1]]


def test_greedy_search_is_at_fault_and_a_beam_of_two_is_right() -> None:
    reference = score_sequence(model, [1, 0], 0, 0, 0)
    greedy = greedy_search(model, 0, 0, 5)
    assert greedy.tokens == (2, 0) and greedy.score == pytest.approx(math.log(0.3))
    assert beam_search_errors([reference], [greedy]).faults == ("search",)
    wider = beam_search(model, 0, 0, 5, 2, 0)[0]
    assert beam_search_errors([reference], [wider]).faults == ("right",)


def test_the_model_is_at_fault_where_it_prefers_what_is_wrong() -> None:
    reference = score_sequence(model, [2, 1, 0], 0, 0, 0)
    found = beam_search(model, 0, 0, 5, 2, 0)[0]
    assert beam_search_errors([reference], [found]).faults == ("model",)


def test_a_wide_beam_is_never_at_fault() -> None:
    found = beam_search(model, 0, 0, 4, 81)[0]
    written = [w for n in range(4) for w in itertools.product((1, 2), repeat=n)]
    references = [score_sequence(model, [*tokens, 0], 0, 0) for tokens in written]
    assert set(beam_search_errors(references, [found] * len(references)).faults) == {
        "right",
        "model",
    }


def test_what_the_model_holds_for_impossible_has_the_score_of_minus_infinity() -> None:
    reference = score_sequence(model, [1, 1, 0], 0, 0)
    assert reference.score == -math.inf
    assert beam_search_errors([reference], [beam_search(model, 0, 0, 5)[0]]).faults == ("model",)


def sequence(score: float, token: int = 1, penalty: float = 0.7) -> DecodedSequence:
    return DecodedSequence((token, 0), score, score, penalty, True)


def found_of(search: int, wrong_model: int, right: int) -> Any:
    references = (
        [sequence(-1.0)] * search + [sequence(-2.0)] * wrong_model + [sequence(-3.0, 2)] * right
    )
    outputs = [sequence(-1.5, 2)] * (search + wrong_model) + [sequence(-3.0, 2)] * right
    return beam_search_errors(references, outputs)


VERDICTS = {
    "search": (20, 5, 3),
    "model": (2, 20, 0),
    "not enough examples": (7, 5, 1),
    "no errors": (0, 0, 4),
}


@pytest.mark.parametrize("verdict", VERDICTS)
def test_verdict(verdict: str) -> None:
    found = found_of(*VERDICTS[verdict])
    assert found.verdict == verdict and found.wrong == sum(VERDICTS[verdict][:2])
    assert "sequences are wrong. " in str(found)


def test_report() -> None:
    assert str(found_of(20, 5, 25)).splitlines() == [
        "at fault  examples  share  95 % interval",
        "search    20        80%    61% … 91%",
        "model     5         20%    9% … 39%",
        "25 of 50 sequences are wrong. Widen the beam: the model knows better sequences than the search finds.",
    ]


def scored(tokens: Any, **changed: Any) -> Any:
    given = {"start_token": 0, "end_token": 0, "length_penalty": 0.7} | changed
    return lambda: score_sequence(given.pop("model", model), tokens, **given)


ONE: Any = [sequence(-1.0)]
NUMBERS: Any = [-1.0]
REFUSED = {
    "no end": ("score_sequence", "tokens", scored([1, 2])),
    "an end inside": ("score_sequence", "tokens", scored([1, 0, 0])),
    "no token": ("score_sequence", "tokens", scored([])),
    "a token beyond the vocabulary": ("score_sequence", "tokens", scored([3, 0])),
    "a word": ("score_sequence", "tokens", scored("ab")),
    "a float": ("score_sequence", "tokens", scored([1.0, 0])),
    "no model": ("score_sequence", "next_log_probabilities", scored([0], model=None)),
    "a penalty of 2": ("score_sequence", "length_penalty", scored([0], length_penalty=2)),
    "none": ("beam_search_errors", "references", lambda: beam_search_errors([], [])),
    "more outputs": ("beam_search_errors", "outputs", lambda: beam_search_errors(ONE, ONE * 2)),
    "numbers": ("beam_search_errors", "outputs", lambda: beam_search_errors(ONE, NUMBERS)),
    "a whole beam": ("beam_search_errors", "outputs", lambda: beam_search_errors(ONE, [ONE])),
    "no list": ("beam_search_errors", "references", lambda: beam_search_errors(ONE[0], ONE)),
    "two penalties": (
        "beam_search_errors", "length_penalty", lambda: beam_search_errors(ONE, [sequence(-1.0, 2, 0.0)])),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    refuses(*REFUSED[name])
