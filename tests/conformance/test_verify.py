"""`dlref verify`: every row passes in float64 and float32; a broken object fails loudly, and alone."""

import dataclasses
import json
from typing import Any

import pytest

from dlref.conformance import verify
from dlref.conformance.row import Row, error
from dlref.conformance.table import ROWS

every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name}: {row.mapping}")


@every_row
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_row(row: Row, dtype: str) -> None:
    result = verify.check_row(row, dtype)
    assert not result.failure


@every_row
def test_row_is_complete(row: Row) -> None:
    assert row.source and row.builtin
    assert (row.relation == "differs") == (row.unmapped is not None)
    if row.unmapped or row.loose or row.tolerance > 1e-12:
        assert row.sentence or row.mapping, "what differs must be said"


def _broken(*args: Any) -> Any:
    raise KeyError("nothing here")


SGD = next(row for row in ROWS if row.name == "optimizers.SGD")
BROKEN = {
    "another value": (
        dataclasses.replace(SGD, mapped=lambda: verify.keras.optimizers.SGD(0.5)),
        "error",
    ),
    "an exception": (dataclasses.replace(SGD, ours=_broken), "KeyError"),
    "no difference": (dataclasses.replace(SGD, unmapped=SGD.mapped), "does not differ"),
    "a probe that sees nothing": (dataclasses.replace(SGD, probe=lambda optimizer: {}), "error"),
}


@pytest.mark.parametrize("reason", BROKEN)
def test_a_broken_row_fails_alone(
    reason: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row, failure = BROKEN[reason]
    monkeypatch.setattr(verify, "ROWS", [row, ROWS[0]])
    assert verify.main(as_json=True) == 1
    broken, sound = json.loads(capsys.readouterr().out)["rows"]
    assert broken["verdict"] == "FAIL" and failure in broken["failure"]
    assert sound["verdict"] == "pass"
    assert verify.main() == 1 and "1 failed" in capsys.readouterr().out


def test_only_one_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main(only="adam", as_json=True) == 0
    report = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in report["rows"]] == ["optimizers.Adam"]
    assert report["versions"]["keras"] and report["backend"] and report["device"]


def test_an_unknown_name_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main(only="adamant") == 1
    assert "optimizers.Adam" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ({"a": [1.0, float("nan")]}, {"a": [1.0, 2.0]}),
        ({"a": [1.0]}, {"a": [1.0, 1.0]}),
        ({}, {}),
        ({"a": [1.0], "b": [2.0]}, {"a": [1.0]}),
    ],
)
def test_what_cannot_be_compared_is_infinitely_wrong(actual: Any, expected: Any) -> None:
    assert error(actual, expected) == float("inf")
