"""Word and character error rate: against jiwer, texts of any length and form, nothing at all, what is refused."""

import math
import unicodedata
from typing import Any

import jiwer
import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlref.metrics import CharacterErrorRate, WordErrorRate
from tests.errors.hostile import refuses

RATES = {WordErrorRate: jiwer.wer, CharacterErrorRate: jiwer.cer}
each_rate = pytest.mark.parametrize("rate", RATES)


def of(rate: Any, y_true: Any, y_pred: Any) -> Any:
    metric = rate(dtype="float64")
    metric.update_state(y_true, y_pred)
    return metric


@st.composite
def corpora(draw: Any) -> tuple[list[str], list[str]]:
    """Pairs that are filled up to one length, and spaces one behind the other and at both ends."""
    text = st.text(st.sampled_from("가나 "), max_size=draw(st.sampled_from([3, 20])))
    size = draw(st.integers(1, 5))
    references = st.lists(text.map("{}다".format), min_size=size, max_size=size)
    return draw(references), draw(st.lists(text, min_size=size, max_size=size))


@each_rate
@settings(max_examples=40, deadline=None)
@given(corpora())
def test_jiwer(rate: Any, corpus: Any) -> None:
    """In two parts as well."""
    metric = of(rate, *corpus)
    assert float(metric.result()) == pytest.approx(RATES[rate](*corpus), rel=1e-15)
    in_parts = rate(dtype="float64")
    for part in (slice(0, 1), slice(1, None)):
        in_parts.update_state(*(texts[part] for texts in corpus))
    assert float(in_parts.result()) == float(metric.result())


def test_more_pairs_than_are_counted_together() -> None:
    """A long one among them."""
    rng = np.random.default_rng(0)
    references, candidates = (
        [" ".join(rng.choice(list("abc"), 6)) for _ in range(150)] for _ in range(2)
    )
    references[70] = " ".join(rng.choice(list("abc"), 300))
    found = of(WordErrorRate, references, candidates).result()
    assert float(found) == pytest.approx(jiwer.wer(references, candidates), rel=1e-15)


def test_what_counts() -> None:
    """Capitals and spaces; a syllable is one character, and up to three where it is decomposed."""
    assert of(WordErrorRate, ["the cat"], ["The cat"]).result() == 0.5
    assert float(of(CharacterErrorRate, ["강 물"], ["감 물"]).result()) == pytest.approx(1 / 3)
    assert float(of(CharacterErrorRate, ["강 물"], ["강물"]).result()) == pytest.approx(1 / 3)
    decomposed = [[unicodedata.normalize("NFD", text)] for text in ("강 물", "감 물")]
    assert float(of(CharacterErrorRate, *decomposed).result()) == pytest.approx(1 / 7)
    assert of(WordErrorRate, ["a\tb\nc"], ["a b  c"]).result() == 0
    assert jiwer.wer("a\tb\nc", "a b  c") == 3


@each_rate
def test_lists_of_tokens(rate: Any) -> None:
    assert of(rate, [["강", "물"]], [["강"]]).result() == 0.5
    assert of(rate, np.array([[1, 2, 3, 4]]), np.array([[1, 3, 4, 5]])).result() == 0.5


@each_rate
def test_references_without_tokens(rate: Any) -> None:
    assert math.isnan(rate().result())
    assert math.isnan(of(rate, [""], [""]).result())
    assert of(rate, [""], ["a b c"]).result() == math.inf
    assert RATES[rate]("", "a b c") == {"wer": 3, "cer": 5}[RATES[rate].__name__]
    metric = of(rate, ["a b", ""], ["", "a"])
    assert float(metric.result()) == (4 / 3 if rate is CharacterErrorRate else 3 / 2)
    metric.reset_state()
    assert math.isnan(metric.result())


@each_rate
def test_the_dtype_and_the_direction(rate: Any) -> None:
    assert keras.backend.standardize_dtype(rate()(["a"], ["b"]).dtype) == "float32"
    assert rate()._direction == "down"


WRONG = [
    ("y_true", {"y_true": "the cat"}),
    ("y_true", {"y_true": [None]}),
    ("y_true", {"y_true": ["a", "b"]}),
    ("y_true", {"y_true": [[["a"]]]}),
    ("y_pred", {"y_pred": "the cat"}),
    ("y_pred", {"y_pred": [b"the cat"]}),
    ("y_pred", {"y_pred": [1]}),
]


@each_rate
@pytest.mark.parametrize(("argument", "wrong"), WRONG, ids=str)
def test_what_is_refused(rate: Any, argument: str, wrong: Any) -> None:
    states = {"y_true": ["the cat"], "y_pred": ["the cat"]} | wrong
    refuses(rate.__name__, argument, lambda: rate().update_state(**states))
