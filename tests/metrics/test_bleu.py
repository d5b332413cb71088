"""BLEU: against sacrebleu and NLTK, where their scores of a sentence differ, short and empty texts, what is refused."""

import math
import warnings
from typing import Any

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.translate import bleu_score as nltk
from sacrebleu import corpus_bleu, sentence_bleu

from dlref.conformance.text_metrics import by_sacrebleu
from dlref.metrics import BLEU
from tests.errors.hostile import refuses

LECTURE = ["the cat is on the mat", "there is a cat on the mat"]


def of(y_true: Any, y_pred: Any, *arguments: Any, **more: Any) -> BLEU:
    metric = BLEU(*arguments, **more, dtype="float64")
    metric.update_state(y_true, y_pred)
    return metric


@st.composite
def corpora(draw: Any, shortest: int = 0) -> tuple[list[list[str]], list[str]]:
    """Few different words, so that many n-grams match, and some none."""
    words = st.sampled_from("가나다"[: draw(st.integers(1, 3))])
    text = st.lists(words, min_size=shortest, max_size=9).map(" ".join)
    references, size = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    each = st.lists(text, min_size=references, max_size=references)
    y_true = draw(st.lists(each, min_size=size, max_size=size))
    return y_true, draw(st.lists(text, min_size=size, max_size=size))


VALUES = {"none": [None], "exp": [None], "floor": [None, 0.3], "add-k": [None, 0.5]}
SMOOTHINGS = [(name, value) for name, values in VALUES.items() for value in values]


@settings(max_examples=60, deadline=None)
@given(corpora(), st.integers(1, 5), st.sampled_from(SMOOTHINGS))
def test_sacrebleu(corpus: Any, order: int, smoothing: Any) -> None:
    """Empty texts among them; in two parts as well."""
    method, value = smoothing
    expected = by_sacrebleu(*corpus, max_ngram_order=order, smooth_method=method, smooth_value=value)  # fmt: skip
    metric = of(*corpus, order, smoothing=method, smoothing_value=value)
    assert float(metric.result()) == pytest.approx(expected, rel=1e-13, abs=0)
    in_parts = BLEU(order, None, method, value, dtype="float64")
    for i in range(len(corpus[1])):
        in_parts.update_state(*(texts[i : i + 1] for texts in corpus))
    assert float(in_parts.result()) == float(metric.result())


@settings(max_examples=60, deadline=None)
@given(corpora(shortest=4), st.sampled_from([[0.25] * 4, [1], [0.5, 0.5], [0.1, 0.2, 0.7]]))
def test_nltk(corpus: Any, weights: Any) -> None:
    y_true, y_pred = [[r.split() for r in each] for each in corpus[0]], [c.split() for c in corpus[1]]  # fmt: skip
    smooth = nltk.SmoothingFunction()
    methods = {"floor": smooth.method1, "add-k": smooth.method2, "exp": smooth.method3}
    for name, method in methods.items():
        expected = nltk.corpus_bleu(y_true, y_pred, weights, method)
        score = of(y_true, y_pred, len(weights), weights, name).result()
        assert float(score) == pytest.approx(expected, rel=1e-13, abs=0)
    with warnings.catch_warnings(action="ignore", category=UserWarning):
        expected = nltk.corpus_bleu(y_true, y_pred, weights)
    score = of(y_true, y_pred, len(weights), weights).result()
    assert float(score) == pytest.approx(expected, abs=1e-12)


def test_scores_of_one_sentence_differ() -> None:
    """Two words of three: no trigram, and sacrebleu's function for a sentence then asks for none."""
    truth, found = "the cat sat", "the cat"
    assert of([[truth]], [found]).result() == corpus_bleu([found], [[truth]]).score == 0
    with pytest.warns(UserWarning, match="0 counts of"):
        assert 0 < nltk.sentence_bleu([truth.split()], found.split()) < 1e-150
    expected = sentence_bleu(found, [truth]).score / 100
    assert expected == pytest.approx(math.exp(-0.5))
    assert float(of([[truth]], [found], 2, smoothing="exp").result()) == pytest.approx(expected)


