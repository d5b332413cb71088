"""Two sets of one distribution or of two: how often each is said, and what is refused."""

import numpy as np
import pytest
from keras import ops
from sklearn.linear_model import LogisticRegression

from dlref.diagnostics import same_distribution

RNG = np.random.default_rng(0)
X = RNG.normal(size=(600, 4))

SETS = {
    "one distribution": (X[:300], X[300:], "same"),
    "another mean": (X[:300], X[300:] + 0.5, "different"),
    "another spread": (X[:300], 1.5 * X[300:], "different"),
    "few": (X[:20], X[20:40], "not enough examples"),
    "few that are far apart": (X[:20], X[20:40] + 3, "different"),
    "images": (X[:300].reshape(-1, 2, 2, 1), X[300:].reshape(-1, 2, 2, 1) + 0.5, "different"),
    "one number each": (X[:300, 0], X[300:, 0] + 1, "different"),
}  # fmt: skip


@pytest.mark.parametrize("name", SETS)
def test_verdict(name) -> None:
    first, second, verdict = SETS[name]
    assert same_distribution(first, second).verdict == verdict


def test_one_distribution_is_said_to_be_two_in_a_twentieth_of_the_draws() -> None:
    said = []
    for seed in range(400):
        x = np.random.default_rng(seed).normal(size=(200, 2))
        said.append(same_distribution(x[:120], x[120:], LogisticRegression()).verdict)
    assert said.count("different") / 400 < 0.07


def test_tensors_and_a_classifier_of_ones_own() -> None:
    first, second = ops.convert_to_tensor(X[:300]), ops.convert_to_tensor(X[300:] + 1)
    found = same_distribution(first, second, LogisticRegression())
    assert found.verdict == "different" and found.examples == 300


def test_the_seed_decides() -> None:
    one, again, other = (same_distribution(X[:80], X[80:160], seed=s) for s in (1, 1, 2))
    assert one == again != other


def test_report() -> None:
    found = same_distribution(X[:20], X[20:40])
    low, high = found.interval
    assert low < found.accuracy < high
    assert "of 20 examples" in str(found) and "take more of both sets" in str(found)


REFUSED = {
    "NaN": ((X * np.nan, X), ValueError, "`first` must hold finite numbers"),
    "an empty set": ((X, X[:0]), ValueError, "`second` must hold at least 4 examples"),
    "other shapes": ((X, X[:, :3]), ValueError, "4 and 3 numbers"),
    "words": ((X, np.array(["a"] * 9)), TypeError, "`second` must be an array of numbers"),
    "one number": ((1.0, X), ValueError, "`first`"),
    "no classifier": ((X, X, "forest"), TypeError, "`classifier` must have the methods"),
    "seed": ((X, X, None, -1), ValueError, "`seed`"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name) -> None:
    arguments, error, says = REFUSED[name]
    with pytest.raises(error) as raised:
        same_distribution(*arguments)
    assert says in str(raised.value) and "Received: " in str(raised.value)
