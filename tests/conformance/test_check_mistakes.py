"""Other people's objects: a known mistake is named. Its search tries every mutant, whatever the backend."""

from typing import Any

import pytest

from dlref.conformance import check
from tests.conformance.students import MyAdam, MyBatchNormalization, MyDropout, wrong

ADAM, BN, DROPOUT = "optimizers.Adam", "layers.BatchNormalization", "layers.Dropout"

KNOWN = {
    (MyAdam, "t from 0", ADAM): "counts from 0, as CS231n-7 prints it",
    (MyAdam, "no square", ADAM): "does not square",
    (MyAdam, "no correction", ADAM): "without any correction",
    (MyAdam, "epsilon inside", ADAM): "epsilon inside the root",
    (MyAdam, "v not corrected, epsilon inside", ADAM): (
        "epsilon inside the root; without the correction of v"
    ),
    (MyAdam, "1 + beta_2^t", ADAM): "in line (4), operator: 1 + beta_2 ** t for 1 - beta_2 ** t",
    (MyBatchNormalization, "n - 1", BN): "divides by m - 1",
    (MyBatchNormalization, "n - 1 in the average", BN): "averages the unbiased variance",
    (MyBatchNormalization, "epsilon outside", BN): "epsilon outside the root",
    (
        MyBatchNormalization,
        "batch at test time",
        BN,
    ): "tests with the mini-batch, and does not average it then",
    (MyDropout, "not inverted", DROPOUT): "is not inverted",
    (MyDropout, "by the rate", DROPOUT): "scales by the rate",
    (MyDropout, "at test time too", DROPOUT): "at test time too",
}


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: f"{case[0].__name__}: {case[1]}")
def test_a_known_mistake_is_named(case: Any) -> None:
    student, mistake, against = case
    found = check(wrong(student, mistake), against)
    assert found.verdict == "differs" and found.mistakes == [KNOWN[case]]


def test_an_unknown_mistake_is_no_known_one() -> None:
    found = check(wrong(MyAdam, "something else"), ADAM)
    assert found.verdict == "differs" and found.mistakes == []
    assert "none of the known mistakes" in str(found)


def test_it_says_from_which_step_on() -> None:
    found = check(wrong(MyAdam, "from the tenth step on"), ADAM)
    assert found.first == "parameter of shape (4,) after step 10"
