"""The choice by an optimizing metric under bounds: the lecture's table, ties, noise, and what is refused."""

import pandas as pd
import pytest

from dlref.diagnostics import best_model

CATS = {
    "A": {"accuracy": 0.90, "runtime_ms": 80},
    "B": {"accuracy": 0.92, "runtime_ms": 95},
    "C": {"accuracy": 0.95, "runtime_ms": 1500},
}
AT_130 = {**CATS, "C": {"accuracy": 0.95, "runtime_ms": 130}}

CHOICES = {
    "the lecture": ((CATS, "accuracy", "runtime_ms<=100"), "B"),
    "the note's 130 ms": ((AT_130, "accuracy", "runtime_ms<=100"), "B"),
    "no bound": ((CATS, "accuracy"), "C"),
    "a bound that is reached": ((CATS, "accuracy", "runtime_ms<=95"), "B"),
    "a bound that must not be reached": ((CATS, "accuracy", "runtime_ms<95"), "A"),
    "two bounds": ((CATS, "min:runtime_ms", ["accuracy>0.9", "runtime_ms<1000"]), "B"),
    "to become small": ((CATS, "min:runtime_ms"), "A"),
    "no model": ((CATS, "accuracy", "runtime_ms<=10"), "none"),
    "a tie": (({**CATS, "D": CATS["B"]}, "accuracy", "runtime_ms<=100"), "B or D"),
    "a tie beyond the bound": (({**CATS, "D": CATS["C"]}, "accuracy", "runtime_ms<=100"), "B"),
    "few examples": ((CATS, "accuracy", "runtime_ms<=100", 1000), "B or A"),
    "many examples": ((CATS, "accuracy", "runtime_ms<=100", 10_000), "B"),
    "an error": (
        ({"A": {"error": 0.1}, "B": {"error": 0.08}}, "error", (), 10_000), "B"),
    "a data frame": ((pd.DataFrame(CATS).T, "accuracy", "runtime_ms<=100"), "B"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHOICES)
def test_choice(name) -> None:
    arguments, verdict = CHOICES[name]
    assert best_model(*arguments).verdict == verdict


def test_report() -> None:
    assert str(best_model(CATS, "accuracy", "runtime_ms<=100", 1000)).splitlines() == [
        "model  accuracy  runtime_ms  keeps the bounds  verdict",
        "A      0.9       80          yes               as good",
        "B      0.92      95          yes               best",
        "C      0.95      1500        no",
        "accuracy does not tell B or A apart. Take the one that is cheaper to run, or measure on more examples.",
    ]
    assert "No model keeps runtime_ms<=10:" in str(best_model(CATS, "accuracy", "runtime_ms<=10"))


REFUSED = {
    "a list": (([0.9, 0.92], "accuracy"), TypeError, "a dictionary of each model's metrics"),
    "numbers": (({"A": 0.9}, "accuracy"), TypeError, "a dictionary of each model's metrics"),
    "no model": (({}, "accuracy"), ValueError, "Received: none"),
    "a metric that is not there": ((CATS, "recall"), ValueError, "'recall' of each model"),
    "a bound on what is not there": ((CATS, "accuracy", "size<=3"), ValueError, "'size' of each model"),
    "NaN": (({"A": {"accuracy": float("nan")}}, "accuracy"), ValueError, "nan of 'A'"),
    "a word": (({"A": {"accuracy": "90 %"}}, "accuracy"), ValueError, "'90 %' of 'A'"),
    "no direction": ((CATS, "runtime"), ValueError, "min:runtime or max:runtime"),
    "no bound": ((CATS, "accuracy", "runtime_ms"), ValueError, "`subject_to` must be METRIC<=NUMBER"),
    "a number as bound": ((CATS, "accuracy", [100]), TypeError, "`subject_to` must be a string"),
    "examples of no share": ((CATS, "min:runtime_ms", (), 100), ValueError, "`examples` must be None"),
    "no examples": ((CATS, "accuracy", (), 0), ValueError, "`examples` must be an integer of at least 1"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name) -> None:
    arguments, error, says = REFUSED[name]
    with pytest.raises(error) as raised:
        best_model(*arguments)
    assert str(raised.value).startswith("best_model: ") and says in str(raised.value)
