"""Two classifiers by F1: the interval against draws and the bootstrap, the verdicts, and what is refused."""

import math

import numpy as np
import pytest
from scipy.stats import bootstrap

from dlref.diagnostics import compare_f1

RNG = np.random.default_rng(0)


def drawn(m: int, agree: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, and the lecture's A and B: precision and recall of 0.95 and 0.90, of 0.98 and 0.85."""
    y, chance = RNG.random(m) < 0.5, RNG.random((2, m))
    chance[1] = np.where(RNG.random(m) < agree, chance[0], chance[1])
    a = chance[0] < np.where(y, 0.90, 0.90 * 0.05 / 0.95)
    b = chance[1] < np.where(y, 0.85, 0.85 * 0.02 / 0.98)
    return y, a, b


@pytest.mark.parametrize("agree", [0.0, 0.8])
def test_the_interval_holds_the_truth_in_95_of_100_draws(agree) -> None:
    truth = 2 * 0.95 * 0.9 / 1.85 - 2 * 0.98 * 0.85 / 1.83
    found = [compare_f1(*drawn(600, agree)).interval for _ in range(1000)]
    assert np.mean([low <= truth <= high for low, high in found]) == pytest.approx(0.95, abs=0.02)


def test_the_interval_is_nearly_that_of_the_bootstrap() -> None:
    y, a, b = drawn(500)

    def difference(rows, axis):
        labels = y[rows]
        one, other = (
            2 * np.sum(labels & each[rows], axis) / np.sum(labels * 1 + each[rows], axis)
            for each in (a, b)
        )
        return one - other

    found = bootstrap((np.arange(500),), difference, method="percentile", rng=1)
    ends = found.confidence_interval
    assert np.allclose(compare_f1(y, a, b).interval, ends, atol=0.005)


LABELS = np.arange(1000) < 500
FOUND = {
    "one finds more": (np.arange(1000) < 450, np.arange(1000) < 400, "A"),
    "the other one": (np.arange(1000) < 400, np.arange(1000) < 450, "B"),
    "the same decisions": (np.arange(1000) < 450, np.arange(1000) < 450, "not enough examples"),
    "nine of a thousand": (np.arange(1000) < 450, np.arange(1000) < 441, "not enough examples"),
    "ten of a thousand": (np.arange(1000) < 450, np.arange(1000) < 440, "A"),
    "nothing against something": (np.arange(1000) < 0, np.arange(1000) < 100, "B"),
}


@pytest.mark.parametrize("name", FOUND)
def test_verdict(name) -> None:
    a, b, verdict = FOUND[name]
    assert compare_f1(LABELS, a, b).verdict == verdict
    assert compare_f1(LABELS[:, None] * 1, a * 0.9, b[:, None] * 0.7).verdict == verdict


def test_as_many_as_are_needed_are_enough() -> None:
    y, a, b = drawn(200)
    few = compare_f1(y, a, b)
    times = math.ceil(few.needed / 200)
    assert few.verdict == "not enough examples" and 1 < times < 50
    y_many, a_many, b_many = (np.tile(each, times) for each in (y, a, b))
    assert compare_f1(y_many, a_many, b_many).verdict == "A"
    assert compare_f1(y, a, a).needed == math.inf


def test_report() -> None:
    assert str(compare_f1(LABELS, *FOUND["ten of a thousand"][:2])).splitlines() == [
        "classifier  F1",
        "A           94.7%",
        "B           93.6%",
        "A − B: +1.1%, 95 % interval +0.4% … +1.8%, of 1,000 examples, 10 of them decided differently.",
        "A is better.",
    ]
    assert str(compare_f1(LABELS, LABELS, LABELS)).endswith(
        "No difference is seen. Take the one that is cheaper to run."
    )
    few = compare_f1(LABELS, *FOUND["nine of a thousand"][:2])
    assert str(few).endswith(f"A difference of this size takes about {few.needed:,.0f}.")


REFUSED = {
    "another length": (([0, 1], [0, 1, 1], [0, 1]), ValueError, "`a` must have an output for each of the 2"),
    "several classes": (([[0, 1]], [[0, 1]], [[0, 1]]), ValueError, "compare one at a time"),
    "a third label": (([0, 2], [0, 1], [0, 1]), ValueError, "`y_true` must hold 0 and 1. Received: 2"),
    "none of the class": (([0, 0], [0, 1], [0, 1]), ValueError, "Received: no 1"),
    "nothing": (([], [], []), ValueError, "Received: shape (0,)"),
    "NaN": (([0, 1], [0, 1], [0, math.nan]), ValueError, "`b` must hold finite numbers"),
    "words": ((["cat", "dog"], [0, 1], [0, 1]), TypeError, "`y_true` must be an array of numbers"),
    "no threshold": (([0, 1], [0, 1], [0, 1], None), TypeError, "`threshold` must be"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name) -> None:
    arguments, error, says = REFUSED[name]
    with pytest.raises(error) as raised:
        compare_f1(*arguments)
    assert str(raised.value).startswith("compare_f1: ") and says in str(raised.value)