def test_a_short_candidate_among_long_ones() -> None:
    """NLTK counts it as one 4-gram that no reference has: a perfect corpus has 0.84."""
    texts = ["a b c d e", "a b"]
    assert of([[t] for t in texts], texts).result() == 1
    split = [t.split() for t in texts]
    theirs = nltk.corpus_bleu([[t] for t in split], split)
    assert theirs == pytest.approx(0.5**0.25)


def test_sacrebleu_splits_off_the_full_stop() -> None:
    truth, found = "the cat sat there.", "the cat sat here ."
    assert of([[truth]], [found]).result() == 0
    assert corpus_bleu([found], [[truth]]).score > 30
    apart = [text.replace(".", " .").split() for text in (truth, found)]
    score = float(of([apart[:1]], apart[1:], smoothing="exp").result())
    assert score == pytest.approx(corpus_bleu([found], [[truth]]).score / 100)


def test_the_lecture() -> None:
    assert of([LECTURE], ["the " * 7], 1).precisions().tolist() == [2 / 7]
    assert of([LECTURE], ["the cat the cat on the mat"], 2).precisions()[1] == 4 / 6


def test_tokens_of_any_kind() -> None:
    """Korean split into morphemes by somebody else, and numbers of words."""
    truth, found = (f"고양이 {particle} 매트 위 에 있다".split() for particle in "가는")
    number = {word: i for i, word in enumerate({*truth, *found})}
    scores = [
        of([[[change(t) for t in truth]]], [[change(t) for t in found]]).result()
        for change in (str, number.__getitem__, lambda t: (number[t], t))
    ]
    assert scores[0] == scores[1] == scores[2] > 0.5
    assert of([["고양이가 매트 위에"]], ["고양이는 매트 위에"], 1).precisions() == 2 / 3


def test_where_there_is_nothing() -> None:
    assert math.isnan(BLEU().result())
    assert math.isnan(of([], []).result())
    for y_true, y_pred in (([[""]], [""]), ([["a"]], [""]), ([[""]], ["a"])):
        metric = of(y_true, y_pred, 1, smoothing="exp")
        assert metric.result() == 0
        assert metric.brevity_penalty() == (y_pred == ["a"])
    metric = of([LECTURE], LECTURE[:1])
    assert metric.result() == 1
    metric.reset_state()
    assert math.isnan(metric.result())


def test_the_dtype_of_the_result() -> None:
    score = BLEU()([LECTURE], LECTURE[:1])
    assert keras.backend.standardize_dtype(score.dtype) == "float32"


WRONG = [
    ("y_true", {"y_true": "the cat"}),
    ("y_true", {"y_true": ["the cat"]}),
    ("y_true", {"y_true": [[]]}),
    ("y_true", {"y_true": [["the", "cat"]], "y_pred": [["the", "cat"]]}),
    ("y_true", {"y_true": [[["the", "cat"]]]}),
    ("y_true", {"y_true": [["the cat", ["the", "cat"]]]}),
    ("y_true", {"y_true": [["a"], ["b"]]}),
    ("y_true", {"y_true": [[[["the"]]]], "y_pred": [["the"]]}),
    ("y_true", {"y_true": [None]}),
    ("y_pred", {"y_pred": "the cat"}),
    ("y_pred", {"y_true": [[["a"]]], "y_pred": [b"the cat"]}),
    ("y_pred", {"y_true": [[["a"]]], "y_pred": [None]}),
    ("y_pred", {"y_true": [[["a"]]], "y_pred": [[{"the"}]]}),
]


@pytest.mark.parametrize(("argument", "wrong"), WRONG, ids=str)
def test_what_is_refused(argument: str, wrong: Any) -> None:
    states = {"y_true": [["the cat"]], "y_pred": ["the cat"]} | wrong
    refuses("BLEU", argument, lambda: BLEU().update_state(**states))


def test_a_value_that_no_smoothing_uses() -> None:
    for smoothing in ("none", "exp"):
        refuses("BLEU", "smoothing_value", lambda s=smoothing: BLEU(smoothing=s, smoothing_value=1))
