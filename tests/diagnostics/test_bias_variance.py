"""The diagnosis from errors: the lecture's tables, ties, noise, and what it says."""

import numpy as np
import pytest
import scipy.stats

from dlref.diagnostics import bias_variance
from dlref.diagnostics.bias_variance_texts import TEXTS

# train, dev, human, train-dev, test, in percent, and the verdict.
TABLES = {
    "variance": ((1, 11), "variance"),
    "bias": ((15, 16), "bias"),
    "both": ((15, 30), "bias and variance"),
    "good": ((0.5, 1), "good"),
    "human 1": ((8, 10, 1), "bias"),
    "human 7.5": ((8, 10, 7.5), "variance"),
    "A": ((1, 10, 0, 9), "variance"),
    "B": ((1, 10, 0, 1.5), "mismatch"),
    "C": ((10, 12, 0, 11), "bias"),
    "D": ((10, 20, 0, 11), "bias and mismatch"),
    "the larger first": ((10, 30, 0, 10.5), "mismatch and bias"),
    "a tie in the order of the sets": ((4, 12, 0, 8), "bias and variance and mismatch"),
    "half of the largest": ((10, 15), "bias and variance"),
    "less than half": ((10, 14.9), "bias"),
    "all at the tolerance": ((1, 2, 0, None, 3), "good"),
    "0.1 - 0.09 is no more than 0.01": ((9, 10, 8), "good"),
    "a dev set used up": ((1, 2, 0.5, None, 9), "overfitting to dev"),
    "nothing but errors": ((100, 100), "bias"),
    "no error": ((0, 0), "good"),
    "better than people": ((1, 1.5, 5), "good"),
}  # fmt: skip


def found(train, dev, human=0, train_dev=None, test=None, **keywords):
    shares = [value if value is None else value / 100 for value in (human, train_dev, test)]
    return bias_variance(train / 100, dev / 100, *shares, **keywords)


@pytest.mark.parametrize("name", TABLES)
def test_verdict(name) -> None:
    errors, verdict = TABLES[name]
    assert found(*errors).verdict == verdict


# What lies on the bound stays open, however many there are.
ON_THE_BOUND = ("all at the tolerance", "0.1 - 0.09 is no more than 0.01")


@pytest.mark.parametrize("name", [name for name in TABLES if name not in ON_THE_BOUND])
def test_so_many_examples_that_nothing_wavers(name) -> None:
    errors, verdict = TABLES[name]
    said = found(*errors)
    assert found(*errors, examples=dict.fromkeys(said.errors, 10**9)).verdict == verdict


@pytest.mark.parametrize(
    ("examples", "verdict"),
    [(20, "not enough examples"), (200, "not enough examples"), (2000, "variance")],
)
def test_few_examples(examples, verdict) -> None:
    said = found(8, 11, 7.5, examples={"dev": examples})
    assert said.verdict == verdict
    assert ("Not enough examples to tell" in str(said)) == (verdict != "variance")


def test_a_gap_that_few_examples_leave_open_beside_a_large_one() -> None:
    said = found(10, 14, examples={"dev": 50})
    assert said.verdict == "bias"
    assert [said.kind(gap) for gap in said.gaps] == ["large", "not known"]
    assert "Not enough examples to tell whether variance is above 1.00%" in str(said)


def test_the_interval_holds_the_true_gap_as_often_as_it_says() -> None:
    rng, inside = np.random.default_rng(0), 0
    for _ in range(1000):
        dev = rng.binomial(100, 0.1) / 100
        test = rng.binomial(60, 0.15) / 60
        gap = bias_variance(0.0, dev, test=test, examples={"dev": 100, "test": 60}).gaps[-1]
        inside += gap.low <= 0.05 <= gap.high
    assert 0.93 < inside / 1000 < 0.98


def test_the_interval_of_one_error_is_wilsons() -> None:
    for k, n in ((0, 1), (1, 1), (0, 50), (3, 50), (50, 50)):
        gap = bias_variance(k / n, 0.0, examples={"train": n}).gaps[0]
        ends = scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
        np.testing.assert_allclose((gap.low, gap.high), ends, atol=1e-12)


def test_report() -> None:
    assert str(found(10, 12, 0, 11)).splitlines() == [
        "gap             errors                           size    95 % interval  verdict",
        "avoidable bias  train 10.00% - human 0.00%       10.00%                 large",
        "variance        train-dev 11.00% - train 10.00%  1.00%                  small",
        "mismatch        dev 12.00% - train-dev 11.00%    1.00%                  small",
        TEXTS["en"]["bias: large"].format(gap="10.00%"),
    ]


SAID = {
    "no train-dev set": (found(1, 11), "A train-dev set"),
    "better than people": (found(1, 2, 5), "The model is better than people"),
    "dropout in training": (found(12, 9), "measured with dropout"),
    "easy dev data": (found(1, 2, 0, 9), "Dev data are easier"),
    "an easy test set": (found(1, 9, 0, None, 2), "easier than the dev set"),
    "good": (found(0.5, 1), "No gap is above 1.00%."),
}


@pytest.mark.parametrize("name", SAID)
def test_said(name) -> None:
    said, words = SAID[name]
    assert words in str(said)
    assert len(str(said).splitlines()) == len(said.report("ko").splitlines())


def test_both_languages_say_the_same() -> None:
    assert TEXTS["en"].keys() == TEXTS["ko"].keys()
    for key, text in TEXTS["en"].items():
        assert text.count("|") == TEXTS["ko"][key].count("|")
        for word in ("{gap}", "{low}", "{high}", "{sets}", "{name}", "{tolerance}"):
            assert (word in text) == (word in TEXTS["ko"][key]), key


REFUSED = {
    "percent": (lambda: bias_variance(8, 0.1), ValueError, "An error of 8 % is 0.08"),
    "negative": (lambda: bias_variance(0.1, -0.1), ValueError, "`dev`"),
    "NaN": (lambda: bias_variance(0.1, float("nan")), ValueError, "`dev`"),
    "none": (lambda: bias_variance(None, 0.1), TypeError, "`train`"),
    "text": (lambda: bias_variance("8 %", 0.1), TypeError, "`train`"),
    "tolerance": (lambda: bias_variance(0.1, 0.1, tolerance=1), None, ""),
    "a tolerance in percent": (lambda: bias_variance(0.1, 0.1, tolerance=2), ValueError, "`tolerance`"),
    "one number of examples": (lambda: bias_variance(0.1, 0.1, examples=100), TypeError, '{"dev": 1000}'),
    "an unknown set": (lambda: bias_variance(0.1, 0.1, examples={"val": 9}), ValueError, "'val'"),
    "a set without an error": (lambda: bias_variance(0.1, 0.1, examples={"test": 9}), ValueError, "'test'"),
    "an empty set": (lambda: bias_variance(0.1, 0.1, examples={"dev": 0}), ValueError, "of at least 1"),
    "half an example": (lambda: bias_variance(0.1, 0.1, examples={"dev": 1.5}), TypeError, "integer"),
    "language": (lambda: bias_variance(0.1, 0.1).report("de"), ValueError, "en, ko"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name) -> None:
    call, error, says = REFUSED[name]
    if error is None:
        call()
        return
    with pytest.raises(error) as raised:
        call()
    assert says in str(raised.value) and "Received: " in str(raised.value)
