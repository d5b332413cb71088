"""Error analysis: every form of a table, what is said of it, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from dlref.diagnostics import error_analysis

DOGS = {"dog": [1] * 5 + [0] * 95}
CATS = {"great cat": [1] * 43 + [0] * 57, "blurry": [0] * 30 + [1] * 65 + [0] * 5}


def test_five_dogs_of_a_hundred_errors() -> None:
    """Of an error of 10 % their cure takes half a point at most."""
    found = error_analysis(DOGS, error=0.10)
    assert found.causes[0].ceiling == pytest.approx(0.005) and found.rest == pytest.approx(0.095)
    assert found.verdict == "dog"


FORMS = {
    "a data frame": lambda path: pd.DataFrame(CATS),
    "a data frame of booleans": lambda path: pd.DataFrame(CATS).astype(bool),
    "a data frame with gaps": lambda path: pd.DataFrame(CATS).replace(0, np.nan),
    "arrays": lambda path: {name: np.array(column, bool) for name, column in CATS.items()},
    "words": lambda path: {n: [" X" if tag else "No " for tag in column] for n, column in CATS.items()},
    "a CSV file": lambda path: pd.DataFrame(CATS).to_csv(path, index=False) or path,
    "a CSV file as Excel writes it": lambda path: (
        pd.DataFrame(CATS).replace(0, "").to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")
        or str(path)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_a_table(name, tmp_path) -> None:
    found = error_analysis(FORMS[name](tmp_path / "tags.csv"), 0.2)
    assert [(each.name, each.count) for each in found.causes] == [("blurry", 65), ("great cat", 43)]
    assert found.overlaps["blurry", "great cat"] == found.overlaps["great cat", "blurry"] == 13
    assert found.examples == 100 and found.rest == pytest.approx(0.2 * 0.05)
    assert [each.floor for each in found.causes] == pytest.approx([0.2 * 0.52, 0.2 * 0.30])


def test_columns_that_are_no_causes() -> None:
    tags = {"file": [f"{i}.png" for i in range(100)], **CATS}
    assert error_analysis(tags, causes=["blurry"]).verdict == "blurry"
    with pytest.raises(ValueError, match="'0.png' in row 1 of 'file'.*`causes`"):
        error_analysis(tags)


# How many have the first cause alone, the second alone, both; and the verdict.
FIRST = {
    "far apart": ((40, 10, 0), "a"),
    "a tie": ((20, 20, 10), "not enough examples"),
    "close": ((25, 20, 0), "not enough examples"),
    "close, but of the same examples": ((8, 0, 40), "a"),
    "few": ((3, 0, 0), "not enough examples"),
    "the second": ((5, 30, 5), "b"),
    "nothing": ((0, 0, 0), "no cause"),
}


@pytest.mark.parametrize("name", FIRST)
def test_verdict(name) -> None:
    (a, b, both), verdict = FIRST[name]
    rows = [(1, 0)] * a + [(0, 1)] * b + [(1, 1)] * both + [(0, 0)] * 50
    assert error_analysis(dict(zip("ab", np.transpose(rows), strict=True))).verdict == verdict


def test_equal_causes_are_told_apart_seldom() -> None:
    """In 5 % of the draws at most, where both are as frequent."""
    rng, told = np.random.default_rng(0), 0
    for _ in range(300):
        tags = rng.random((60, 2)) < 0.3
        told += error_analysis({"a": tags[:, 0], "b": tags[:, 1]}).verdict in "ab"
    assert told / 300 < 0.05


def test_report() -> None:
    assert str(error_analysis(CATS, 0.2)).splitlines() == [
        "cause      examples  share  95 % interval  ceiling  floor   error then",
        "blurry     65        65%    55% … 74%      13.00%   10.40%  7.00%",
        "great cat  43        43%    34% … 53%      8.60%    6.00%   11.40%",
        "100 examples looked at; without a cause: 1.00% of the error 20.00%.",
        "13 have both of blurry and great cat: their ceilings do not add up.",
        "Work on blurry first: its cure takes 13.00% off the error at most.",
    ]
    assert "tell which is the most frequent of a, b" in str(
        error_analysis({"a": [1, 0], "b": [0, 1]})
    )
    assert "Look for what they have in common" in str(error_analysis({"a": [0, 0]}))


REFUSED = {
    "a list": (lambda path: error_analysis([[1, 0]]), TypeError, "a dictionary of columns"),
    "no row": (lambda path: error_analysis({"a": []}), ValueError, "Look at about 100 wrong predictions"),
    "no column": (lambda path: error_analysis({}), ValueError, "a column for each cause"),
    "columns of two lengths": (lambda path: error_analysis({"a": [1], "b": [1, 0]}), ValueError, "1, 2 rows"),
    "a count": (lambda path: error_analysis({"a": [2]}), ValueError, "2 in row 1 of 'a'"),
    "an unknown cause": (lambda path: error_analysis(CATS, causes=["dog"]), ValueError, "'dog'"),
    "causes in a word": (lambda path: error_analysis(CATS, causes="blurry"), TypeError, "`causes`"),
    "percent": (lambda path: error_analysis(CATS, 10), ValueError, "`error`"),
    "a row too short": (lambda path: error_analysis(path("a,b\n1\n")), ValueError, "row 1 with 1"),
    "a name twice": (lambda path: error_analysis(path("a,a\n1,0\n")), ValueError, "each name once"),
    "an empty file": (lambda path: error_analysis(path("")), ValueError, "no row"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name, tmp_path) -> None:
    call, error, says = REFUSED[name]

    def path(text):
        file = tmp_path / "tags.csv"
        file.write_text(text)
        return file

    with pytest.raises(error) as raised:
        call(path)
    assert says in str(raised.value) and "Received: " in str(raised.value)
